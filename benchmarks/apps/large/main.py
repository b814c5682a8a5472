import os

from mainspring.runtime import init_state

SIZE = int(os.environ.get("BENCHMARK_SIZE", "10000"))

init_state(
    {
        "items": [{"number": number, "name": f"item {number}"} for number in range(SIZE)],
        "keys": {f"key_{number}": number for number in range(SIZE)},
    }
)


def change_item(state):
    state["items"][SIZE // 2]["number"] += 1


def change_key(state):
    state["keys"][f"key_{SIZE // 2}"] += 1


def append(state):
    state["items"].append({"number": 0, "name": "one more"})
