"""The log outside the Builder's page: as lines for people and programs, in files, followed by a command."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from browser_apps import write_app
from commands import Command, mainspring_command, open_command
from mainspring.builder.log_lines import json_line, text_lines
from mainspring.builder.processes.log_buffer import LogBuffer
from mainspring.builder.processes.log_file import (
    GrowingFile,
    RotatingFile,
    encode_record,
    kept_log,
    open_log_file,
    read_records,
)
from mainspring.runtime.protocol import ErrorReport, Record, TraceFrame
from sites import LIMIT_S

MAIN = """
    import logging

    print("started")
    logging.getLogger("shop").warning("nearly\\nempty")
"""
FRAME = TraceFrame("main.py", 3, 4, 3, 9, "buy", "    price[name]", "app")
CAUSE = ErrorReport("KeyError", "'tea'", (FRAME,))
ERROR = ErrorReport("ValueError", "no price", (FRAME,), ("look twice",), CAUSE, during=True)


def record(text: str = "hello", **more: Any) -> Record:
    return Record(1_700_000_000.5, **{"stream": "stdout", "level": "info", "text": text, **more})


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return write_app(tmp_path / "shop", MAIN, main=[])


def test_what_is_printed_stands_as_it_was_and_all_else_says_when_and_how_bad() -> None:
    assert list(text_lines(record("a\nb"))) == ["a", "b"]
    (warned,) = text_lines(record("nearly empty", stream="logging", level="warning"))
    assert warned.endswith(" warning nearly empty")
    (named,) = text_lines(record(handler="buy", component="cart"), source=True)
    assert named.endswith("stdout buy · cart  hello")


def test_an_error_has_its_notes_frames_and_causes_below_it() -> None:
    lines = list(text_lines(record("ValueError: no price", stream="error", level="error", error=ERROR)))

    assert lines[0].endswith(" error ValueError: no price")
    assert lines[1:] == [
        "    look twice",
        "    main.py, line 3, in buy: price[name]",
        "    while handling KeyError: 'tea'",
        "    main.py, line 3, in buy: price[name]",
    ]


def test_repeats_and_what_is_left_out_of_an_error_are_said() -> None:
    again = TraceFrame("main.py", 3, 4, 3, 9, "deep", "    deep()", "app", 995)
    error = ErrorReport(
        "ExceptionGroup", "many", (FRAME, again), members=(CAUSE,), more_frames=7, more_members=2
    )
    lines = list(text_lines(record("ExceptionGroup: many", stream="error", level="error", error=error)))

    assert lines[1:5] == [
        "    main.py, line 3, in buy: price[name]",
        "    … 7 frames more …",
        "    main.py, line 3, in deep: deep()  (995 times more)",
        "    1 of 3: KeyError: 'tea'",
    ]


def test_colours_are_there_when_they_are_asked_for() -> None:
    plain = record("bad", stream="logging", level="error")

    assert "\x1b[31merror" in next(text_lines(plain, colours=True))
    assert "\x1b" not in next(text_lines(plain))


def test_a_json_line_says_what_there_is_and_no_session_that_could_be_taken_over() -> None:
    said = json.loads(json_line(record("é", session_id="abcdefghijklmnop", sequence=3, handler="buy")))

    assert said == {
        "time": "2023-11-14T22:13:20.500Z",
        "level": "info",
        "stream": "stdout",
        "text": "é",
        "session": "abcdefgh",
        "sequence": 3,
        "handler": "buy",
    }
    error = json.loads(json_line(record(error=ERROR)))["error"]
    assert (error["type"], error["frames"][0]["line"], error["cause"]["type"]) == (
        "ValueError",
        3,
        "KeyError",
    )


def test_a_full_file_makes_room_and_the_oldest_goes(tmp_path: Path) -> None:
    file = RotatingFile(tmp_path / "logs" / "app.log", max_bytes=10, keep=2)
    for number in range(5):
        file.write([f"line number {number}".encode()])

    kept = {path.name: path.read_text() for path in (tmp_path / "logs").iterdir()}
    assert kept == {
        "app.log": "line number 4\n",
        "app.log.1": "line number 3\n",
        "app.log.2": "line number 2\n",
    }


def test_of_a_kept_log_the_newest_are_read_also_of_the_file_before_and_damage_is_passed_over(
    tmp_path: Path,
) -> None:
    path = tmp_path / "app.jsonl"
    file = RotatingFile(path, max_bytes=200)
    for number in range(4):
        file.write([encode_record(record(f"{number}"))])
    with path.open("ab") as damaged:
        damaged.write(b'{"half": \n\xff\n' + encode_record(record("last"))[:20])

    assert [each.text for each in read_records(path)] == ["0", "1", "2", "3"][-len(read_records(path)) :]
    assert [each.text for each in read_records(path, limit=1)] == ["3"]
    assert read_records(tmp_path / "none") == []


def test_a_growing_file_gives_whole_lines_and_goes_on_with_the_one_that_replaces_it(tmp_path: Path) -> None:
    path = tmp_path / "app.jsonl"
    growing = GrowingFile(path)
    assert growing.new_lines() == []
    path.write_bytes(b"one\ntw")
    assert growing.new_lines() == [b"one"]
    with path.open("ab") as file:
        file.write(b"o\n")
    assert growing.new_lines() == [b"two"]
    path.rename(tmp_path / "app.jsonl.1")
    path.write_bytes(b"three\n")

    assert growing.new_lines() == [b"three"]


async def test_the_last_word_is_in_the_file_and_nothing_twice(tmp_path: Path) -> None:
    log = LogBuffer()
    file = tmp_path / "app.log"
    async with open_log_file(log, RotatingFile(file, 10**6), lambda each: each.text.encode()):
        for number in range(5_000):
            log.append(record(str(number)))
            if number % 1_000 == 0:
                await asyncio.sleep(0)

    assert file.read_text().split() == [str(number) for number in range(5_000)]


async def test_a_disk_that_is_full_costs_lines_and_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    log = LogBuffer()
    async with open_log_file(log, RotatingFile(tmp_path / "file" / "app.log", 10**6), encode_record):
        log.append(record())
        log.append(record())

    assert [each.message for each in caplog.records if "can't be written" in each.message][1:] == []
    assert "can't be written" in caplog.text


# --- the commands ------------------------------------------------------------------------------------------


async def test_run_mode_says_what_the_app_says_as_json_lines(app: Path) -> None:
    async with open_command("run", app, "--log-json") as command, asyncio.timeout(LIMIT_S):
        await command.until_said("nearly")

    said = [json.loads(line) for line in command.said]
    (warning,) = [line for line in said if line["level"] == "warning" and line["stream"] == "logging"]
    assert (warning["text"], warning["logger"]) == ("nearly\nempty", "shop")
    assert [line["text"] for line in said if line["stream"] == "stdout"] == ["started"]


async def test_run_mode_says_what_the_app_says_as_lines_for_people(app: Path) -> None:
    async with open_command("run", app) as command, asyncio.timeout(LIMIT_S):
        await command.until_said("empty")

    at = command.said.index("started")
    time, _, warning = command.said[at + 1].partition(" ")
    assert re.fullmatch(r"\d\d:\d\d:\d\d", time)
    assert (warning, command.said[at + 2]) == ("warning nearly", "empty")


async def test_a_setting_names_the_file_of_the_log(app: Path) -> None:
    (app / "mainspring.toml").write_text('log_file = "logs/app.log"\n')
    async with open_command("run", app) as command, asyncio.timeout(LIMIT_S):
        await command.until_said("nearly")

    lines = (app / "logs" / "app.log").read_text().splitlines()
    assert "started" in [json.loads(line)["text"] for line in lines]
    assert "nearly\nempty" in [json.loads(line)["text"] for line in lines]


@asynccontextmanager
async def following(app: Path, *options: str) -> AsyncIterator[asyncio.StreamReader]:
    process = await asyncio.create_subprocess_exec(
        *mainspring_command(), "logs", str(app), *options, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.terminate()
        await process.wait()


async def until(stream: asyncio.StreamReader, text: str) -> str:
    async with asyncio.timeout(20):
        while line := (await stream.readline()).decode():
            if text in line:
                return line.rstrip()
    raise AssertionError(f"{text!r} never came")


async def save(app: Path, command: Command, text: str) -> None:
    (app / "main.py").write_text(f"print({text!r})\nimport logging\nlogging.error('also')\n")


async def test_logs_follows_a_builder_and_shows_what_its_options_ask_for(app: Path) -> None:
    async with (
        open_command("edit", app, "--no-browser") as command,
        following(app, "--grep", "STARTED", "--source", "stdout") as some,
        following(app, "--json", "--level", "error") as errors,
        following(app, "--color") as coloured,
    ):
        assert (await until(some, "started")).endswith("stdout started")
        assert "\x1b[" in await until(coloured, "started")
        await save(app, command, "started again")
        assert (await until(some, "again")).endswith("started again")
        assert json.loads(await until(errors, "also"))["level"] == "error"


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        (["--handler", "buy"], ["bought", "failed"]),
        (["--component", "cart"], ["failed", "sold"]),
        (["--event", "wf-change"], ["sold"]),
        (["--session", "k3J9"], ["bought", "sold"]),
        (["--level", "warning", "--handler", "buy"], ["failed"]),
        (["--source", "stderr", "--source", "logging"], ["failed"]),
        (["--lines", "1"], ["sold"]),
        (["--lines", "0"], []),
    ],
)
async def test_each_option_of_logs_chooses(app: Path, options: list[str], texts: list[str]) -> None:
    file = kept_log(app)
    file.parent.mkdir(parents=True, exist_ok=True)
    records = [
        record("started"),
        record("bought", handler="buy", component="shop", event="wf-click", session_id="k3J9aPqx"),
        record(
            "failed", stream="stderr", level="warning", handler="buy", component="cart", event="wf-click",
            session_id="other",
        ),
        record("sold", handler="sell", component="cart", event="wf-change", session_id="k3J9other"),
    ]  # fmt: skip
    file.write_bytes(b"".join(encode_record(each) + b"\n" for each in records))

    process = await asyncio.create_subprocess_exec(
        *mainspring_command(), "logs", str(app), "--no-follow", "--json", *options,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await process.communicate()

    assert [json.loads(line)["text"] for line in said.splitlines()] == texts


async def test_a_new_builder_shows_what_the_one_before_has_said(app: Path) -> None:
    async with open_command("edit", app, "--no-browser"), following(app) as lines:
        await until(lines, "started")
    (app / "main.py").write_text("print('another start')\n")
    async with open_command("edit", app, "--no-browser"), following(app, "-n", "100") as lines:
        await until(lines, "started")
        await until(lines, "another start")

    texts = [each.text for each in read_records(kept_log(app))]
    assert texts.index("started") < texts.index("another start")
    assert texts.count("started") == 1


async def test_without_a_log_the_command_says_what_to_do(app: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *mainspring_command(), "logs", str(app), "--no-follow", stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()

    assert process.returncode == 1
    assert b"No Builder has kept a log" in said
