"""The gallery: every component, with its events linked to functions here.

A coffee roastery lends it what there is to show. Press, type and choose: below each component stands what
its handler was given.
"""

import asyncio

import samples
from mainspring.runtime import State, init_state


class Gallery(State):
    """What the pages show. State needs no class; with one, the editor completes what it holds."""

    told: dict = samples.NOTHING_TOLD
    ticks: int = 0
    is_ticking: bool = False
    is_asking: bool = False
    beans: dict = samples.BEANS
    stock: list = samples.STOCK
    shops: list = samples.SHOPS
    order: dict = samples.ORDER
    query: str = samples.QUERY
    phrase: list = samples.PHRASE
    sales_graph: dict = samples.SALES_GRAPH
    sales_chart: dict = samples.SALES_CHART
    picture: samples.Drawing = samples.Drawing()
    tone: bytes = samples.tone()
    paper: bytes = samples.paper("Delivery note 1042", "Sidamo, 2 kg", "Huila, 5 kg", "Thank you.")
    report: str = samples.REPORT
    form: dict = samples.FORM
    conversation: list = samples.CONVERSATION
    steps_open: str = "beans_step"


init_state(Gallery)


def tell(state: Gallery, payload: object, context: dict) -> None:
    """The handler of most components here: it says what it was given."""
    state["told"][context["target"]] = f"{context['event']} · {_short(payload)}"


def _short(payload: object) -> str:
    if isinstance(payload, bytes):
        return f"{len(payload):,} bytes"
    if isinstance(payload, list) and payload and hasattr(payload[0], "size"):
        return ", ".join(f"{file['name']}, {file.size:,} bytes" for file in payload)
    text = repr(payload)
    return text if len(text) <= 200 else f"{text[:200]}…"


def ask(state: Gallery) -> None:
    state["is_asking"] = True


def closed(state: Gallery) -> None:
    state["is_asking"] = False
    state["told"]["question"] = "wf-close · None"


def close(state: Gallery) -> None:
    state["is_asking"] = False


def tick(state: Gallery) -> None:
    state["ticks"] += 1


def change_stock(state: Gallery, payload: dict) -> None:
    """A cell of the table was edited: what the person entered becomes the record."""
    state["stock"][payload["record_index"]] = payload["record"]
    state["told"]["stock_table"] = f"wf-dataframe-update · {_short(payload)}"


def add_stock(state: Gallery, payload: dict) -> None:
    state["stock"].append(payload["record"])
    state["told"]["stock_table"] = f"wf-dataframe-add · {_short(payload)}"


def act_on_stock(state: Gallery, payload: dict) -> None:
    if payload["action"] == "remove":
        del state["stock"][payload["record_index"]]
    state["told"]["stock_table"] = f"wf-dataframe-action · {_short(payload)}"


async def answer(state: Gallery, payload: dict) -> None:
    """An answer that grows word by word: append to the last message, and the page follows."""
    said = state["conversation"]
    said.append({"role": "user", "content": payload["content"]})
    said.append({"role": "assistant", "content": ""})
    for word in samples.ANSWER.split(" "):
        said[-1]["content"] += word + " "
        await asyncio.sleep(0.02)


def act_on_message(state: Gallery, payload: str) -> None:
    state["told"]["chat"] = f"wf-chatbot-action-click · {payload!r}"
    state["conversation"].append({"role": "assistant", "content": samples.MORE[payload]})


def drink(state: Gallery, context: dict) -> None:
    state["told"]["bean_rows"] = f"{context['target']} in row {context['bean_id']!r}"
