"""The template process: runtimes by a fork, as good as fresh ones, and never one that isn't safe."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import textwrap
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from commands import open_command
from mainspring.builder.processes.log_buffer import LogBuffer
from mainspring.builder.processes.runtime_starts import RuntimeStarts, open_starts
from mainspring.builder.settings import load_settings
from supervised_apps import COUNTER, LIMIT_S, Watched, is_gone, watched

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks runtimes")

TWO = COUNTER.replace("one", "two")


@asynccontextmanager
async def forking(app_path: Path, **options: Any) -> AsyncIterator[tuple[Watched, RuntimeStarts]]:
    """A supervisor whose runtimes come from a template that is prepared."""
    log = LogBuffer()
    async with (
        open_starts(app_path, log, **options) as starts,
        watched(app_path, log=log, start=starts.start, on_ready=starts.learn) as seen,
    ):
        await seen.settled()
        await prepared(starts)
        yield seen, starts


async def prepared(starts: RuntimeStarts) -> None:
    async with asyncio.timeout(LIMIT_S):
        await starts.prepared()


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def template_pid(starts: RuntimeStarts) -> int:
    assert starts._current is not None
    return starts._current.pid


def live_pid(seen: Watched) -> int:
    pid: int = seen.supervisor._live.runtime.pid  # type: ignore[union-attr]
    return pid


async def until(found: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not found():
            await asyncio.to_thread(lambda: None)


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, str], None]:
    """Writes an installed package, as every process that is started sees it."""
    installed = tmp_path / "lib" / "site-packages"
    installed.mkdir(parents=True)
    monkeypatch.setenv("PYTHONPATH", str(installed))
    monkeypatch.syspath_prepend(str(installed))

    def write(name: str, source: str) -> None:
        # A folder of its own: where a module lies beside others, its bytecode changes what is installed.
        (installed / name).mkdir(exist_ok=True)
        (installed / name / "__init__.py").write_text(textwrap.dedent(source))

    return write


async def test_a_reload_is_a_fork_of_the_template_and_keeps_the_state(app_path: Path) -> None:
    async with forking(app_path) as (seen, starts):
        await seen.open()
        seen.click("bump", 1)
        await seen.done(1)
        status = await seen.save(TWO)

        assert status.state == "live"
        assert parent_of(live_pid(seen)) == template_pid(starts)
        await seen.until(lambda: seen.supervisor.status.kept == 2)
        seen.click("bump", 2)
        assert (await seen.done(2)).status == "ok"


async def test_what_the_app_imports_is_there_before_the_app_is(
    app_path: Path, package: Callable[[str, str], None]
) -> None:
    package("heavy", "import os\nloaded_by = os.getpid()\n")
    (app_path / "main.py").write_text(
        "import heavy, os\nprint('loaded by', heavy.loaded_by == os.getppid())\n"
    )
    async with forking(app_path) as (seen, _):
        await seen.save("import heavy, os\nprint('now', heavy.loaded_by == os.getppid())\n")

        await seen.until(lambda: "now True" in seen.texts())
        assert "loaded by False" in seen.texts()


async def test_frames_and_linear_algebra_work_in_every_fork(app_path: Path) -> None:
    source = """
import numpy, pandas
matrix = numpy.random.rand(200, 200)
product = matrix @ numpy.linalg.inv(matrix)
frame = pandas.DataFrame({"word": ["a", "b", "a"], "n": [1, 2, 3]})
print(bool(numpy.allclose(product, numpy.eye(200))), frame.groupby("word").n.sum().to_dict(), VERSION)
print("drawn", numpy.random.rand())
"""
    (app_path / "main.py").write_text(source.replace("VERSION", "0"))
    async with forking(app_path) as (seen, starts):
        for number in range(1, 6):
            await seen.save(source.replace("VERSION", str(number)))
            assert parent_of(live_pid(seen)) == template_pid(starts)
            await seen.until(lambda number=number: f"True {{'a': 4, 'b': 2}} {number}" in seen.texts())  # type: ignore[misc]

        drawn = [text for text in seen.texts() if text.startswith("drawn")]
        assert len(set(drawn)) == len(drawn), "forks draw the same random numbers"


UNFIT = {
    "a thread": "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n",
    "a native thread": (
        "import ctypes\nlibrary, number = ctypes.CDLL(None), ctypes.c_ulong()\n"
        "library.pthread_create(ctypes.byref(number), None, library.pause, None)\n"
    ),
    "a process": "import subprocess\nchild = subprocess.Popen(['sleep', '1000'])\n",
    "a connection": "import socket\nopened = socket.socket()\n",
    "its own end": "import os, sys\nif 'main' not in sys.modules:\n    os._exit(3)\n",
}


@pytest.mark.parametrize("case", UNFIT)
async def test_a_package_that_does_not_go_with_a_fork_is_named_and_left_out(
    app_path: Path, package: Callable[[str, str], None], case: str
) -> None:
    package("busy", UNFIT[case])
    package("calm", "")
    (app_path / "main.py").write_text("import calm, busy\n")
    async with forking(app_path) as (seen, starts):
        await seen.until(lambda: any(text.startswith("busy ") for text in seen.texts()))
        await prepared(starts)
        status = await seen.save("import calm, busy\nprint('again')\n")

        assert status.state == "live"
        assert parent_of(live_pid(seen)) == template_pid(starts)
        assert "busy" not in starts._current_modules
        assert "calm" in starts._current_modules


async def test_an_excluded_package_is_loaded_anew_each_time(
    app_path: Path, package: Callable[[str, str], None]
) -> None:
    package("heavy", "import os\nloaded_by = os.getpid()\n")
    (app_path / "main.py").write_text("import heavy\n")
    async with forking(app_path, exclude=["heavy"]) as (seen, _):
        await seen.save("import heavy, os\nprint('own', heavy.loaded_by == os.getpid())\n")

        await seen.until(lambda: "own True" in seen.texts())


async def test_without_a_template_a_spare_interpreter_serves(
    app_path: Path, package: Callable[[str, str], None]
) -> None:
    package("busy", UNFIT["a thread"] + "import sys\nahead = 'main' not in sys.modules\n")
    (app_path / "main.py").write_text("import busy\n")
    async with forking(app_path, template=False) as (seen, starts):
        for number in range(3):
            await prepared(starts)
            spare = template_pid(starts)
            status = await seen.save(f"import busy, os\nprint({number}, busy.ahead)\n")
            assert status.state == "live"
            assert live_pid(seen) == spare
            await seen.until(lambda number=number: f"{number} True" in seen.texts())  # type: ignore[misc]
        await seen.supervisor.stop()
        assert is_gone(spare)


async def test_a_file_of_the_app_comes_before_a_module_of_the_same_name(app_path: Path) -> None:
    (app_path / "main.py").write_text("import colorsys\n")
    async with forking(app_path) as (seen, starts):
        assert "colorsys" in starts._current_modules
        seen.write("mine = True\n", "colorsys.py")
        await seen.save("import colorsys\nprint('mine', colorsys.mine)\n")

        await seen.until(lambda: "mine True" in seen.texts())


async def test_a_changed_environment_replaces_the_template(
    app_path: Path, package: Callable[[str, str], None]
) -> None:
    package("heavy", "version = 1\n")
    (app_path / "main.py").write_text("import heavy\n")
    async with forking(app_path) as (seen, starts):
        before = template_pid(starts)
        package("heavy", "version = 22\n")
        package("other", "")
        await seen.save("import heavy\nprint('version', heavy.version)\n")
        await seen.until(lambda: "version 22" in seen.texts())
        await prepared(starts)

        assert template_pid(starts) != before
        await until(lambda: is_gone(before))


async def test_new_imports_replace_the_template_and_the_app_stays(
    app_path: Path, package: Callable[[str, str], None]
) -> None:
    package("heavy", "")
    async with forking(app_path) as (seen, starts):
        await seen.save(TWO)
        before, app = template_pid(starts), live_pid(seen)
        await seen.save(TWO + "import heavy\n")
        await prepared(starts)
        await until(lambda: "heavy" in starts._current_modules)
        await prepared(starts)

        assert template_pid(starts) != before
        assert seen.supervisor.status.state == "live"
        assert not is_gone(before), "it ended under the app that it has made"
        await seen.save(COUNTER)
        await seen.alone()
        await until(lambda: is_gone(before) and is_gone(app))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("os._exit(7)", "exit code 7"),
        ("os.kill(os.getpid(), 9)", "SIGKILL"),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
    ],
)
async def test_the_end_of_a_forked_app_is_seen_with_its_code_or_signal(
    app_path: Path, code: str, said: str
) -> None:
    async with forking(app_path) as (seen, _):
        await seen.save(COUNTER + f"import os\ndef die():\n    {code}\n")
        await seen.open()
        seen.click("die", 1)

        assert (await seen.done(1)).status == "lost"
        await seen.until(lambda: any(said in text for text in seen.texts()))
        if said == "SIGSEGV":
            assert any("Segmentation fault" in text for text in seen.texts())
        await seen.until(lambda: seen.supervisor.status.generation == 3)


async def test_a_template_that_is_killed_takes_its_app_along_and_both_come_back(app_path: Path) -> None:
    async with forking(app_path) as (seen, starts):
        await seen.save(TWO)
        app = live_pid(seen)
        os.kill(template_pid(starts), signal.SIGKILL)
        await seen.until(lambda: (seen.supervisor.status.generation or 0) > 2)

        assert is_gone(app)
        seen.supervisor.reload("again", [])
        assert (await seen.save(COUNTER)).state == "live"


async def test_the_template_ends_with_the_block_and_so_do_the_apps(app_path: Path) -> None:
    async with forking(app_path) as (seen, starts):
        await seen.save(TWO)
        pids = template_pid(starts), live_pid(seen)

    assert all(is_gone(pid) for pid in pids)


async def test_stop_ends_a_forked_app_that_holds_the_lock_and_its_subprocesses(app_path: Path) -> None:
    async with forking(app_path) as (seen, _):
        await seen.save(
            COUNTER + "import os, subprocess\ndef spin():\n"
            "    child = subprocess.Popen(['sleep', '1000'])\n"
            "    os.write(1, b'child %d\\n' % child.pid)\n    sum(range(10**13))\n"
        )
        await seen.open()
        seen.click("spin", 1)
        await seen.until(lambda: any(text.startswith("child ") for text in seen.texts()))
        child = next(int(text.split()[1]) for text in seen.texts() if text.startswith("child "))
        await seen.supervisor.stop()

        assert seen.supervisor.status.state == "stopped"
        await until(lambda: is_gone(child))


def commands_below(pid: int) -> list[str]:
    # Threads and processes may end while they are looked at.
    children, found = list[str](), list[str]()
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            children += (task / "children").read_text().split()
    for child in children:
        with contextlib.suppress(OSError):
            found.append(Path(f"/proc/{child}/cmdline").read_text().replace("\0", " "))
    return found


@pytest.mark.parametrize(("options", "spare"), [((), False), (("--no-template",), True)])
async def test_the_command_says_whether_a_template_or_a_spare_serves(
    app_path: Path, options: tuple[str, ...], spare: bool
) -> None:
    (app_path / "mainspring.toml").write_text('template_exclude = ["numpy"]\n')
    (app_path / "pages").mkdir()
    async with open_command("edit", app_path, "--port", "0", "--no-browser", *options) as builder:
        pid = builder.process.pid
        await until(lambda: any("runtime.template" in command for command in commands_below(pid)))

        commands = [command for command in commands_below(pid) if "runtime.template" in command]
        assert ["--spare" in command for command in commands] == [spare]


def test_the_packages_that_are_loaded_anew_are_a_setting(app_path: Path) -> None:
    (app_path / "mainspring.toml").write_text('template_exclude = ["numpy"]\n')

    assert load_settings(app_path).template_exclude == ("numpy",)
