"""The command line as a real process, for tests."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

START_LIMIT_S = 30.0
SAYING_LIMIT_S = 30.0


@dataclass
class Command:
    """A running ``mainspring`` command: where it serves, and what it said on stderr so far."""

    process: asyncio.subprocess.Process
    url: str
    said: list[str] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def until_said(self, text: str) -> None:
        """Wait until a line on stderr holds ``text``."""
        async with asyncio.timeout(SAYING_LIMIT_S):
            while not any(text in line for line in self.said):
                self.heard.clear()
                await self.heard.wait()

    @property
    def origin(self) -> str:
        return "/".join(self.url.split("/", 3)[:3])


def mainspring_command() -> list[str]:
    """How to run the command that belongs to this Python."""
    installed = Path(sys.executable).with_name("mainspring")
    return [str(installed)] if installed.exists() else [sys.executable, "-m", "mainspring.builder.cli"]


@contextlib.asynccontextmanager
async def open_command(*arguments: str | Path, cwd: Path | None = None) -> AsyncIterator[Command]:
    """Run ``mainspring …`` until it has printed its URL; end it with Ctrl-C when the block ends."""
    process = await asyncio.create_subprocess_exec(
        *mainspring_command(),
        *map(str, arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=cwd,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    command = Command(process, "")

    async def listen(stream: asyncio.StreamReader) -> None:
        async for line in stream:
            command.said.append(line.decode(errors="replace").rstrip())
            command.heard.set()

    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(listen(process.stderr))
        try:
            async with asyncio.timeout(START_LIMIT_S):
                command.url = (await process.stdout.readline()).decode().strip()
            assert command.url, f"the command ended before it served: {command.said}"
            yield command
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(signal.SIGINT)
            try:
                async with asyncio.timeout(10):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
            await listening
