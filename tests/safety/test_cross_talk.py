"""A hundred users at once, each with a word of their own: nobody ever gets to see another's."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import secrets
from pathlib import Path
from typing import Any

import aiohttp
import figures
import pytest
from commands import open_command
from live_clients import operations_of
from served_apps import BOOTSTRAP
from sites import new_client

SESSIONS = 100
EVENTS = 10_000
LIMIT_S = 100.0

MAIN = '''
import asyncio

from mainspring.runtime import init_state

init_state({"word": "", "seen": [], "count": 0, "_private": ""})


def keep(state, payload, session):
    """In a thread of the pool."""
    state["word"] = payload
    state["_private"] = payload
    state["count"] += 1
    state["seen"] = [state["_private"], session["id"]]


async def keep_later(state, payload, session):
    """In the loop, with others between the two halves."""
    state["word"] = payload
    await asyncio.sleep(0)
    state["count"] += 1
    state["seen"] = [state["word"], session["id"]]
'''
PAGE = {
    "schema": 1,
    "order": 1,
    "id": "main",
    "type": "page",
    "children": [
        {"id": "one", "type": "text_input", "on": {"wf-change": "keep"}},
        {"id": "two", "type": "text_input", "on": {"wf-change": "keep_later"}},
        {"id": "shown", "type": "text", "fields": {"text": "@{word} @{seen} @{count}"}},
    ],
}


class User:
    """A browser of one user: sends words that only it has, and looks at all that comes."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.word = secrets.token_hex(12)
        self.session = ""
        self.sent = 0
        self.counted = 0
        self.answered: list[tuple[int, str]] = []

    async def join(self, ticket: str) -> None:
        await self._socket.send_str(json.dumps({"type": "join", "ticket": ticket, "page": "main"}))
        while not self.session:
            self.session = (await self._hear()).get("session", "")

    async def send_events(self, count: int) -> list[str]:
        """Send ``count`` events, no more than a few ahead of their answers; return all that came."""
        heard: list[str] = []
        while len(self.answered) < count:
            while self.sent < count and self.sent - len(self.answered) < 4:
                self.sent += 1
                await self._socket.send_str(self._event())
            message = await self._hear()
            heard.append(json.dumps(message))
            if message["type"] == "done":
                self.answered.append((message["sequence"], message["status"]))
            for operation in operations_of(message):
                if operation[1] == ["count"]:
                    self.counted = operation[2]
        return heard

    def _event(self) -> str:
        return json.dumps(
            {
                "type": "event",
                "sequence": self.sent,
                "page": "main",
                "component": random.choice(("one", "two")),
                "event": "wf-change",
                "payload": f"{self.word}-{self.sent}",
            }
        )

    async def _hear(self) -> dict[str, Any]:
        frame = await self._socket.receive()
        assert frame.type is aiohttp.WSMsgType.TEXT, frame
        message: dict[str, Any] = json.loads(frame.data)
        return message


@pytest.fixture
def app(tmp_path: Path) -> Path:
    path = tmp_path / "words"
    (path / "pages").mkdir(parents=True)
    (path / "main.py").write_text(MAIN)
    (path / "pages" / "main.json").write_text(json.dumps(PAGE))
    (path / "mainspring.toml").write_text("events_per_s = 1000\n")
    return path


async def test_of_a_hundred_users_nobody_gets_what_is_anothers(app: Path) -> None:
    async with (
        asyncio.timeout(LIMIT_S),
        open_command("run", app, "--no-browser") as command,
        new_client() as client,
        contextlib.AsyncExitStack() as sockets,
    ):
        users: list[User] = []
        for _ in range(SESSIONS):
            async with client.get(command.url) as got:
                found = BOOTSTRAP.search(await got.text())
            assert found is not None
            socket = await sockets.enter_async_context(
                client.ws_connect(f"{command.origin}/session", headers={"Origin": command.origin})
            )
            users.append(User(socket))
            await users[-1].join(json.loads(found[1])["ticket"])
        heard = await asyncio.gather(*(user.send_events(EVENTS // SESSIONS) for user in users))

    mixed = 0
    for user, messages in zip(users, heard, strict=True):
        others = {word for other in users if other is not user for word in (other.word, other.session)}
        told = "".join(messages)
        mixed += sum(word in told for word in others)
        # They start in their order; one that takes more than 100 ms may end after the next.
        assert sorted(number for number, _ in user.answered) == list(range(1, EVENTS // SESSIONS + 1))
        assert {status for _, status in user.answered} == {"ok"}
        assert user.counted == EVENTS // SESSIONS
        assert user.session in told
    assert len({user.session for user in users}) == SESSIONS
    assert mixed == 0
    figures.say(f"{SESSIONS} sessions, {EVENTS:,} interleaved events", f"{mixed} words in a wrong session")
