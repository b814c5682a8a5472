"""Holes of others, tried on us: who may ask. Tests name an advisory and say what went wrong there."""

from __future__ import annotations

import asyncio
import json
import re

import aiohttp
import pytest
from live_clients import event, heard, join, line
from raw_requests import Answer
from served_apps import Served

pytestmark = pytest.mark.asyncio(loop_scope="function")
Both = tuple[Served, Served]
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def handshake(served: Served, path: str, **headers: str | None) -> Answer:
    return served.ask("GET", path, b"", **(UPGRADE | headers))


def post(served: Served, path: str, body: object, **headers: str | None) -> Answer:
    return served.ask(
        "POST", path, json.dumps(body).encode(), **({"Content_Type": "application/json"} | headers)
    )


async def test_cve_2026_39987_marimo_forgot_one_of_its_sockets(edit: Both) -> None:
    """The terminal's socket was the one that nobody had asked for a login; a handshake was a shell."""
    builder, app = edit
    for served, path in ((builder, "/api/socket"), (app, "/session")):
        assert handshake(served, path, Cookie=None).status == 403
        assert handshake(served, path).status == 101


async def test_cve_2024_28179_jupyter_server_proxy_let_sockets_through(edit: Both) -> None:
    """HTTP was authenticated, WebSockets to the same place were not."""
    builder, _ = edit
    name = (builder.headers["Cookie"] or "").partition("=")[0]
    for cookie in (None, "", f"{name}=", f"{name}=undefined", f"{name}=null"):
        assert handshake(builder, "/api/socket", Cookie=cookie).status == 403


async def test_cve_2018_14732_webpack_dev_server_took_sockets_of_any_origin(edit: Both, run: Served) -> None:
    """A page of any site could listen to the socket, and got the code."""
    for served, path in ((edit[0], "/api/socket"), (edit[1], "/session"), (run, "/session")):
        for origin in (None, "null", "http://evil.com", f"http://localhost:{served.port}"):
            assert handshake(served, path, Origin=origin).status == 403


async def test_cve_2025_24010_vite_took_sockets_and_requests_of_any_site(edit: Both) -> None:
    """No check of Origin on the socket, and ``Access-Control-Allow-Origin: *`` on what was served."""
    builder, _ = edit
    assert handshake(builder, "/api/socket", Origin="https://example.com").status == 403
    answer = builder.ask("GET", "/api/files/main.py", Origin="https://example.com")
    assert "access-control-allow-origin" not in answer.headers


async def test_cve_2025_30360_webpack_dev_server_took_any_address_for_itself(edit: Both) -> None:
    """An Origin that was an IP address was always allowed."""
    builder, _ = edit
    for origin in ("http://10.0.0.1", "http://192.168.1.5:8080", "http://[::1]", "http://127.0.0.1"):
        assert handshake(builder, "/api/socket", Origin=origin).status == 403


async def test_cve_2025_30359_webpack_dev_server_gave_its_code_to_script_tags(edit: Both) -> None:
    """A page of another site included the bundle as a classic script and read its contents."""
    for served in edit:
        for path in ("/", "/static/x.js"):
            assert served.ask("GET", path).headers["cross-origin-resource-policy"] == "same-origin"


async def test_cve_2023_26114_code_server_took_sockets_without_looking_at_origin(edit: Both) -> None:
    """Cross-site WebSocket hijacking of the editor, with the cookie that the browser sends along."""
    builder, _ = edit
    answer = handshake(builder, "/api/socket", Origin="https://attacker.example")
    assert (answer.status, "set-cookie" in answer.headers) == (403, False)


async def test_cve_2024_47084_gradio_asked_for_the_origin_only_without_a_cookie(edit: Both) -> None:
    """With a cookie in the request, its origin was not looked at: the very case that matters."""
    builder, _ = edit
    assert post(builder, "/api/runtime/restart", {}, Origin="http://evil.com").status == 403


async def test_cve_2024_47165_gradio_trusted_the_origin_null(edit: Both) -> None:
    """``null``, which sandboxed frames and files send, counted as this machine."""
    builder, app = edit
    assert post(builder, "/api/runtime/restart", {}, Origin="null").status == 403
    assert handshake(app, "/session", Origin="null").status == 403


async def test_cve_2024_1727_gradio_took_uploads_of_other_sites(edit: Both, run: Served) -> None:
    """A form on any page could fill the disk of whoever ran Gradio locally."""
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nfull\r\n--x--\r\n'
    for served in (edit[1], run):
        kind = "multipart/form-data; boundary=x"
        for origin in (None, "http://evil.com", "null"):
            assert served.ask("POST", "/uploads", body, Content_Type=kind, Origin=origin).status == 403


async def test_cve_2024_34069_werkzeug_debugger_served_names_of_others(edit: Both) -> None:
    """The console could be driven from a domain whose name pointed to this machine (DNS rebinding)."""
    builder, app = edit
    for served in (builder, app):
        for host in ("evil.com", f"evil.com:{served.port}", f"127.0.0.1.evil.com:{served.port}"):
            assert served.ask("GET", "/", Host=host).status == 421


async def test_a_target_and_a_host_that_differ_are_no_request(run: Served) -> None:
    """An absolute target names another host than the header; who checks one of them is fooled."""
    target = f"http://evil.com:{run.port}/"
    assert run.ask("GET", target).status in (400, 421)
    assert run.ask("GET", f"http://evil.com@{run.host}/").status in (400, 421)


async def test_cve_2022_29241_jupyter_kept_its_token_where_its_own_files_are_served(edit: Both) -> None:
    """The token stood in a file that the contents interface could read."""
    builder, _ = edit
    listed = json.loads(builder.ask("GET", "/api/overview").body)
    for file in listed["files"]:
        text = builder.ask("GET", f"/api/files/{file['path']}").text
        assert (builder.headers["X-Mainspring-Token"] or "") not in text
        assert (builder.headers["Cookie"] or "").partition("=")[2] not in text


async def test_cve_2022_24757_jupyter_logged_cookies_with_its_errors(edit: Both, run: Served) -> None:
    """Each answer of 500 wrote all request headers into the log."""
    builder, _ = edit
    builder.ask("GET", "/api/files/" + "x" * 3_000)
    post(builder, "/api/pages/none/operations", {"base": "not a number"})
    run.ask("GET", "/nothing", Cookie="secret=hunter3")
    secrets = [
        (builder.headers["Cookie"] or "").partition("=")[2],
        builder.headers["X-Mainspring-Token"] or "",
    ]
    assert not [secret for secret in secrets if secret in builder.log]
    assert "hunter3" not in run.log


async def test_cve_2022_24758_jupyter_notebook_logged_tokens_of_urls(edit: Both) -> None:
    """The address with its token was written to the log of requests."""
    builder, _ = edit
    answer = builder.ask("GET", "/?token=wrong-but-mine", Cookie=None)
    assert answer.status == 403
    assert "wrong-but-mine" not in builder.log
    assert "wrong-but-mine" not in answer.text


async def test_cve_2019_9644_jupyter_json_could_be_read_by_script_tags(edit: Both) -> None:
    """A page of another site included the interface's answers as scripts, with the user's cookie."""
    builder, _ = edit
    answer = builder.ask("GET", "/api/overview")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["content-type"].startswith("application/json")


async def test_cve_2023_40170_jupyter_gave_files_to_pages_of_other_sites(edit: Both) -> None:
    """Files of the user were sent without a check of where the request came from."""
    builder, app = edit
    for served, path in ((builder, "/api/files/main.py"), (app, "/assets/logo.svg")):
        assert served.ask("GET", path, Cookie=None).status == 403
        assert served.ask("GET", path).headers["cross-origin-resource-policy"] == "same-origin"


async def test_cve_2025_21618_nicegui_let_everybody_in_after_the_first_login(run: Served) -> None:
    """A browser was signed in with the session of another one."""
    async with line(run) as one, line(run) as two:
        await one.send_str(join(run))
        first = await heard(one, "joined")
        await two.send_str(join(run))
        second = await heard(two, "joined")
    assert first is not None
    assert second is not None
    assert first["session"] != second["session"]


async def test_a_session_can_not_be_fixed(run: Served) -> None:
    """A session id that the client made up was taken as its own (fixation)."""
    chosen = "a" * 43
    async with line(run) as socket:
        await socket.send_str(join(run, session=chosen))
        joined = await heard(socket, "joined")
    assert joined is not None
    assert joined["session"] != chosen
    assert not joined["resumed"]


async def test_cve_2024_1561_gradio_called_any_method_that_a_client_named(run: Served) -> None:
    """``/component_server`` looked up the function's name, which came from the browser, on an object."""
    names = ("erase_everything", "__init__", "handle_count", "main.erase_everything", "os.system")
    async with line(run) as socket:
        await socket.send_str(join(run))
        await heard(socket, "joined")
        for sequence, name in enumerate(names, 1):
            await socket.send_str(json.dumps(event(sequence, "count_button", name)))
            done = await heard(socket, "done")
            assert done is not None
            assert done["status"] == "refused"
    assert not (run.app / "called.txt").exists()


async def test_cve_2024_47168_gradio_left_a_switched_off_page_reachable(run: Served) -> None:
    """The monitoring page was turned off in the menu, and its address went on working."""
    for path in ("/api/overview", "/api/socket", "/api/log/1", "/monitoring", "/api/files/main.py", "/docs"):
        assert run.ask("GET", path).status == 404


async def test_wrong_tokens_are_counted(edit: Both) -> None:
    """Nothing slowed down whoever tried one token after the other."""
    builder, _ = edit
    answers = [builder.ask("GET", f"/?token={number}", Cookie=None).status for number in range(15)]
    assert 429 in answers
    # Who has been let in before isn't locked out.
    assert builder.ask("GET", "/api/overview").status == 200


async def test_a_ticket_of_one_page_opens_no_other_door(edit: Both) -> None:
    """The app's page is not the Builder's, and the other way round."""
    builder, app = edit
    for served, other in ((builder, app), (app, builder)):
        path = "/api/socket" if served is builder else "/session"
        ticket = re.sub(r"\s", "", other.bootstrap["ticket"])
        headers = {name: text for name, text in served.headers.items() if text is not None}
        async with (
            asyncio.timeout(20),
            aiohttp.ClientSession() as client,
            client.ws_connect(served.origin + path, headers=headers) as socket,
        ):
            await socket.send_str(json.dumps({"type": "join", "ticket": ticket}))
            frame = await socket.receive()
        assert (frame.type, frame.extra) == (aiohttp.WSMsgType.CLOSE, "load the page again")
