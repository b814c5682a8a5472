"""How a service ends while people use it: what runs may finish, nobody new comes, everybody comes back."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path
from typing import Any, cast

import pytest
from commands import open_command
from mainspring.builder.processes.supervisor import Status
from mainspring.runtime.protocol import Done, Event
from sites import LIMIT_S, Browser, Site, new_client


def click(sequence: int = 1, component: str = "save") -> dict[str, Any]:
    payload = {"ctrl_key": False, "shift_key": False, "meta_key": False}
    event = {"page": "main", "component": component, "event": "wf-click", "payload": payload, "rows": []}
    return {"type": "event", "sequence": sequence, **event}


async def status(site: Site, path: str) -> int:
    async with site.client.get(site.url + path) as got:
        return got.status


async def start_event(site: Site, browser: Browser) -> Event:
    """Have an event run that the app hasn't answered."""
    await browser.say(click())
    # What comes after it on the same line is answered after it was passed on.
    await browser.say(click(2, "idle"))
    await browser.hear("done")
    (event,) = site.app.all(Event)
    return cast("Event", event)


@pytest.mark.parametrize(
    "now",
    [
        Status("starting"),
        Status("failed"),
        Status("stopped"),
        Status("crashed"),
        Status("live", 1, responding=False),
    ],
    ids=lambda now: now.state if now.responding else "silent",
)
async def test_it_is_ready_while_the_app_serves_and_healthy_while_it_answers_at_all(
    site: Site, now: Status
) -> None:
    before = await status(site, "/readyz")
    site.app.change_status(now)
    meanwhile = await status(site, "/readyz"), await status(site, "/healthz")
    site.app.change_status(Status("live", 2))

    assert (before, meanwhile, await status(site, "/readyz")) == (200, (503, 200), 200)


async def test_who_waits_for_an_answer_gets_it_and_is_then_told_to_come_back(site: Site) -> None:
    async with site.joined() as (busy, _), site.joined() as (idle, _):
        event = await start_event(site, busy)
        async with asyncio.TaskGroup() as tasks:
            draining = tasks.create_task(site.gateway.draining.run(LIMIT_S))

            assert await idle.closed() == 1001
            assert not draining.done()
            site.app.receive(Done(event.session_id, event.sequence, "ok"))
            assert (await busy.hear("done"))["status"] == "ok"
            assert await busy.closed() == 1001


async def test_what_runs_in_a_session_whose_browser_has_gone_may_finish_too(site: Site) -> None:
    async with site.joined() as (gone, joined):
        event = await start_event(site, gone)
    async with asyncio.TaskGroup() as tasks:
        draining = tasks.create_task(site.gateway.draining.run(LIMIT_S))
        async with site.joined(joined["key"]) as (back, _):
            assert not draining.done()
            site.app.receive(Done(event.session_id, event.sequence, "ok"))
            assert await back.closed() == 1001


async def test_nobody_new_comes_in_meanwhile(site: Site) -> None:
    async with site.joined() as (busy, _), asyncio.TaskGroup() as tasks:
        event = await start_event(site, busy)
        tasks.create_task(site.gateway.draining.run(LIMIT_S))
        async with site.socket() as late:
            await late.say({"type": "join", "ticket": site.ticket, "session": None, "page": "main"})

            assert await late.closed() == 1001
        assert [await status(site, path) for path in ("/", "/main", "/readyz", "/healthz")] == [
            503,
            503,
            503,
            200,
        ]
        site.app.receive(Done(event.session_id, event.sequence, "ok"))


async def test_what_never_ends_is_given_up_after_the_limit(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    async with site.joined() as (busy, _):
        await start_event(site, busy)
        await site.gateway.draining.run(0)

    assert "events of 1 sessions still ran after 0 s" in caplog.text


# --- the real command --------------------------------------------------------------------------------

MAIN = """
from pathlib import Path
import time

HERE = Path(__file__).parent


def handle_slow(state):
    print("it has begun", flush=True)
    while not (HERE / "go.txt").exists():
        time.sleep(0.01)
    (HERE / "finished.txt").write_text("yes")
    state["finished"] = True
"""
PAGE = {
    "schema": 1,
    "order": 1,
    "id": "main",
    "type": "page",
    "children": [
        {"id": "slow", "type": "button", "on": {"wf-click": "handle_slow"}},
        {"id": "shown", "type": "text", "fields": {"text": "@{finished}"}},
    ],
}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    path = tmp_path / "slow"
    (path / "pages").mkdir(parents=True)
    (path / "main.py").write_text(MAIN)
    (path / "pages" / "main.json").write_text(json.dumps(PAGE))
    return path


async def joined(client: Any, origin: str) -> Browser:
    async with client.get(origin) as got:
        text = await got.text()
    ticket = json.loads(text.partition('id="bootstrap">')[2].partition("</script>")[0])["ticket"]
    browser = Browser(await client.ws_connect(f"{origin}/session", headers={"Origin": origin}))
    await browser.say({"type": "join", "ticket": ticket, "session": None, "page": "main"})
    await browser.hear("joined")
    return browser


async def test_a_terminated_service_ends_with_0_when_its_last_handler_has_finished(app: Path) -> None:
    arguments = ("run", app, "--drain", "600")
    async with open_command(*arguments) as command, new_client() as client, asyncio.timeout(LIMIT_S):
        browser = await joined(client, command.origin)
        await browser.say(click(component="slow"))
        await command.until_said("it has begun")
        command.process.terminate()
        while True:
            async with client.get(f"{command.origin}/readyz") as got:
                if got.status == 503:
                    break
        (app / "go.txt").touch()

        done = await browser.hear("done")
        assert (done["status"], done["changes"]["operations"]) == ("ok", [["set", ["finished"], True]])
        assert await browser.closed() == 1001
        assert await command.process.wait() == 0
    assert (app / "finished.txt").exists()


@pytest.mark.parametrize(
    ("arguments", "then", "code"),
    [
        (["--drain", "0.2"], None, 0),
        (["--drain", "600"], signal.SIGTERM, 130),
        (["--drain", "600"], signal.SIGINT, 130),
    ],
)
async def test_a_handler_that_goes_on_holds_it_up_until_the_limit_or_the_second_signal(
    app: Path, arguments: list[str], then: signal.Signals | None, code: int
) -> None:
    async with open_command("run", app, *arguments) as command, new_client() as client:
        async with asyncio.timeout(LIMIT_S):
            browser = await joined(client, command.origin)
            await browser.say(click(component="slow"))
            await command.until_said("it has begun")
            command.process.terminate()
            if then is not None:
                while True:
                    async with client.get(f"{command.origin}/readyz") as got:
                        if got.status == 503:
                            break
                command.process.send_signal(then)

            assert await command.process.wait() == code
    assert not (app / "finished.txt").exists()
