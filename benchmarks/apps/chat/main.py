"""Answers as a language model does: 200 tokens a second, added to the last message."""

import asyncio
import os
import time

from mainspring.runtime import init_state

RATE = 200
TOKENS = int(os.environ.get("BENCHMARK_TOKENS", "2000"))
PART = """## What was found

The *first* thing to say is that **nothing** here is long, and that each line has `some` markup in it.

- one point, with a [link](https://example.org)
- another one

```python
def average(values: list[float]) -> float:
    # Of nothing there is none
    return sum(values) / len(values) if values else 0.0
```

| item | amount |
|---|---|
| hinge | 120 |

"""
# A token is about four characters.
PIECES = [PART[start : start + 4] for start in range(0, len(PART), 4)]

init_state({"chat": []})


async def answer(state, payload):
    state["chat"].append(payload)
    state["chat"].append({"role": "assistant", "content": ""})
    began = time.monotonic()
    for number in range(TOKENS):
        await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))
        state["chat"][-1]["content"] += PIECES[number % len(PIECES)]
        yield
