"""The layout of the Builder, kept for the user."""

from __future__ import annotations

from pathlib import Path

import pytest
from mainspring.builder.editing.kept_layout import MAX_BYTES, KeptLayout, LayoutTooLarge


async def test_values_are_kept_beside_others_and_forgotten_by_none(tmp_path: Path) -> None:
    file = tmp_path / "state" / "layout.json"
    layout = KeptLayout(file)
    assert layout.read() == {}

    await layout.change({"left": 300, "dock": {"groups": []}})
    await KeptLayout(file).change({"theme": "dark", "left": None})

    assert layout.read() == {"dock": {"groups": []}, "theme": "dark"}


async def test_more_than_a_layout_can_need_is_refused_and_what_was_kept_stays(tmp_path: Path) -> None:
    layout = KeptLayout(tmp_path / "layout.json")
    await layout.change({"left": 300})

    for values in ({"long": "x" * MAX_BYTES}, {f"name{number}": 1 for number in range(200)}):
        with pytest.raises(LayoutTooLarge):
            await layout.change(values)

    assert layout.read() == {"left": 300}


@pytest.mark.parametrize("damaged", [b"", b"{", b"[1]", b'{"": 1}', b"\xff", b"[" * 100_000])
async def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damaged: bytes) -> None:
    file = tmp_path / "layout.json"
    file.write_bytes(damaged)

    assert KeptLayout(file).read() == {}
    await KeptLayout(file).change({"left": 300})
    assert KeptLayout(file).read() == {"left": 300}
