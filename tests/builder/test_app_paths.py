"""Which paths from a browser name a file of the app: the same ones on every system."""

from __future__ import annotations

from pathlib import Path

import pytest
from mainspring.builder.code.app_paths import PathRefused, resolve_in

REFUSED = {
    "is empty": [""],
    "is too long": ["a/" * 501],
    "has a character that file names can't have everywhere": [
        "a\\b", "c:/a", "a\x00b", "a\nb", "a*", 'a"', "a|b", "a?", "<a>", "a\ud800", "\x7f",
    ],
    "is not a plain path below the app's folder": [
        "/a", "a//b", "a/", "./a", "a/./b", "../a", "a/../b", "..",
    ],
    "has a name that is too long": ["é" * 128],
    "has a name that begins or ends with a space or ends with a dot": ["a.", "a ", " a", "a./b", "a... /b"],
    "names a device on some systems": [
        "con", "CON", "nul.txt", "assets/aux.py", "com1", "LPT9.log", "com¹", "conin$", "prn .txt",
    ],
    "is a temporary file": [".main.py.1234abcd.mainspring-tmp"],
}  # fmt: skip


@pytest.mark.parametrize(("reason", "path"), [(why, each) for why, all_ in REFUSED.items() for each in all_])
def test_a_path_that_means_something_else_elsewhere_is_refused_with_the_reason(
    tmp_path: Path, reason: str, path: str
) -> None:
    with pytest.raises(PathRefused) as refused:
        resolve_in(tmp_path.resolve(), path)

    assert str(refused.value).endswith(f" {reason}.")


@pytest.mark.parametrize("path", ["main.py", "assets/ä b.png", ".env", "a.b.c", "console.py", "com", "nully"])
def test_other_names_are_files_of_the_app(tmp_path: Path, path: str) -> None:
    assert resolve_in(tmp_path.resolve(), path) == tmp_path.resolve() / path


def test_links_may_lead_anywhere_within_the_app_and_nowhere_else(tmp_path: Path) -> None:
    root, outside = tmp_path / "app", tmp_path / "app-beside"
    for folder in (root, outside):
        folder.mkdir()
    (root / "main.py").write_text("")
    for name, target in {"inside": root / "main.py", "out": outside, "up": tmp_path, "self": root}.items():
        (root / name).symlink_to(target)
    (root / "round").symlink_to(root / "round")

    assert resolve_in(root.resolve(), "inside") == (root / "main.py").resolve()
    for path in ("out", "out/a", "up", "self", "round", "round/a"):
        with pytest.raises(PathRefused):
            resolve_in(root.resolve(), path)
