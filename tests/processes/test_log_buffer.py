"""The log's ring, and what its followers get."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from mainspring.builder.processes import log_buffer
from mainspring.builder.processes.log_buffer import BATCH_RECORDS, Batch, LogBuffer
from mainspring.runtime.protocol import ErrorReport, Record, TraceFrame

LIMIT_S = 20.0


def record(text: str = "hello", **more: Any) -> Record:
    return Record(1.5, "stdout", "info", text, **more)


def filled(count: int, **limits: int) -> LogBuffer:
    log = LogBuffer(**limits)
    for number in range(1, count + 1):
        log.append(record(str(number)))
    return log


def numbers(batch: Batch) -> list[int]:
    return [one.number for one in batch.records]


def test_records_are_numbered_from_one_and_found_by_number() -> None:
    batch = filled(5).after(2)

    assert [(one.number, one.text) for one in batch.records] == [(3, "3"), (4, "4"), (5, "5")]
    assert batch.skipped == 0


def test_the_oldest_go_when_there_are_too_many_and_are_counted() -> None:
    batch = filled(10, max_records=4).after(3)

    assert numbers(batch) == [7, 8, 9, 10]
    assert batch.skipped == 3


def test_the_oldest_go_when_they_take_too_much_and_the_newest_always_stays() -> None:
    log = LogBuffer(max_bytes=10_000)
    for _ in range(100):
        log.append(record("x" * 1_000))
    kept = len(log.after(0).records)
    log.append(record("y" * 100_000))

    assert 1 < kept < 10
    assert numbers(log.after(0)) == [101]


def test_a_long_line_is_sent_cut_and_there_to_be_seen_whole() -> None:
    log = LogBuffer()
    log.append(record("x" * 100_000))
    (cut,) = log.after(0).records

    assert (len(cut.text), cut.cut) == (65_536, 34_464)
    assert log.whole(1) == "x" * 100_000
    assert log.whole(2) is None


def test_a_number_of_an_earlier_run_begins_anew() -> None:
    assert numbers(filled(2).after(99)) == [1, 2]


def test_a_record_is_json_by_field_names_at_any_depth() -> None:
    log = LogBuffer()
    frame = TraceFrame("main.py", 3, 3, 4, 9, "save", "    boom()", "app")
    error = ErrorReport("ValueError", "no", (frame,), cause=ErrorReport("KeyError", "'x'"))
    log.append(record(error=error, sequence=7, handler="save"))

    (shown,) = msgspec.json.decode(msgspec.json.encode(log.after(0).records))

    assert shown["number"] == 1
    assert (shown["sequence"], shown["handler"], shown["session_id"]) == (7, "save", "")
    assert shown["error"]["frames"][0]["end_column"] == 9
    assert shown["error"]["cause"]["type"] == "KeyError"


def test_files_of_frames_are_known_at_any_depth_while_their_error_is_here() -> None:
    def error(file: str, **more: Any) -> ErrorReport:
        return ErrorReport("E", "", (TraceFrame(file, 1, 1, 0, 1, "f", "f()", "installed"),), **more)

    log = LogBuffer(max_records=2)
    log.append(record(error=error("/lib/a.py", cause=error("/lib/b.py"), members=(error("/lib/c.py"),))))
    assert [log.names_file(f"/lib/{name}.py") for name in "abcd"] == [True, True, True, False]
    log.append(record())
    log.append(record())
    assert not log.names_file("/lib/a.py")


async def test_a_follower_gets_history_and_then_what_comes() -> None:
    log = filled(3)
    async with asyncio.timeout(LIMIT_S):
        following = log.follow(1)
        first = await anext(following)
        waiting = asyncio.ensure_future(anext(following))
        await asyncio.sleep(0)
        log.append(record("new"))
        second = await waiting

    assert numbers(first) == [2, 3]
    assert [one.text for one in second.records] == ["new"]


def test_a_text_that_is_not_ascii_counts_for_what_it_takes() -> None:
    plain, wide = LogBuffer(max_bytes=100_000), LogBuffer(max_bytes=100_000)
    for _ in range(100):
        plain.append(record("a" * 5_000))
        wide.append(record("…" * 5_000))

    kept = [log.last_number - log.first_number + 1 for log in (plain, wide)]
    assert kept == [19, 4]


@pytest.mark.parametrize(("records", "pause"), [(3, "SOON_S"), (500, "BATCH_S"), (2_500, "")])
async def test_the_next_batch_waits_as_long_as_the_one_before_was_large(
    monkeypatch: pytest.MonkeyPatch, records: int, pause: str
) -> None:
    # Every other pause would be far over the limit.
    for name in {"SOON_S", "BATCH_S"} - {pause}:
        monkeypatch.setattr(log_buffer, name, 10 * LIMIT_S)
    log = filled(records)
    async with asyncio.timeout(LIMIT_S):
        following = log.follow()
        await anext(following)
        log.append(record("new"))
        second = await anext(following)

    assert second.records[-1].text == "new"


async def test_shown_and_skipped_are_what_was_produced_for_a_slow_follower_too() -> None:
    log = LogBuffer(max_records=100)
    shown = skipped = 0
    async with asyncio.timeout(LIMIT_S):
        following = log.follow()
        for round_ in range(1, 30):
            for _ in range(round_ * 17):
                log.append(record())
            batch = await anext(following)
            shown += len(batch.records)
            skipped += batch.skipped

    assert skipped > 0
    assert shown + skipped == log.last_number


async def test_a_batch_is_bounded_and_full_ones_lose_nothing() -> None:
    log = filled(BATCH_RECORDS * 2 + 1)
    async with asyncio.timeout(LIMIT_S):
        following = log.follow()
        batches = [await anext(following) for _ in range(3)]

    assert [len(batch.records) for batch in batches] == [BATCH_RECORDS, BATCH_RECORDS, 1]
    assert not any(batch.skipped for batch in batches)


async def test_a_follower_that_goes_leaves_nothing_behind() -> None:
    log = LogBuffer()
    waiting = asyncio.ensure_future(anext(log.follow()))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert log._waiting == []
