"""Running commands for tests that ask them as strangers do, and what such a stranger has to bring."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands import mainspring_command
from raw_requests import Answer, Line, request

BOOTSTRAP = re.compile(r'id="bootstrap">(.*?)</script>', re.DOTALL)

MAIN = '''
from pathlib import Path

from mainspring.runtime import init_state

CALLED = Path(__file__).with_name("called.txt")
init_state({"count": 0, "who": "", "got": 0, "_secret": "never sent"})


def handle_count(state):
    state["count"] += 1


def handle_name(state, payload):
    state["who"] = payload


def handle_files(state, payload):
    state["got"] = sum(file.size for file in payload)


def handle_failure(state):
    raise ValueError("the password is hunter2")


def erase_everything(state):
    """Linked to nothing."""
    CALLED.write_text("it was called")
'''
PAGE = {
    "schema": 1,
    "order": 1,
    "id": "main",
    "type": "page",
    "children": [
        {"id": "shown", "type": "text", "fields": {"text": "Count: @{count}"}},
        {"id": "count_button", "type": "button", "on": {"wf-click": "handle_count"}},
        {"id": "fail_button", "type": "button", "on": {"wf-click": "handle_failure"}},
        {"id": "name", "type": "text_input", "binding": "who", "on": {"wf-change": "handle_name"}},
        {"id": "files", "type": "file_input", "on": {"wf-file-change": "handle_files"}},
    ],
}


def write_served_app(path: Path, settings: str = "") -> Path:
    """An app with a counter, a failure, a text, files, and a function that nothing links to."""
    (path / "pages").mkdir(parents=True)
    (path / "assets").mkdir()
    (path / "main.py").write_text(MAIN, encoding="utf-8")
    (path / "pages" / "main.json").write_text(json.dumps(PAGE), encoding="utf-8")
    (path / "assets" / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    (path / ".env").write_text("PASSWORD=hunter2\n", encoding="utf-8")
    if settings:
        (path / "mainspring.toml").write_text(settings, encoding="utf-8")
    return path


@dataclass
class Served:
    """One listener of a running command.

    Attributes:
        headers: What lets a page of its own in: Host, Origin, and Cookie, token where it wants them.
        bootstrap: What its page starts from.
    """

    port: int
    app: Path
    process: subprocess.Popen[bytes]
    said: Path
    headers: dict[str, str | None]
    bootstrap: dict[str, Any]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    def ask(self, method: str, target: str, body: bytes = b"", **more: str | None) -> Answer:
        """Ask with all that a page of its own brings; ``more`` headers, ``_`` for ``-``, replace them."""
        headers = {**self.headers, **{name.replace("_", "-"): text for name, text in more.items()}}
        with Line(self.port) as line:
            return line.ask(request(method, target, headers, body))

    def raw(self, text: bytes) -> Answer:
        """Send bytes as they are."""
        with Line(self.port) as line:
            return line.ask(text)

    @property
    def log(self) -> str:
        return self.said.read_text(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def serve(app: Path, mode: str, *arguments: str) -> Iterator[list[Served]]:
    """Run ``mainspring run`` or ``edit``; of the second, yields the Builder and the app that it shows."""
    said = app.with_name(f"{app.name}-{mode}.log")
    command = [*mainspring_command(), mode, str(app), "--port", "0", "--no-browser", *arguments]
    with said.open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL)
    assert process.stdout is not None
    try:
        url = process.stdout.readline().decode().strip()
        assert url, f"the command ended before it served: {said.read_text()}"
        found = [_visited(url, app, process, said)]
        if mode == "edit":
            found.append(_visited(found[0].bootstrap["preview_url"], app, process, said))
        yield found
        assert process.poll() is None, f"the service has ended: {said.read_text()}"
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _visited(url: str, app: Path, process: subprocess.Popen[bytes], said: Path) -> Served:
    """Open an address as a browser does that was given it."""
    port = int(url.split("/")[2].rpartition(":")[2])
    host = f"127.0.0.1:{port}"
    target = "/" + url.split("/", 3)[3]
    cookie: str | None = None
    with Line(port) as line:
        answer = line.ask(request("GET", target, {"Host": host}))
        if answer.status == 303:
            cookie = answer.headers["set-cookie"].partition(";")[0]
            answer = line.ask(request("GET", answer.headers["location"], {"Host": host, "Cookie": cookie}))
    assert answer.status == 200, answer
    bootstrap = BOOTSTRAP.search(answer.text)
    assert bootstrap is not None
    told = json.loads(bootstrap[1])
    headers = {"Host": host, "Origin": f"http://{host}", "Cookie": cookie}
    if "write_token" in told:
        headers["X-Mainspring-Token"] = told["write_token"]
    return Served(port, app, process, said, headers, told)


def resident_bytes(pid: int) -> int:
    """Memory of a process that is in use now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
