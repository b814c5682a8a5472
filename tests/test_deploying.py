"""What docs/deploying.md shows is what works: its commands, its options, its unit."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest
from commands import mainspring_command, open_command
from web_server import ROOT, documented

TEXT = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
RUNS = [line.split()[2:] for line in re.findall(r"^    (mainspring run .*)$", TEXT, re.MULTILINE)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    subprocess.run([*mainspring_command(), "create", tmp_path / "my_app"], check=True, capture_output=True)
    return tmp_path


@pytest.mark.parametrize("arguments", RUNS, ids=" ".join)
async def test_each_way_to_run_an_app_serves_it_where_it_says(folder: Path, arguments: list[str]) -> None:
    arguments = ["0" if word == "8000" else word for word in arguments]
    async with open_command("run", *arguments, cwd=folder) as command:
        path = arguments[arguments.index("--base-path") + 1] + "/" if "--base-path" in arguments else "/"

        assert re.fullmatch(rf"http://127\.0\.0\.1:\d+{path}", command.url)


def test_every_option_that_the_document_names_exists_and_none_of_its_own_is_missing() -> None:
    shown = subprocess.run(
        [*mainspring_command(), "run", "--help"], capture_output=True, text=True, check=True
    )
    options = set(re.findall(r"--[a-z][a-z-]+", shown.stdout)) - {"--help", "--browser", "--no-browser"}
    table = TEXT.partition("| option |")[2].partition("\n\n")[0]

    assert set(re.findall(r"--[a-z][a-z-]+", table)) == options


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--base-path", "/a b"], "'/a b' is no path; write it like /tools/shop"),
        (["--proxies", "0"], "--proxies"),
        (["--drain", "-1"], "--drain"),
    ],
)
def test_what_can_not_be_meant_is_said(folder: Path, arguments: list[str], words: str) -> None:
    run = subprocess.run(
        [*mainspring_command(), "run", "my_app", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 2
    assert words in run.stderr


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = documented("ini")
    read = ConfigParser(interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(unit)
    service = read["Service"]
    words = service["ExecStart"].split()

    # By default everything of the unit gets SIGTERM at once, the app's process too.
    assert service["KillMode"] == "mixed"
    assert float(service["TimeoutStopSec"]) > 8 + 2
    assert words[1] == "run"
    options = {word for word in words if word.startswith("--")}
    assert options <= set(re.findall(r"--[a-z-]+", TEXT.partition("| option |")[2].partition("\n\n")[0]))
    if (program := shutil.which("systemd-analyze")) is None:
        return
    file = tmp_path / "shop.service"
    file.write_text(unit.replace(words[0], mainspring_command()[0]), encoding="utf-8")
    verified = subprocess.run(
        [program, "verify", "--man=no", file], capture_output=True, text=True, check=False
    )
    ours = [line for line in verified.stderr.splitlines() if "shop.service" in line]
    assert (verified.returncode, ours) == (0, [])
