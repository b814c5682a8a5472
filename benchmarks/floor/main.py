"""The least that a page, a service and a child process over a pipe cost: what Mainspring is compared with.

One button, one counter; no sessions, no checks, no page tree. ``python main.py PORT``.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import msgspec
from aiohttp import WSMsgType, web

PAGE = """<!doctype html><meta charset=utf-8><title>floor</title>
<button id=b>Increment</button><p id=c></p>
<script>
const socket = new WebSocket(`ws://${location.host}/socket`);
const text = document.getElementById("c");
socket.onmessage = (event) => { text.textContent = `count: ${JSON.parse(event.data).count}`; };
document.getElementById("b").onclick = () => socket.send(JSON.stringify({event: "increment"}));
</script>"""


class Child:
    """The child process and the calls that wait for it, oldest first (it answers in order)."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._waiting: list[asyncio.Future[bytes]] = []

    async def pump(self) -> None:
        while True:
            length = int.from_bytes(await self._reader.readexactly(4), "big")
            self._waiting.pop(0).set_result(await self._reader.readexactly(length))

    async def call(self, session: int) -> bytes:
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        body = msgspec.msgpack.encode(session)
        self._writer.write(len(body).to_bytes(4, "big") + body)
        return await answer


async def serve(port: int, child_connection: socket.socket) -> None:
    child = Child(*await asyncio.open_connection(sock=child_connection))

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    async def connect(request: web.Request) -> web.WebSocketResponse:
        browser = web.WebSocketResponse(compress=False)
        await browser.prepare(request)
        await browser.send_str('{"count": 0}')
        async for message in browser:
            if message.type == WSMsgType.TEXT:
                msgspec.json.decode(message.data)
                await browser.send_str((await child.call(id(browser))).decode())
        return browser

    app = web.Application()
    app.add_routes([web.get("/", page), web.get("/socket", connect)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print(f"http://127.0.0.1:{port}/", flush=True)
    await child.pump()


def main() -> None:
    ours, theirs = socket.socketpair()
    command: list[str | Path] = [
        sys.executable,
        Path(__file__).with_name("child.py"),
        str(theirs.fileno()),
    ]
    with theirs:
        process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
    try:
        asyncio.run(serve(int(sys.argv[1]), ours))
    except KeyboardInterrupt:
        pass
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
