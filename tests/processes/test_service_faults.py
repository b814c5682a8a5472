"""What is done to the service itself: killed while it saves, interrupted, without descriptors or terminal."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from commands import Command, mainspring_command, open_command
from mainspring.builder.code.atomic_write import is_temporary
from supervised_apps import LIMIT_S, is_gone
from web_server import free_port

PAGE = b"""{
 "schema": 1,
 "order": 1,
 "id": "main",
 "type": "page",
 "children": [
  {
   "id": "hello",
   "type": "text",
   "fields": {
    "text": "Hello"
   }
  }
 ]
}
"""


@pytest.fixture
def served(app_path: Path) -> Path:
    (app_path / "pages").mkdir()
    (app_path / "pages" / "main.json").write_bytes(PAGE)
    return app_path


class Editor:
    """A Builder page, as far as saving goes."""

    def __init__(self, client: aiohttp.ClientSession, origin: str, bootstrap: dict[str, str]) -> None:
        self._client = client
        self._origin = origin
        self._ticket = bootstrap["ticket"]
        self._headers = {"Origin": origin, "X-Mainspring-Token": bootstrap["write_token"]}

    @asynccontextmanager
    async def log(self) -> AsyncIterator[AsyncIterator[str]]:
        """The lines of the log, from the first one on."""
        url, headers = f"{self._origin}/api/socket", {"Origin": self._origin}
        async with self._client.ws_connect(url, headers=headers) as socket:
            await socket.send_json({"type": "join", "ticket": self._ticket, "log_after": 0})

            async def texts() -> AsyncIterator[str]:
                async for frame in socket:
                    message = json.loads(frame.data)
                    for record in message["records"] if message.get("type") == "log" else ():
                        yield record["text"]
                        await socket.send_str(str(record["number"]))

            yield texts()

    async def get(self, path: str) -> Any:
        async with self._client.get(f"{self._origin}{path}") as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def save(self, text: str, digest: str) -> str:
        """Save main.py; return the digest of what was acknowledged."""
        body = {"text": text, "base_digest": digest}
        url = f"{self._origin}/api/files/main.py"
        async with self._client.put(url, json=body, headers=self._headers) as response:
            assert response.status == 200, await response.text()
            return str((await response.json())["digest"])


@asynccontextmanager
async def editor(command: Command) -> AsyncIterator[Editor]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        async with client.get(command.url) as response:
            page = await response.text()
        found = re.search(r'id="bootstrap"[^>]*>(.*?)</script>', page, re.DOTALL)
        assert found is not None
        yield Editor(client, command.origin, json.loads(found[1]))


def below(pid: int) -> set[int]:
    """All processes that descend from ``pid``."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(entry.name))
    todo, found = [pid], set()
    while todo:
        children = parents.get(todo.pop(), [])
        found.update(children)
        todo += children
    return found


async def all_gone(pids: set[int]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not all(is_gone(pid) for pid in pids):
            await asyncio.to_thread(lambda: None)


def unfinished(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if is_temporary(path.name)]


async def kill_while_saving(served: Path, times: int) -> None:
    luck = random.Random(5)
    main = served / "main.py"
    for round_ in range(times):
        number, acknowledged = 0, 0
        async with open_command("edit", served, "--no-browser", "--no-template") as command:
            assert unfinished(served) == [], "not swept"
            async with editor(command) as page:
                digest = (await page.get("/api/files/main.py"))["digest"]
                killing = asyncio.get_running_loop().call_later(luck.random() * 0.2, command.process.kill)
                with contextlib.suppress(aiohttp.ClientError):
                    while True:
                        number += 1
                        digest = await page.save(f"version = {number}\n" + "# filler\n" * 5_000, digest)
                        acknowledged = number
                killing.cancel()
            await command.process.wait()

        text = main.read_text()
        assert text.endswith("# filler\n"), f"torn in round {round_}"
        kept = int(text.partition("\n")[0].removeprefix("version = "))
        if acknowledged:
            assert acknowledged <= kept <= number
    async with open_command("edit", served, "--no-browser", "--no-template"):
        assert unfinished(served) == []


async def test_a_service_killed_while_it_saves_leaves_what_it_has_acknowledged(served: Path) -> None:
    (served / "main.py").write_text("version = 0\n" + "# filler\n" * 5_000)
    await kill_while_saving(served, 4)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_a_hundred_services_killed_while_they_save_leave_what_they_have_acknowledged(
    served: Path,
) -> None:
    (served / "main.py").write_text("version = 0\n" + "# filler\n" * 5_000)
    await kill_while_saving(served, 100)


@pytest.mark.parametrize("options", [(), ("--no-template",)])
async def test_a_killed_service_leaves_no_process_and_its_port_is_free(
    served: Path, options: tuple[str, ...]
) -> None:
    (served / "main.py").write_text(
        "import subprocess\nchild = subprocess.Popen(['sleep', '1000'])\nprint(child.pid, flush=True)\n"
        "open('started', 'w').close()\nsum(range(10**13))\n"
    )
    port = str(free_port())
    async with open_command("edit", served, "--no-browser", "--port", port, *options) as command:
        async with asyncio.timeout(LIMIT_S):
            while not (served / "started").exists():
                await asyncio.to_thread(lambda: None)
        pids = below(command.process.pid)
        command.process.kill()
        await command.process.wait()
    assert len(pids) >= 2

    await all_gone(pids)
    (served / "main.py").write_text("")
    async with open_command("edit", served, "--no-browser", "--port", port) as again:
        assert again.origin == command.origin


@pytest.mark.parametrize("times", [1, 2])
async def test_ctrl_c_ends_the_service_also_while_its_app_holds_the_lock(served: Path, times: int) -> None:
    (served / "main.py").write_text("open('started', 'w').close()\nsum(range(10**13))\n")
    async with open_command("edit", served, "--no-browser") as command:
        async with asyncio.timeout(LIMIT_S):
            while not (served / "started").exists():
                await asyncio.to_thread(lambda: None)
            pids = below(command.process.pid)
            for _ in range(times):
                with contextlib.suppress(ProcessLookupError):
                    command.process.send_signal(signal.SIGINT)
            await command.process.wait()

    assert command.process.returncode == 130
    assert not any("Traceback" in line for line in command.said), command.said
    await all_gone(pids)


def test_without_a_terminal_to_write_to_the_app_is_served(served: Path) -> None:
    (served / "main.py").write_text("import sys\nprint('heard by nobody', file=sys.stderr)\n")
    for how in ("2>&-", "2>/dev/full"):
        words = " ".join([*mainspring_command(), "run", str(served)])
        process = subprocess.Popen(
            ["sh", "-c", f"exec {words} {how}"], stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            host, _, port = url.removeprefix("http://").rstrip("/").partition(":")
            with socket.create_connection((host, int(port)), LIMIT_S) as client:
                client.sendall(f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
                assert client.recv(1000).startswith(b"HTTP/1.1 200"), how
        finally:
            process.terminate()
            assert process.wait(LIMIT_S) == 0, how
            process.communicate()


def test_too_few_descriptors_are_named(served: Path) -> None:
    words = " ".join([*mainspring_command(), "run", str(served)])

    done = subprocess.run(
        ["sh", "-c", f"ulimit -n 12; exec {words}"],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    assert done.returncode == 1
    assert "Too many open files" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="no IPv6 here")
async def test_an_address_of_ipv6_alone_is_served(served: Path) -> None:
    async with open_command("run", served, "--host", "::1") as command, aiohttp.ClientSession() as client:
        assert command.url.startswith("http://[::1]:")
        async with client.get(command.url) as response:
            assert response.status == 200


async def test_damaged_pages_are_named_and_never_written_to(served: Path) -> None:
    luck = random.Random(11)
    damaged: dict[str, bytes] = {"half": PAGE[: len(PAGE) // 2], "empty": b"", "binary": os.urandom(300)}
    for number in range(30):
        data = bytearray(PAGE.replace(b'"main"', b'"flip_%d"' % number))
        for _ in range(3):
            data[luck.randrange(len(data))] ^= 1 << luck.randrange(8)
        damaged[f"flip_{number}"] = bytes(data)
    for key, content in damaged.items():
        (served / "pages" / f"{key}.json").write_bytes(content)

    async with open_command("edit", served, "--no-browser") as command, editor(command) as page:
        overview = await page.get("/api/overview")

        broken = {one["file"]: one for one in overview["broken"]}
        assert {"pages/half.json", "pages/empty.json", "pages/binary.json"} <= broken.keys()
        assert all(one["line"] >= 1 and one["message"] for one in broken.values())
        whole = {state["key"] for state in overview["pages"]}
        assert "main" in whole
        assert whole | {Path(file).stem for file in broken} == {"main", *damaged}
    for key, content in damaged.items():
        assert (served / "pages" / f"{key}.json").read_bytes() == content, key


async def test_one_save_of_the_builder_and_one_from_outside_have_one_reason_each(served: Path) -> None:
    async with open_command("edit", served, "--no-browser") as command, editor(command) as page:
        texts: list[str] = []
        async with asyncio.timeout(LIMIT_S), page.log() as records:
            digest = (await page.get("/api/files/main.py"))["digest"]
            await page.save("print('by the Builder')\n", digest)
            async for text in records:
                texts.append(text)
                if text == "by the Builder":
                    (served / "main.py").write_text("print('from outside')\n")
                if text == "from outside":
                    break

    reasons = [text for text in texts if text in ("main.py was saved", "changed on disk")]
    assert reasons[-1] == "changed on disk"
    assert len(reasons) == 2
