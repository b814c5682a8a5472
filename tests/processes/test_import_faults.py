"""A main.py that can't be loaded, many times in a row: what served goes on, and a good save is live."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from supervised_apps import COUNTER, Watched, edited

TIMES: Final = 2
SOAK_TIMES: Final = 20


def text(source: str) -> Callable[[Path], None]:
    return data(source.encode())


def data(content: bytes) -> Callable[[Path], None]:
    def write(main: Path) -> None:
        main.write_bytes(content)

    return write


def link(target: str) -> Callable[[Path], None]:
    def make(main: Path) -> None:
        main.unlink()
        main.symlink_to(target)

    return make


def pipe(main: Path) -> None:
    main.unlink()
    os.mkfifo(main)


def folder(main: Path) -> None:
    main.unlink()
    main.mkdir()


# How main.py is spoilt, and what is said of it.
FAULTS: Final[dict[str, tuple[Callable[[Path], None], str]]] = {
    "a syntax error": (text("def bump(state:\n"), "was never closed"),
    "an exception": (text("\nraise ValueError('no luck')\n"), "no luck"),
    "sys.exit": (text("import sys\nsys.exit('bye')\n"), "SystemExit"),
    "os._exit": (text("import os\nos._exit(7)\n"), "exit code 7"),
    "an abort": (text("import os\nos.abort()\n"), "SIGABRT"),
    "a segmentation fault": (text("import ctypes\nctypes.string_at(0)\n"), "SIGSEGV"),
    "deleted": (Path.unlink, "main.py is missing"),
    "a folder": (folder, "main.py is a folder"),
    "unreadable": (link("main.py"), "main.py can't be read"),
    "a read error of the disk": (link("/proc/self/mem"), "main.py can't be read"),
    "a named pipe": (pipe, "no regular file"),
    "a device": (link("/dev/zero"), "no regular file"),
    "latin-1": (data(b"x = 1\ny = '\xe9'\n"), "not UTF-8: byte 0xe9 in line 2"),
    "UTF-16": (data("x = 1\n".encode("utf-16")), "UTF-16"),
    "a NUL byte": (data(b"x = 1\n\0"), "NUL byte"),
    "10 MB with an error at its end": (data(b"# filler\n" * 1_100_000 + b"(\n"), "never closed"),
    "closed descriptors": (text("import os\nos.closerange(0, 500)\nos._exit(3)\n"), "while it was loading"),
    "garbage on the pipe": (
        text(
            "import os, stat\n"
            "for n in range(3, 100):\n"
            "    try:\n"
            "        if stat.S_ISSOCK(os.fstat(n).st_mode): os.write(n, b'garbage' * 100)\n"
            "    except OSError: pass\n"
            "import time\ntime.sleep(1e6)\n"
        ),
        "something else than messages",
    ),
}
# These have no end that could be waited for: the good save comes while they run.
ENDLESS: Final = {
    "a loop": "while True: pass",
    "a call that holds the lock": "sum(range(10**13))",
    "a wait": "import time; time.sleep(1e9)",
    "a stopped process": "import signal; os.kill(os.getpid(), signal.SIGSTOP)",
}


def good(number: int | str) -> str:
    return COUNTER + f"print('version {number}.')\n"


def put_back(main: Path, source: str) -> None:
    if main.is_symlink() or main.is_fifo():
        main.unlink()
    elif main.is_dir():
        main.rmdir()
    main.write_text(source, encoding="utf-8")


async def is_live(seen: Watched, number: int) -> None:
    await seen.until(lambda: f"version {number}." in seen.texts())
    status = await seen.live()
    assert (status.error, status.message) == (None, "")


async def still_serves(seen: Watched, sequence: int) -> None:
    seen.click("bump", sequence)
    assert (await seen.done(sequence)).status == "ok"


async def spoil_and_mend(app_path: Path, case: str, times: int) -> None:
    spoil, said = FAULTS[case]
    main = app_path / "main.py"
    lasted: list[float] = []
    async with edited(app_path, look_every_s=0.2) as seen:
        await seen.open()
        for number in range(times):
            turns = seen.lag.turns
            before = len([record for record in seen.log.after(0, 100_000).records if record.error])
            await asyncio.to_thread(spoil, main)
            await seen.until(lambda: seen.supervisor.status.error is not None)
            failed = await seen.settled()
            assert (failed.state, failed.generation is not None) == ("failed", True)
            assert said in failed.message, failed.message
            assert len([record for record in seen.log.after(0, 100_000).records if record.error]) > before
            await still_serves(seen, number + 1)

            began = time.perf_counter()
            await asyncio.to_thread(put_back, main, good(number))
            await is_live(seen, number)
            lasted.append(time.perf_counter() - began)
            assert seen.lag.turns > turns, "the builder stood still"
        await seen.alone()
        print(f"{case}: live again after {max(lasted) * 1000:.0f} ms at most, {seen.lag.said()}")


@pytest.mark.parametrize("case", FAULTS)
async def test_after_each_bad_main_file_the_version_before_serves_and_a_good_one_is_live(
    app_path: Path, case: str
) -> None:
    await spoil_and_mend(app_path, case, TIMES)


@pytest.mark.soak
@pytest.mark.parametrize("case", FAULTS)
async def test_twenty_bad_main_files_in_a_row_are_each_followed_by_a_good_one(
    app_path: Path, case: str
) -> None:
    await spoil_and_mend(app_path, case, SOAK_TIMES)


async def hang_and_mend(app_path: Path, case: str, times: int) -> None:
    main = app_path / "main.py"
    lasted: list[float] = []
    async with edited(app_path) as seen:
        await seen.open()
        for number in range(times):
            main.write_text(f"import os\nos.write(1, b'hangs {number}.\\n')\n{ENDLESS[case]}\n")
            await seen.until(lambda number=number: f"hangs {number}." in seen.texts())  # type: ignore[misc]
            turns = seen.lag.turns
            await still_serves(seen, number + 1)
            assert seen.supervisor.status.state == "starting"

            began = time.perf_counter()
            main.write_text(good(number))
            await is_live(seen, number)
            lasted.append(time.perf_counter() - began)
            assert seen.lag.turns > turns, "the builder stood still"
        await seen.alone()
        print(f"{case}: live again after {max(lasted) * 1000:.0f} ms at most, {seen.lag.said()}")


@pytest.mark.parametrize("case", ENDLESS)
async def test_a_good_save_does_not_wait_for_a_main_file_that_never_ends(app_path: Path, case: str) -> None:
    await hang_and_mend(app_path, case, TIMES)


@pytest.mark.soak
@pytest.mark.parametrize("case", ENDLESS)
async def test_twenty_main_files_that_never_end_are_each_followed_by_a_good_one(
    app_path: Path, case: str
) -> None:
    await hang_and_mend(app_path, case, SOAK_TIMES)


HARMLESS: Final[dict[str, Any]] = {
    "a byte order mark": b"\xef\xbb\xbf" + good("of it").encode(),
    "10 MB": b"# filler\n" * 1_100_000 + good("of it").encode(),
    "Windows line ends": good("of it").replace("\n", "\r\n").encode(),
    "a declared encoding": b"# coding: latin-1\nx = '\xe9'\n" + good("of it").encode(),
}


@pytest.mark.parametrize("case", HARMLESS)
async def test_an_unusual_main_file_that_python_can_run_is_live(app_path: Path, case: str) -> None:
    async with edited(app_path) as seen:
        (app_path / "main.py").write_bytes(HARMLESS[case])
        await seen.until(lambda: "version of it." in seen.texts())

        assert (await seen.live()).error is None
