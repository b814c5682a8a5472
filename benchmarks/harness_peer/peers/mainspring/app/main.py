from mainspring.runtime import init_state

init_state({"count": 0, "label": "label-v1"})


def increment(state):
    state["count"] += 1
