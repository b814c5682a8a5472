"""A question to another program: a process that reads it, answers and is gone, within limits."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

__all__ = ["Said", "SaidTooMuch", "TookTooLong", "converse"]

_PIECE: Final = 1 << 16


class TookTooLong(Exception):
    """It was ended."""


class SaidTooMuch(Exception):
    """It was ended."""


class Said(msgspec.Struct, frozen=True):
    status: int
    output: bytes
    errors: bytes


async def converse(
    call: Sequence[str | Path],
    given: bytes,
    *,
    limit_s: float,
    max_bytes: int,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Said:
    """Run ``call`` with ``given`` on its stdin; however this ends, the process has ended too.

    Raises:
        OSError: It can't be started.
        TookTooLong: It had not ended after ``limit_s`` seconds.
        SaidTooMuch: It wrote more than ``max_bytes``.
    """
    process = await asyncio.create_subprocess_exec(
        *call,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=cwd,
        env=env,
        # A Ctrl-C in the terminal is for the service.
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        async with asyncio.timeout(limit_s):
            with contextlib.suppress(OSError):
                process.stdin.write(given)
                await process.stdin.drain()
            process.stdin.close()
            output, errors = await asyncio.gather(
                _limited(process, process.stdout, max_bytes), _limited(process, process.stderr, max_bytes)
            )
            status = await process.wait()
    except TimeoutError:
        raise TookTooLong from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        # Not wait(): that hangs until 3.12 where a pipe is full and nobody reads it to its end.
        await process.communicate()
    if output is None or errors is None:
        raise SaidTooMuch
    return Said(status, output, errors)


async def _limited(
    process: asyncio.subprocess.Process, stream: asyncio.StreamReader, max_bytes: int
) -> bytes | None:
    """All that comes; None where it is too much, which ends the process."""
    pieces: list[bytes] = []
    size = 0
    while piece := await stream.read(_PIECE):
        size += len(piece)
        if size <= max_bytes:
            pieces.append(piece)
        else:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
    return b"".join(pieces) if size <= max_bytes else None
