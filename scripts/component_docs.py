"""Write docs/components.md, the reference of all components, from the catalogue; ``--print``: to stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mainspring.builder.code.stubs import render_stub
from mainspring.builder.components.catalogue import load_catalogue
from mainspring.builder.components.component_types import CATEGORIES, ComponentType
from mainspring.builder.components.payload_kinds import PAYLOAD_KINDS

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "components.md"
# These every component has; they are told once.
COMMON = ("tooltip", "css_class")
INTRODUCTION = """# Components

What stands in the palette, with the fields of each, its events and what their handlers get. This page is
made from the catalogue by `scripts/component_docs.py`. To see them all at work:

    mainspring create --template gallery gallery
    mainspring edit gallery

Every component has an id, `visible` (true, false or an expression such as `@{is_open}`), a **Tooltip** and
**CSS classes**. Any field takes `@{…}` in place of a value. Beside the events below, any event of the browser
can be linked, such as `mouseenter`. How handlers are written: [handlers](handlers.md).
"""


def main() -> None:
    text = "\n".join(lines())
    if "--print" in sys.argv[1:]:
        sys.stdout.write(text)
    else:
        DOCUMENT.write_text(text, encoding="utf-8")


def lines() -> Iterator[str]:
    types = load_catalogue().types
    yield INTRODUCTION
    for category in CATEGORIES:
        yield f"## {category} components\n"
        inside = sorted((type_ for type_ in types.values() if type_.category == category), key=_title)
        for type_ in inside:
            yield from component(type_)


def _title(type_: ComponentType) -> str:
    return type_.title


def component(type_: ComponentType) -> Iterator[str]:
    yield f"### {type_.title}\n"
    yield f"`{type_.type}` · {type_.description}\n"
    if isinstance(type_.children, tuple):
        yield f"Holds: {', '.join(f'`{name}`' for name in type_.children)}.\n"
    if isinstance(type_.parents, tuple) and type_.parents:
        yield f"Stands in: {', '.join(f'`{name}`' for name in type_.parents)}.\n"
    fields = [(name, field) for name, field in type_.fields.items() if name not in COMMON]
    if fields:
        yield "| Field | Type | Default | |"
        yield "|---|---|---|---|"
        for name, field in fields:
            kind = ", ".join(field.options) if field.options else field.type.replace("_", " ")
            told = " ".join(filter(None, [f"**{field.title}.**", field.help]))
            yield f"| `{name}` | {_cell(kind)} | {_default(field.default)} | {_cell(told)} |"
        yield ""
    if type_.binding:
        yield f"Binding: takes the value of `{type_.binding}`.\n"
    for name, event in type_.events.items():
        payload = PAYLOAD_KINDS[event.payload]
        yield f"**`{name}`** · {event.description} The payload is {payload.description}\n"
        yield "```python"
        stub = render_stub(
            type_.type, name, event.payload, description=event.description, example=event.example
        )
        yield stub.source.rstrip()
        yield "```\n"


def _default(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"`{_cell(shown)}`"


def _cell(text: str) -> str:
    """A table's cell is one line, and a bar ends it."""
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    main()
