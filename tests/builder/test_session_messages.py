"""The two homes of the browser's wire say the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from mainspring.builder.sessions import session_messages as messages

TWIN = Path(__file__).resolve().parents[2] / "static" / "app" / "protocol.ts"


def interfaces() -> dict[str, list[str]]:
    """The interfaces of the twin that have a ``type``: its value, and all keys."""
    text = TWIN.read_text(encoding="utf-8")
    found = {}
    for body in re.findall(r"export interface \w+(?: extends \w+)? \{\n(.*?)\n\}", text, re.DOTALL):
        kind = re.search(r'^  type: "(\w+)";$', body, re.MULTILINE)
        if kind:
            found[kind[1]] = sorted(re.findall(r"^  (\w+)\??:", body, re.MULTILINE))
    return found


def test_both_sides_know_the_same_messages_with_the_same_keys() -> None:
    kinds = (*get_args(messages.FromBrowser), *get_args(messages.ToBrowser))
    ours = {kind.__struct_config__.tag: sorted([*kind.__struct_encode_fields__, "type"]) for kind in kinds}
    # An action's keys depend on what it is; the runtime makes its body.
    ours["action"] = ["action", "type"]

    assert interfaces() == ours


def test_both_sides_know_the_same_close_codes() -> None:
    table = re.search(r"export const CLOSE = \{(.*?)\}", TWIN.read_text(encoding="utf-8"), re.DOTALL)
    assert table is not None
    theirs = {int(code) for code in re.findall(r": (\d+)", table[1])}

    assert theirs == {getattr(messages, name) for name in messages.__all__ if name.startswith("CLOSE_")}


def test_what_was_encoded_is_copied_as_it_is() -> None:
    text = messages.encode(messages.Changes(3, msgspec.Raw(b'[["set",["a"],1.50]]')))

    assert text == b'{"type":"changes","revision":3,"operations":[["set",["a"],1.50]]}'


def test_an_action_becomes_a_message_without_being_decoded() -> None:
    assert messages.action_text(b' {"action":"x"}') == b'{"type":"action","action":"x"}'


@pytest.mark.parametrize("depth", [64, 65])
def test_a_message_may_be_64_deep(depth: int) -> None:
    payload = "[" * (depth - 1) + "]" * (depth - 1)
    text = '{"type":"event","sequence":1,"page":"p","component":"c","event":"e","payload":P}'.replace(
        "P", payload
    )

    if depth <= messages.MAX_DEPTH:
        assert isinstance(messages.decode(text), messages.Event)
    else:
        with pytest.raises(messages.MalformedMessage):
            messages.decode(text)


@pytest.mark.parametrize(
    "payload", ["[]", "null", '{"uploads":1}', '{"uploads":[1]}', '{"uploads":[],"path":"x"}']
)
def test_only_ids_name_uploads(payload: str) -> None:
    with pytest.raises(messages.MalformedMessage):
        messages.decode_uploads(payload.encode())
