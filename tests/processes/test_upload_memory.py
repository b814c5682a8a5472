"""A large file goes through the service and the app without being in the memory of either."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from browser_apps import text, write_app
from commands import open_command

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")

MEGABYTE = 1024 * 1024
LIMIT_S = 300.0

MAIN = """
    import zlib

    from mainspring.runtime import init_state

    init_state({"got": ""})


    def take(state, payload):
        (file,) = payload
        checksum = 0
        with file.open() as opened:
            while piece := opened.read(1 << 20):
                checksum = zlib.adler32(piece, checksum)
        state["got"] = f"{file.size} {checksum}"
"""


def processes_of(pid: int) -> list[int]:
    """A process and all below it."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            parents[int(status.parent.name)] = int(
                re.findall(r"^PPid:\s+(\d+)", status.read_text(), re.MULTILINE)[0]
            )
        except (OSError, IndexError):
            continue
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def memory(pid: int, name: str) -> int:
    """``VmRSS`` (now) or ``VmHWM`` (the highest since it was last forgotten), in bytes."""
    found = re.search(rf"^{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024


def forget_peaks(pids: list[int]) -> dict[int, int]:
    """Have each process's peak begin anew; return what each uses now."""
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    return {pid: memory(pid, "VmRSS") for pid in pids}


async def stream(megabytes: int) -> AsyncIterator[bytes]:
    """A form with one file, made on the way."""
    yield (
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n"
    )
    piece = bytes(range(256)) * (MEGABYTE // 256)
    for _ in range(megabytes):
        yield piece
    yield b"\r\n--edge--\r\n"


async def hear(socket: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, object]:
    while True:
        message: dict[str, object] = await socket.receive_json()
        if message["type"] == kind:
            return message


async def upload(url: str, client: aiohttp.ClientSession, megabytes: int, pids: list[int]) -> dict[int, int]:
    """Send a file as a page does and have it read by the handler; return how much each process grew."""
    async with client.get(url) as page:
        found = re.search(r'id="bootstrap">(.*?)</script>', await page.text(), re.DOTALL)
        assert found is not None
        ticket = json.loads(found[1])["ticket"]
    origin = url.rstrip("/")
    async with client.ws_connect(f"{origin}/session", headers={"Origin": origin}) as socket:
        await socket.send_json({"type": "join", "ticket": ticket, "page": "main"})
        session = str((await hear(socket, "joined"))["key"])
        before = await asyncio.to_thread(forget_peaks, pids)
        headers = {
            "Origin": origin,
            "X-Mainspring-Ticket": session,
            "Content-Type": "multipart/form-data; boundary=edge",
        }
        async with client.post(f"{origin}/uploads", data=stream(megabytes), headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            upload_id = (await answer.json())["id"]
        event = {
            "type": "event",
            "sequence": 1,
            "page": "main",
            "component": "file",
            "event": "wf-file-change",
        }
        await socket.send_json({**event, "payload": {"uploads": [upload_id]}})
        done = await hear(socket, "done")
        assert done["status"] == "ok"
        assert f"{megabytes * MEGABYTE} " in json.dumps(done["changes"])
        return {pid: memory(pid, "VmHWM") - before[pid] for pid in pids}


@pytest.mark.parametrize(
    ("megabytes", "growth_mb"), [(200, 32), pytest.param(1024, 100, marks=pytest.mark.soak)]
)
async def test_a_large_upload_takes_little_memory_of_the_service_and_of_the_app(
    tmp_path: Path, megabytes: int, growth_mb: int
) -> None:
    component = {"id": "file", "type": "file_input", "on": {"wf-file-change": "take"}}
    settings = {"mainspring.toml": f"upload_mb = {megabytes}\n"}
    app = write_app(tmp_path / "app", MAIN, files=settings, main=[component, text("@{got}", "got")])
    async with (
        asyncio.timeout(LIMIT_S),
        open_command("run", app, "--port", "0") as command,
        aiohttp.ClientSession() as client,
    ):
        pids = await asyncio.to_thread(processes_of, command.process.pid)
        growth = await upload(command.url, client, megabytes, pids)

    assert len(growth) >= 2
    assert max(growth.values()) <= growth_mb * MEGABYTE, growth
