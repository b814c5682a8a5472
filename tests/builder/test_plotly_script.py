"""plotly.js as the app's own package has it."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from browser_apps import write_app
from commands import open_command
from mainspring.builder.web.plotly_script import PlotlyScript, find_script
from sites import new_client


def test_the_script_is_found_without_importing_the_package() -> None:
    code = (
        "import sys; from mainspring.builder.web.plotly_script import find_script\n"
        "print(find_script().name, 'plotly' in sys.modules)"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert said == "plotly.min.js False\n"


async def test_the_script_is_compressed_once_and_read_anew_when_the_package_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "plotly" / "package_data" / "plotly.min.js"
    file.parent.mkdir(parents=True)
    (tmp_path / "plotly" / "__init__.py").touch()
    file.write_text("one")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "plotly", raising=False)
    script = PlotlyScript()
    first, again = await script.read(), await script.read()
    file.write_text("another")
    changed = await script.read()
    file.unlink()

    assert first is not None
    assert first is again
    assert changed is not None
    assert (gzip.decompress(first.compressed), gzip.decompress(changed.compressed)) == (b"one", b"another")
    assert await script.read() is None


async def test_a_browser_gets_the_script_once_and_without_the_package_a_clear_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = write_app(tmp_path / "app", "", main=[])
    async with open_command("run", app, "--port", "0") as command, new_client() as client:
        address = f"{command.origin}/packages/plotly.js"
        async with client.get(address) as got:
            text, kind, tag = await got.text(), got.content_type, got.headers["ETag"]
        async with client.get(address, headers={"If-None-Match": tag}) as got:
            again = got.status
    (tmp_path / "plotly").mkdir()
    (tmp_path / "plotly" / "__init__.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    async with (
        open_command("run", app, "--port", "0") as command,
        new_client() as client,
        client.get(f"{command.origin}/packages/plotly.js") as got,
    ):
        missing, words = got.status, await got.text()

    found = find_script()
    assert found is not None
    assert text == found.read_text("utf-8")
    assert (kind, again, missing) == ("text/javascript", 304, 404)
    assert "pip install plotly" in words
