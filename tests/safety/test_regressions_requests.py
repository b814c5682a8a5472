"""Holes of others, tried on us: how requests are read, and what answers tell. Tests name an advisory."""

from __future__ import annotations

import asyncio
import json
import re
from urllib.parse import quote

from live_clients import event, heard, join, line
from raw_requests import Line, request
from served_apps import Served, resident_bytes

Both = tuple[Served, Served]
FORM = "multipart/form-data; boundary=x"


def ticket(served: Served) -> str:
    """The id of a session that has just been opened."""

    async def opened() -> str:
        async with line(served) as socket:
            await socket.send_str(join(served))
            joined = await heard(socket, "joined")
            assert joined is not None
            return str(joined["key"])

    return asyncio.run(opened())


def upload(served: Served, body: bytes, kind: str = FORM) -> int:
    return served.ask("POST", "/uploads", body, Content_Type=kind, X_Mainspring_Ticket=ticket(served)).status


def smuggled(served: Served, head: str, body: bytes) -> bool:
    """Whether a second request that hides in the body of the first was answered."""
    hidden = f"GET /healthz HTTP/1.1\r\nHost: {served.host}\r\n\r\n".encode()
    text = (
        f"POST /uploads HTTP/1.1\r\nHost: {served.host}\r\nOrigin: {served.origin}\r\n{head}\r\n\r\n".encode()
    )
    answer = served.raw(text + body + hidden)
    return answer.status == 200


# --- reading requests ------------------------------------------------------------------------------------


def test_cve_2023_47627_aiohttp_read_headers_in_a_way_of_its_own(run: Served) -> None:
    """Lengths with signs and underscores, and two ways to say one at once: two servers, two ends."""
    for head in (
        "Content-Length: +0",
        "Content-Length: 0_0",
        "Content-Length: 0\r\nContent-Length: 10",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: \x0bchunked",
        "Transfer-Encoding: xchunked",
    ):
        assert not smuggled(run, head, b"0\r\n\r\n"), head


def test_cve_2024_52304_aiohttp_newlines_in_extensions_of_chunks(run: Served) -> None:
    """A line feed in a chunk's extension ended the line for one reader and not for the other."""
    assert not smuggled(run, "Transfer-Encoding: chunked", b"0;x\n\r\n\r\n")


def test_cve_2025_53643_aiohttp_did_not_read_trailers(run: Served) -> None:
    """What stood in the trailer of a chunked body became the next request."""
    hidden = b"0\r\nX: y\r\nGET /healthz HTTP/1.1\r\n\r\n"
    text = f"POST /uploads HTTP/1.1\r\nHost: {run.host}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    assert run.raw(text + hidden).status in (0, 400, 403, 415)


def test_cve_2024_23829_aiohttp_took_strange_names_of_headers(run: Served) -> None:
    """Names with spaces or controls, which a proxy in front understood as something else."""
    for head in ("Ho st: x", "X\x0bY: 1", "X : 1", ": empty", "(x): 1"):
        text = f"GET / HTTP/1.1\r\nHost: {run.host}\r\n{head}\r\n\r\n".encode("latin-1")
        assert run.raw(text).status in (0, 400), head


def test_cve_2023_49082_aiohttp_took_methods_that_are_none(run: Served) -> None:
    """A method with a line break or a space."""
    for method in ("GET\tX", "G\x00T", "G ET", "GÉT", ""):
        assert run.raw(f"{method} / HTTP/1.1\r\nHost: {run.host}\r\n\r\n".encode("latin-1")).status in (
            0,
            400,
        )


def test_cve_2023_49081_aiohttp_took_versions_that_are_none(run: Served) -> None:
    """``HTTP/1.1`` and whatever followed it."""
    for version in ("HTTP/1.1x", "HTTP/11", "HTTP/1,1", "HTTP/1.1\x0b", "http/1.1"):
        assert run.raw(f"GET / {version}\r\nHost: {run.host}\r\n\r\n".encode("latin-1")).status in (0, 400)


def test_cve_2024_30251_aiohttp_looped_over_a_form_without_an_end(run: Served) -> None:
    """A multipart body that broke off kept the parser in a loop for ever."""
    for body in (
        b"--x\r\n",
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nhalf',
        b"--x",
    ):
        assert upload(run, body) in (200, 400)
    assert run.ask("GET", "/healthz").status == 200


def test_cve_2024_52303_aiohttp_kept_memory_for_each_wrong_method(run: Served) -> None:
    """Each answer of 405 made a new entry in a cache of middlewares."""
    with Line(run.port) as line_:
        for _ in range(100):
            line_.ask(request("DELETE", "/warm", {"Host": run.host}))
        before = resident_bytes(run.process.pid)
        for number in range(3_000):
            assert line_.ask(request("DELETE", f"/{number}", {"Host": run.host})).status == 405
    assert resident_bytes(run.process.pid) - before < 4_000_000


def test_cve_2025_69223_aiohttp_unpacked_bodies_without_a_limit(run: Served) -> None:
    """A small compressed body became gigabytes (the whole of it in test_hostile_clients)."""
    for packing in ("gzip", "deflate", "br", "zstd", "gzip, gzip", "x-gzip"):
        answer = run.ask("POST", "/uploads", b"x", Content_Type=FORM, Content_Encoding=packing)
        assert answer.status in (400, 415)


def test_cve_2023_25577_werkzeug_parsed_any_number_of_parts(run: Served) -> None:
    """A form with a million parts took minutes and gigabytes."""
    part = b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n\r\n'
    assert upload(run, part * 20_000 + b"--x--\r\n") == 400


def test_cve_2023_46136_werkzeug_searched_a_boundary_for_ever(run: Served) -> None:
    """A part that begins with a line break and goes on for megabytes made the search quadratic."""
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n\r'
    assert upload(run, head + b"\r" * 1_000_000 + b"\r\n--x--\r\n") == 200


def test_cve_2024_8966_gradio_boundaries_that_go_on_for_ever(run: Served) -> None:
    """Many characters behind the boundary of an upload kept a worker busy."""
    kind = "multipart/form-data; boundary=x" + "-" * 5_000
    assert upload(run, b"--x" + b"-" * 500_000 + b"\r\n", kind) == 400
    assert upload(run, b"--x" + b"-" * 500_000 + b"\r\n") in (200, 400)


def test_cve_2024_47874_starlette_kept_fields_of_forms_in_memory(run: Served) -> None:
    """A field without a file name was read into memory whole, however large."""
    field = (
        b'--x\r\nContent-Disposition: form-data; name="query"\r\n\r\n' + b"y" * 3_000_000 + b"\r\n--x--\r\n"
    )
    answer = run.ask("POST", "/rows.csv", field, Content_Type=FORM, X_Mainspring_Ticket=ticket(run))
    assert (answer.status, b"too long" in answer.body) == (400, True)


def test_cve_2025_62727_starlette_sorted_ranges_for_ever(run: Served) -> None:
    """A Range header with thousands of ranges took quadratic time."""
    ranges = "bytes=" + ",".join(f"{n}-{n}" for n in range(800))
    assert run.ask("GET", "/assets/logo.svg", Range=ranges).status in (200, 206, 416)


def test_cve_2024_52804_tornado_read_cookies_in_quadratic_time(run: Served) -> None:
    """Cookies with many escapes blocked the loop."""
    cookie = 'a="' + "\\134" * 1_500 + '"; ' + ";" * 1_000
    assert run.ask("GET", "/", Cookie=cookie).status == 200


def test_cve_2023_23934_werkzeug_let_nameless_cookies_shadow_others(edit: Both) -> None:
    """``=name=value`` was read as the cookie ``name``: a neighbouring subdomain could set it."""
    builder, _ = edit
    cookie = builder.headers["Cookie"] or ""
    assert builder.ask("GET", "/api/overview", Cookie=f"={cookie}").status == 403
    assert builder.ask("GET", "/api/overview", Cookie=f"=={cookie}").status == 403


# --- redirects ---------------------------------------------------------------------------------------------


def test_cve_2021_21330_aiohttp_redirected_to_what_follows_two_slashes(edit: Both, run: Served) -> None:
    """``//evil.com/%2f..`` became ``Location: //evil.com``."""
    for served in (*edit, run):
        for target in ("//evil.com/%2f..", "//evil.com", "///evil.com/", "/\\evil.com", "/%2f%2fevil.com"):
            answer = served.ask("GET", target)
            assert answer.status >= 400
            assert "location" not in answer.headers


def test_cve_2020_26215_jupyter_redirected_where_a_link_said(edit: Both) -> None:
    """A link to the notebook could end on any site, behind a login that looked right."""
    builder, _ = edit
    for next_ in ("https://evil.com", "//evil.com", "\\\\evil.com"):
        answer = builder.ask("GET", f"/?next={quote(next_)}&redirect_to={quote(next_)}", Cookie=None)
        assert "location" not in answer.headers


def test_cve_2023_39968_jupyter_server_redirected_with_the_token(edit: Both) -> None:
    """Where the token is swapped for a cookie, the rest of the address was followed."""
    builder, _ = edit
    target = "/?token=wrong&next=//evil.com"
    answer = builder.ask("GET", target, Cookie=None)
    assert "location" not in answer.headers


def test_cve_2025_62379_reflex_sent_users_where_a_parameter_said(run: Served) -> None:
    """``redirect_to`` became the address of a link that clicked itself."""
    answer = run.ask("GET", "/?redirect_to=https://evil.com&url=javascript:alert(1)")
    assert answer.status == 200
    assert "evil.com" not in answer.text
    assert "javascript:" not in answer.text


# --- what answers tell -------------------------------------------------------------------------------------


def test_cve_2023_49080_jupyter_told_tracebacks_with_its_errors(edit: Both, run: Served) -> None:
    """Paths and code stood in the JSON of each error."""
    builder, _ = edit
    answers = [
        run.ask("GET", "/nothing"),
        run.ask("POST", "/uploads", b"x", Content_Type=FORM),
        builder.ask("POST", "/api/pages", b"{", Content_Type="application/json"),
        builder.ask("GET", "/api/version/x/y"),
        builder.ask("GET", "/api/sessions/none/state?path=["),
        builder.ask("GET", "/api/pages/none/conflict"),
    ]
    for answer in answers:
        assert 400 <= answer.status < 500, answer
        assert not re.search(r"Traceback|File \"|\.py|site-packages", answer.text), answer.text


def test_cve_2023_27494_streamlit_put_the_address_into_its_error_page(edit: Both, run: Served) -> None:
    """What did not exist was named in the page, as markup."""
    evil = quote("<script>alert(1)</script>")
    for served in (*edit, run):
        answer = served.ask("GET", f"/{evil}?{evil}")
        assert "<script>alert" not in answer.text
        assert "unsafe-inline" not in answer.headers["content-security-policy"].split("style-src")[0]


def test_cve_2024_27306_aiohttp_listed_folders_with_names_as_markup(run: Served) -> None:
    """The index of a static folder showed file names as they were."""
    (run.app / "assets" / "<img src=x onerror=alert(1)>.txt").write_text("x", encoding="utf-8")
    for path in ("/assets/", "/assets", "/static/", "/components/"):
        assert run.ask("GET", path).status == 404


def test_cve_2024_47872_gradio_showed_uploaded_markup_in_its_own_origin(run: Served) -> None:
    """An uploaded HTML or SVG file ran with the app's rights when somebody opened its address."""
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.html"\r\n\r\n'
    body = head + b"<script>1</script>\r\n--x--\r\n"
    answer = run.ask("POST", "/uploads", body, Content_Type=FORM, X_Mainspring_Ticket=ticket(run))
    name = json.loads(answer.body)["id"]
    for path in (f"/uploads/{name}", f"/blob/{name}", f"/assets/{name}", f"/{name}"):
        assert run.ask("GET", path).status in (404, 405)


def test_cve_2018_8768_jupyter_ran_markup_of_a_document(run: Served) -> None:
    """What a document brought along ran in the page. Here, what state brings is data beside the page."""

    async def typed() -> str:
        async with line(run) as socket:
            await socket.send_str(join(run))
            await heard(socket, "joined")
            evil = "</script><script>alert(1)</script>"
            await socket.send_str(json.dumps(event(1, "name", "wf-change", payload=evil)))
            await heard(socket, "done")
        return run.ask("GET", "/").text

    page = asyncio.run(typed())
    assert "alert(1)" not in page
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_cve_2024_10624_gradio_patterns_that_go_back_and_forth(run: Served) -> None:
    """A regular expression for dates took exponential time on a text of a user."""

    async def answered() -> str:
        async with line(run) as socket:
            await socket.send_str(join(run))
            await heard(socket, "joined")
            for sequence, text in enumerate(
                ("1" * 50_000, "a@" * 20_000, "now-" + "1" * 50_000, '"\\' * 20_000), 1
            ):
                await socket.send_str(json.dumps(event(sequence, "name", "wf-change", payload=text)))
                done = await heard(socket, "done")
                assert done is not None
                status = str(done["status"])
            return status

    assert asyncio.run(answered()) == "ok"


def test_cve_2021_32797_jupyterlab_attributes_that_act_on_their_own(run: Served) -> None:
    """Markup that looked harmless clicked buttons of the page. Pages say what may act, state doesn't."""
    policy = run.ask("GET", "/").headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "form-action 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "'unsafe-eval'" not in policy
