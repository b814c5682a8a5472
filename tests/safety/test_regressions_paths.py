"""Holes of others, tried on us: which files. Tests name an advisory and say what went wrong there."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest
from live_clients import event, heard, join, line
from served_apps import Served

Both = tuple[Served, Served]
OUTSIDE = "outside-hunter2"


@pytest.fixture(autouse=True)
def secret_beside(edit: Both, run: Served) -> None:
    """A file beside each app's folder, and links to it, that must never be read."""
    for served in (edit[0], run):
        secret = served.app.parent / "secret.txt"
        secret.write_text(OUTSIDE, encoding="utf-8")
        for link in (served.app / "assets" / "link.txt", served.app / "linked.txt"):
            if not link.is_symlink():
                link.symlink_to(secret)


def got(served: Served, target: str) -> str:
    """What comes back for a target that is sent as it stands."""
    answer = served.ask("GET", target)
    assert OUTSIDE not in answer.text
    assert "root:" not in answer.text
    assert "hunter2" not in answer.text, "a hidden file of the app"
    return f"{answer.status}"


def refused(served: Served, *targets: str) -> None:
    for target in targets:
        assert got(served, target) in ("400", "403", "404"), target


def test_cve_2024_23334_aiohttp_static_files_followed_links(edit: Both, run: Served) -> None:
    """With ``follow_symlinks``, a path was not compared with the folder at all."""
    refused(run, "/assets/link.txt", "/assets/../secret.txt", "/assets/../../../../etc/passwd")
    refused(edit[0], "/api/files/linked.txt", "/api/files/assets/link.txt")


def test_cve_2024_42367_aiohttp_compressed_variants_could_be_links(run: Served) -> None:
    """The file with ``.gz`` at its end was sent without the checks of the file itself."""
    for ending in (".gz", ".br"):
        link = run.app / "assets" / f"logo.svg{ending}"
        if not link.is_symlink():
            link.symlink_to(run.app.parent / "secret.txt")
    answer = run.ask("GET", "/assets/logo.svg", Accept_Encoding="gzip, br")
    assert OUTSIDE.encode() not in answer.body
    assert b"<svg" in answer.body
    refused(run, "/assets/logo.svg.gz", "/assets/logo.svg.br")


def test_cve_2022_35918_streamlit_components_served_any_file(run: Served) -> None:
    """The name of a component's file was joined to its folder as it came."""
    refused(
        run,
        "/components/x/../../secret.txt",
        "/components/..%2f..%2fsecret.txt/x",
        "/components/x/%2e%2e/%2e%2e/secret.txt",
        "/components/x/~0/../../../secret.txt",
    )


def test_cve_2024_42474_streamlit_static_files_with_backslashes(run: Served) -> None:
    """On Windows ``..\\`` and ``C:\\`` led out of the static folder."""
    refused(run, "/assets/..\\secret.txt", "/assets/..%5csecret.txt", "/assets/C:%5cWindows%5cwin.ini")


def test_cve_2023_51449_gradio_file_route_with_dots(run: Served) -> None:
    """``/file=../…`` passed the comparison of prefixes."""
    refused(
        run,
        "/assets/../secret.txt",
        "/assets/./../secret.txt",
        "/assets/x/../../secret.txt",
        "/file=../secret.txt",
    )


def test_cve_2024_47164_gradio_compared_paths_as_text(run: Served) -> None:
    """``/app/assets-private`` begins as ``/app/assets`` does."""
    private = run.app / "assets-private"
    private.mkdir(exist_ok=True)
    (private / "key.txt").write_text(OUTSIDE, encoding="utf-8")
    refused(run, "/assets/../assets-private/key.txt", "/assets-private/key.txt", "/assets/..-private/key.txt")


def test_cve_2024_1728_gradio_took_upload_paths_from_the_client(run: Served) -> None:
    """An event could name any file of the machine as if it had been uploaded."""

    async def send() -> None:
        async with line(run) as socket:
            await socket.send_str(join(run))
            await heard(socket, "joined")
            payloads = (
                {"uploads": ["/etc/passwd"]},
                {"uploads": ["../secret.txt"]},
                [{"path": "/etc/passwd"}],
                None,
            )
            for sequence, payload in enumerate(payloads, 1):
                await socket.send_str(json.dumps(event(sequence, "files", "wf-file-change", payload=payload)))
                done = await heard(socket, "done")
                assert done is not None
                assert done["status"] == "refused"

    asyncio.run(send())


def test_cve_2026_39844_nicegui_kept_backslashes_in_names_of_uploads(run: Served) -> None:
    """A file called ``..\\..\\evil`` was written there by apps on Windows that used its name."""
    names = (
        "..\\..\\evil.txt",
        "../../evil.txt",
        "/etc/evil",
        "C:\\evil.txt",
        "evil\r\nX: y",
        "a" * 3_000,
        "\0evil",
    )
    before = set(run.app.parent.rglob("*evil*"))

    async def session() -> str:
        async with line(run) as socket:
            await socket.send_str(join(run))
            joined = await heard(socket, "joined")
            assert joined is not None
            for name in names:
                head = f'Content-Disposition: form-data; name="f"; filename="{name}"'
                part = f"--x\r\n{head}\r\n\r\ndata\r\n--x--\r\n"
                answer = await asyncio.to_thread(
                    run.ask,
                    "POST",
                    "/uploads",
                    part.encode("utf-8", "surrogateescape"),
                    Content_Type="multipart/form-data; boundary=x",
                    X_Mainspring_Ticket=joined["key"],
                )
                assert answer.status in (200, 400)
            return str(joined["session"])

    asyncio.run(session())
    assert set(run.app.parent.rglob("*evil*")) == before


def test_cve_2024_32005_nicegui_resources_of_components_were_any_file(run: Served) -> None:
    """The path below a component's resources could go up."""
    refused(
        run, "/static/..%2f..%2fpyproject.toml", "/static/../main.py", "/static/%2e%2e", "/static/x%00.js"
    )


def test_cve_2022_29238_jupyter_served_hidden_files(edit: Both, run: Served) -> None:
    """Files with a dot could be read by their names though they were not listed."""
    refused(run, "/assets/../.env", "/.env", "/assets/.env", "/api/overview")
    builder, _ = edit
    # Whoever edits the app may see its hidden files; nobody else learns that there are any.
    assert '".env"' in builder.ask("GET", "/api/overview").text
    for path in ("/api/overview", "/api/files/.env", "/api/raw/.env"):
        assert builder.ask("GET", path, Cookie=None).status == 403


def test_cve_2024_22415_jupyter_lsp_read_files_outside_of_the_root(edit: Both) -> None:
    """The language server's interface took any path for a document."""
    builder, _ = edit
    for path in ("../secret.txt", "/etc/passwd", "linked.txt"):
        body = json.dumps({"new_name": "x", "path": path, "line": 0, "character": 0}).encode()
        answer = builder.ask("POST", "/api/renames/plan", body, Content_Type="application/json")
        assert answer.status in (400, 404, 409)
        assert OUTSIDE not in answer.text


def test_cve_2024_35178_jupyter_opened_network_paths_on_windows(edit: Both, run: Served) -> None:
    """A path such as ``\\\\evil\\share`` made Windows send the account's hash there."""
    refused(run, "/assets/%5c%5cevil%5cshare", "/assets///evil/share")
    refused(edit[0], "/api/files/%5c%5cevil%5cshare", "/api/files//evil/share")


def test_cve_2019_14322_werkzeug_served_drive_names(edit: Both, run: Served) -> None:
    """``c:`` in a path of the shared data was another drive."""
    refused(run, "/assets/c:/windows/win.ini", "/assets/c%3a/secret.txt")
    refused(edit[0], "/api/files/c:/secret.txt")


def test_cve_2025_66221_werkzeug_opened_device_names(edit: Both, run: Served) -> None:
    """``safe_join`` let names such as ``CON`` and ``AUX`` through, which hang on Windows."""
    refused(
        edit[0],
        *(f"/api/files/{name}" for name in ("CON", "AUX", "NUL.txt", "COM1", "lpt1.py", "assets/con")),
    )


def test_cve_2023_34092_vite_denied_files_with_two_slashes(edit: Both, run: Served) -> None:
    """``//.env`` was not what the list of denied files had."""
    refused(run, "//.env", "/assets//../.env", "/assets//.env")
    refused(edit[1], "//.env", "/.//.env")


def test_cve_2024_23331_vite_denied_files_by_one_spelling(run: Served) -> None:
    """Where a file system doesn't tell ``.ENV`` from ``.env``, the list did."""
    refused(run, "/assets/../.ENV", "/.eNv", "/Assets/../.env", "/ASSETS/../main.py")


def test_cve_2025_30208_vite_denied_files_with_a_query(edit: Both, run: Served) -> None:
    """``?raw??`` at its end made a denied file another one."""
    refused(run, "/.env?raw??", "/main.py?import&raw??", "/assets/../.env?url")
    refused(edit[1], "/.env?raw??", "/main.py?raw??")


def test_cve_2025_46565_vite_denied_files_with_a_dot_behind_them(edit: Both, run: Served) -> None:
    """``.env/.`` is the same file and no denied name."""
    refused(run, "/.env/.", "/main.py/.", "/assets/logo.svg/x")
    refused(edit[1], "/.env/.", "/main.py/.")


def test_cve_2025_32395_vite_took_targets_that_are_none(edit: Both, run: Served) -> None:
    """A ``#`` in the request's target ended the comparison before the path did."""
    refused(run, "/assets/#/../../secret.txt", "/x#/../.env")
    refused(edit[0], "/api/files/x#/../../secret.txt")


def test_cve_2024_29180_webpack_middleware_joined_before_it_decoded(run: Served) -> None:
    """``%2e%2e%2f`` became ``../`` after the check."""
    refused(
        run,
        "/assets/%2e%2e%2fsecret.txt",
        "/assets/%252e%252e%252fsecret.txt",
        "/assets/..%2f..%2f..%2fetc%2fpasswd",
    )


def test_cve_2024_47166_gradio_custom_components_one_level_up(run: Served) -> None:
    """A file beside the component's own folder could be read."""
    folder = run.app / "components" / "box"
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "key.txt").write_text(OUTSIDE, encoding="utf-8")
    (folder / "component.toml").write_text('title = "x"  # hunter2', encoding="utf-8")
    refused(
        run, "/components/box/../key.txt", "/components/box/%2e%2e/key.txt", "/components/box/component.toml"
    )


def test_cve_2024_0964_gradio_read_files_that_json_named(run: Served) -> None:
    """A payload with ``{"path": "/etc/passwd"}`` in a JSON value was fetched into the cache."""

    async def send() -> list[str]:
        async with line(run) as socket:
            await socket.send_str(join(run))
            await heard(socket, "joined")
            payload = {"path": "/etc/passwd", "is_file": True, "orig_name": "x", "url": "file:///etc/passwd"}
            await socket.send_str(json.dumps(event(1, "name", "wf-change", payload=payload)))
            done = await heard(socket, "done")
            return [json.dumps(done)]

    assert "refused" in asyncio.run(send())[0]
    assert run.ask("GET", "/blob/passwd").status == 404


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_saved_file_is_not_written_through_a_link(edit: Both) -> None:
    """What leads out of the folder is no file of the app, also for writing."""
    builder, _ = edit
    outside = Path(builder.app.parent / "secret.txt")
    body = json.dumps({"text": "written", "base_digest": ""}).encode()
    answer = builder.ask("PUT", "/api/files/linked.txt", body, Content_Type="application/json")
    assert answer.status == 400
    assert outside.read_text() == OUTSIDE
