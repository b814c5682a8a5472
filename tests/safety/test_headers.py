"""The headers of every route, in both modes, as a list that is changed on purpose: ``headers.txt``.

The routes come from the tables that the service is made from, so a new one is on the list or the test fails.
To write the list anew, delete it and run this.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from mainspring.builder.new_app import create_component
from mainspring.builder.web.access import Policy, Route
from raw_requests import Answer
from route_tables import CONTENT_TYPES, UPGRADE, filled, tables
from served_apps import PAGE, Served, serve, write_served_app

LIMIT_S = 60.0
GOLDEN = Path(__file__).with_name("headers.txt")
POLICY = "content-security-policy"
# What is another one each time, and says nothing about safety.
CHANGING = ("content-length", "date", "etag", "last-modified", "sec-websocket-accept")
PICTURE = """
state = init_state({"picture": b"\\x89PNG\\r\\n\\x1a\\n" + bytes(8), "count": 0, "who": "", "got": 0})
"""


def write_app(path: Path) -> Path:
    """An app with one of everything that it can serve."""
    write_served_app(path, '[theme]\naccent = "#0f766e"\n')
    main = path / "main.py"
    main.write_text(main.read_text("utf-8") + PICTURE, "utf-8")
    image = {"id": "picture", "type": "image", "fields": {"src": "@{picture}", "alt": "Picture"}}
    page = {**PAGE, "children": [*PAGE["children"], image]}  # type: ignore[misc]
    (path / "pages" / "main.json").write_text(json.dumps(page), "utf-8")
    create_component(path, "dial")
    return path


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Served]]:
    """Run mode, the Builder, and the app that it shows."""
    folder = tmp_path_factory.mktemp("headers")
    with serve(write_app(folder / "run"), "run") as (run,), serve(write_app(folder / "edit"), "edit") as edit:
        yield [run, *edit]


async def until_the_log_begins(builder: Served) -> None:
    """There is nothing to be asked for before the app has said its first line."""
    async with asyncio.timeout(LIMIT_S):
        while (await asyncio.to_thread(builder.ask, "GET", filled("/api/log/{number:[0-9]+}"))).status != 200:
            pass


async def blob_of(served: Served) -> str:
    """The address of the picture in a session's state."""
    headers = {name: text for name, text in served.headers.items() if text is not None}
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.ws_connect(f"{served.origin}/session") as socket,
    ):
        await socket.send_json(
            {
                "type": "join",
                "ticket": served.bootstrap["ticket"],
                "session": None,
                "page": "main",
                "route_vars": {},
            }
        )
        while (message := await socket.receive_json(timeout=20))["type"] != "joined":
            pass
        return f"/{message['state']['picture']}"


def ask(served: Served, route: Route, path: str) -> Answer:
    headers: dict[str, str | None] = {}
    if route.policy is Policy.SOCKET:
        headers |= UPGRADE
    if route.policy in CONTENT_TYPES:
        headers["Content-Type"] = CONTENT_TYPES[route.policy]
    body = b"{}" if route.policy is Policy.WRITE else b""
    return served.ask(route.method, path, body, **headers)


def told(answer: Answer, ports: dict[int, str]) -> set[str]:
    """An answer's headers as lines, without what differs between two runs, and between versions of Python."""
    lines = {f"{name}: {'…' if name in CHANGING else text}" for name, text in answer.headers.items()}
    for port, name in ports.items():
        lines = {line.replace(f"127.0.0.1:{port}", name) for line in lines}
    lines = {re.sub(r"'nonce-[^']+'", "'nonce-…'", line) for line in lines}
    lines = {re.sub(r"(mainspring_session_)\d+=[^;]+", r"\1…=…", line) for line in lines}
    lines = {line.replace("application/javascript", "text/javascript") for line in lines}
    lines = {line.replace("application/json; charset=utf-8", "application/json") for line in lines}
    return lines - {"content-length: …", "date: …", "sec-websocket-accept: …"}


def described(
    name: str, served: Served, asked: list[tuple[Route, str]], ports: dict[int, str]
) -> Iterator[str]:
    """First what all answers have, then what is said besides, and to which requests."""
    answers = [(f"{route.method} {route.path}", ask(served, route, path)) for route, path in asked]
    # What isn't there, and what may not be asked so, are answers as well.
    for method, path in (("GET", "/no/such/place"), ("PATCH", "/"), ("GET", "/%00")):
        answers.append((f"{method} {path}", served.ask(method, path)))
    headers = [told(answer, ports) for _, answer in answers]
    policies = Counter(line for lines in headers for line in lines if line.startswith(POLICY))
    usual = policies.most_common(1)[0][0]
    common = set.intersection(*headers)
    yield f"# {name}"
    yield "    every answer"
    yield from (f"        {line}" for line in sorted(common))
    yield f"        {usual}"
    yield "        (unless another one is listed below)"
    seen: dict[tuple[str, ...], list[str]] = {}
    for (asked_for, answer), lines in zip(answers, headers, strict=True):
        # Of what edits, it depends on the moment what it answers to nothing.
        status = "" if " /api/" in asked_for else f" {answer.status}"
        seen.setdefault(tuple(sorted(lines - common - {usual})), []).append(f"{asked_for}{status}")
    for own, requests in sorted(seen.items(), key=lambda item: sorted(item[1])):
        yield from (f"    {each}" for each in sorted(requests))
        yield from (f"        {line}" for line in own)


async def test_the_headers_of_every_route_are_what_their_list_says(apps: list[Served]) -> None:
    run, builder, preview = apps
    editing, shown = tables()
    script = f"/static/{re.findall(r'static/(app-[A-Z0-9]+[.]js)', run.ask('GET', '/').text)[0]}"
    real = {
        "/assets/{path:.+}": "/assets/logo.svg",
        "/components/{type}/{path:.+}": "/components/dial/component.js",
        "/static/{file}": script,
        "/api/files/{path:.+}": "/api/files/main.py",
        "/api/raw/{path:.+}": "/api/raw/assets/logo.svg",
    }
    await until_the_log_begins(builder)
    ports = {run.port: "APP", builder.port: "BUILDER", preview.port: "PREVIEW"}
    lines: list[str] = []
    for name, served, routes in (
        ("run", run, shown),
        ("edit", builder, editing),
        ("preview", preview, shown),
    ):
        places = {**real, "/blob/{name}": await blob_of(served) if served is not builder else "/blob/x"}
        asked = [
            (
                route,
                places[route.path] if route.method == "GET" and route.path in places else filled(route.path),
            )
            for route in routes
        ]
        # Whoever stops the app comes last.
        asked.sort(key=lambda each: "runtime" in each[1])
        lines += described(name, served, asked, ports)

    if not GOLDEN.exists():
        GOLDEN.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert lines == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_no_answer_lets_a_page_run_what_is_written_into_it() -> None:
    policies = [line for line in GOLDEN.read_text(encoding="utf-8").splitlines() if POLICY in line]
    scripts = {
        line.partition("script-src ")[2].partition(";")[0] for line in policies if "script-src" in line
    }

    assert scripts == {"'self'"}
    assert all("default-src 'none'" in line for line in policies)
