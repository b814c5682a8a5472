"""Stubs: the functions that the Builder writes for events, so that nobody has to look up a payload.

A stub stands by itself: it needs no import, and says in its types and its docstring what comes. Where
the file has ``State`` or ``Any`` already, its types use them.
"""

from __future__ import annotations

import functools
import re
import textwrap
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec
from mainspring.builder.components.payload_kinds import PAYLOAD_KINDS
from mainspring.builder.settings import templates_folder

if TYPE_CHECKING:
    import jinja2
__all__ = ["Stub", "function_name", "names_in", "render_stub", "tokens"]

_NAME: Final = re.compile(r"[^\W\d]\w*")
_STATE_IMPORT: Final = re.compile(
    r"^from mainspring\.runtime import (?:\([^)]*|[^#\n]*)\bState\b(?!\s+as)", re.MULTILINE
)
_ANY_IMPORT: Final = re.compile(r"^from typing import (?:\([^)]*|[^#\n]*)\bAny\b(?!\s+as)", re.MULTILINE)
# Of 88 columns, without the indentation and the quotes.
_DOC_WIDTH: Final = 81


class Stub(msgspec.Struct, frozen=True):
    """A handler's name and its source: one function, ``\\n`` at the end of each line."""

    name: str
    source: str


def render_stub(
    component_id: str,
    event: str,
    kind: str,
    file: str = "",
    *,
    description: str = "",
    example: Any = None,
    name: str = "",
) -> Stub:
    """Write the stub for an event of a component.

    Args:
        kind: A key of ``PAYLOAD_KINDS``.
        file: The text of the file that it is for: its names are avoided, its imports used.
        description: When the event is fired, as the component's type says it.
        example: A better one than the kind's.
        name: The function's name; otherwise one is made that ``file`` doesn't have.
    """
    about = PAYLOAD_KINDS[kind]
    name = name or function_name(component_id, event, names_in(file))
    payload = about.annotation if _ANY_IMPORT.search(file) else re.sub(r"\bAny\b", "object", about.annotation)
    lines = [_when(description, f"{event} of {component_id}")]
    if kind != "none":
        lines += ["", *_payload_lines(about.description, about.example if example is None else example)]
    source = (
        _templates()
        # Kinds without a template of their own have the general one.
        .select_template([f"{kind}.jinja", "function.jinja"])
        .render(
            name=name,
            state_type="State" if _STATE_IMPORT.search(file) else "dict[str, object]",
            payload_type="" if kind == "none" else payload,
            docstring=_docstring(lines),
            key=_literal(component_id.replace("-", "_")),
            fired=_literal(f"{component_id}: {event}"),
        )
    )
    return Stub(name, _with_tabs(source) if _uses_tabs(file) else source)


def function_name(component_id: str, event: str, taken: Collection[str]) -> str:
    """``handle_save_click`` for ``wf-click`` of ``save``; with ``_2``, ``_3`` … if that is taken."""
    base = re.sub(r"\W", "_", f"handle_{component_id}_{event.removeprefix('wf-')}")
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name


def names_in(file: str) -> frozenset[str]:
    """Every word of a Python file: more than its names, but right also while the file doesn't parse."""
    return frozenset(_NAME.findall(file))


def tokens(source: str) -> list[tuple[str, str]]:
    """``source`` cut for highlighting: Pygments' short CSS class and the text of each piece."""
    # With the first stub that is shown: loading it takes a tenth as long as all of a start.
    from pygments import lex
    from pygments.lexers import PythonLexer
    from pygments.token import STANDARD_TYPES

    found: list[tuple[str, str]] = []
    for kind, text in lex(source, PythonLexer(stripnl=False, ensurenl=False)):
        css_class = STANDARD_TYPES.get(kind, "")
        if found and found[-1][0] == css_class:
            found[-1] = (css_class, found[-1][1] + text)
        else:
            found.append((css_class, text))
    return found


@functools.cache
def _templates() -> jinja2.Environment:
    import jinja2

    # Python, not HTML: escaping is done by _literal and _docstring.
    return jinja2.Environment(  # noqa: S701
        loader=jinja2.FileSystemLoader(templates_folder() / "stubs"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )


def _when(description: str, event: str) -> str:
    text = description.strip().rstrip(".")
    if not text:
        return f"Called by {event}."
    # An abbreviation keeps its capitals.
    first = text[0].lower() if text[1:2].islower() or text[1:2] == " " else text[0]
    return f"Called when {first}{text[1:]}: {event}."


def _payload_lines(description: str, example: Any) -> list[str]:
    lines = [f"payload: {description}"]
    if not _has_bytes(example) and example is not None:
        lines += [f"Example: {_literal(example) if isinstance(example, str) else _python(example)}"]
    return lines


def _python(value: Any) -> str:
    """``value`` as a literal with double quotes, wherever that is the same."""
    text = repr(value)
    return text if '"' in text or "\\" in text else text.replace("'", '"')


def _has_bytes(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_bytes(item) for item in value.values())
    return isinstance(value, bytes) or (isinstance(value, list) and any(map(_has_bytes, value)))


def _docstring(lines: list[str]) -> str:
    """A docstring, indented. What it quotes is someone's text, and must not end it."""
    wrapped = [part for line in lines for part in (_wrapped(_harmless(line)) or [""])]
    if len(wrapped) == 1:
        return f'    """{wrapped[0]}"""'
    return "\n".join([f'    """{wrapped[0]}', *(f"    {line}".rstrip() for line in wrapped[1:]), '    """'])


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(
        line, _DOC_WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )


def _harmless(text: str) -> str:
    plain = "".join(character if character.isprintable() else " " for character in text)
    return plain.replace("\\", "\\\\").replace('"""', "'''")


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _uses_tabs(file: str) -> bool:
    first = next(_indents(file), " ")
    return first == "\t"


def _indents(file: str) -> Iterator[str]:
    for line in file.splitlines():
        if line[:1] in (" ", "\t") and line.strip():
            yield line[0]


def _with_tabs(source: str) -> str:
    return re.sub(r"^(?:    )+", lambda match: "\t" * (len(match[0]) // 4), source, flags=re.MULTILINE)
