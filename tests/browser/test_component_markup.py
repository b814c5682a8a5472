"""What comes from state or from a page is text: payloads in every field of every component run nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import write_app
from commands import open_command
from component_pages import BARS, CATALOGUE, SPEC, shown_alone, specimen, texts_from, variants
from playwright.async_api import Page, Request, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PAYLOADS = [
    "<img src=x onerror='window.hacked=1'>",
    "<svg onload='window.hacked=1'><animate onbegin='window.hacked=1' attributeName=x></svg>",
    "\"'></textarea></title></style><script>window.hacked=1</script>",
    "<iframe srcdoc='<script>top.hacked=1</script>'></iframe>",
    "javascript:window.hacked=1",
    " JaVa\tScRiPt:window.hacked=1//",
    "data:text/html,<script>parent.hacked=1</script>",
    "[a](javascript:window.hacked=1) <a href='jav&#x09;ascript:window.hacked=1'>b</a>",
    (
        "<math><mtext><table><mglyph><style><!--</style>"
        "<img title='--&gt;&lt;img src=1 onerror=window.hacked=1&gt;'>"
    ),
    "<form action='javascript:window.hacked=1'><button formaction='javascript:window.hacked=1'>c</button>",
    "<details open ontoggle='window.hacked=1'><summary>d</summary></details>",
    "x' style='background:url(https://elsewhere.invalid/)' onmouseover='window.hacked=1",
    "<link rel=stylesheet href=//elsewhere.invalid/a.css><style>@import '//elsewhere.invalid/b.css'</style>",
]  # fmt: skip

SHAPES = ("figure", "spec", "key_value", "json", "list")

# Whatever comes into the page is kept, so that what stands in it for a moment is looked at as well.
WATCH = """
    window.added = new Set();
    new MutationObserver((records) => {
        for (const { addedNodes } of records) {
            for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) added.add(node);
        }
    }).observe(document, { childList: true, subtree: true });
    window.reports = [];
    document.addEventListener("securitypolicyviolation", (event) => {
        // Markup is cleaned in a document beside the page, and the browser tells of handlers there as well;
        // one that got into the page is found in it.
        if (event.effectiveDirective !== "script-src-attr") {
            window.reports.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
        }
    });
"""
# Presses whatever opens something, one after the other; of a table's columns the last, named by the payload.
OPEN = """async () => {
    const opening = "[aria-expanded=false], [role=combobox], [role=tab], .leaflet-marker-icon, .steps button";
    for (const element of document.querySelectorAll(opening)) {
        const heads = element.closest("thead")?.querySelectorAll("[aria-expanded]");
        if (!element.isConnected || element.disabled || (heads && element !== [...heads].at(-1))) continue;
        element.click();
        await new Promise((done) => setTimeout(done));
    }
}"""
# Elements with anything that could run: what a page may never hold, wherever it came from.
FIND_MARKUP = r"""() => {
    const runs = /^[\s\u0000-\u0020]*(j\s*a\s*v\s*a\s*s\s*c\s*r\s*i\s*p\s*t|vbscript|data:text)\s*:?/i;
    const found = new Set();
    const inside = [...added].flatMap((element) => [element, ...element.querySelectorAll("*")]);
    for (const element of new Set(inside)) {
        if (element.matches("script:not([src], [type='application/json'])")) found.add(element.outerHTML);
        for (const { name, value } of element.attributes) {
            const leads = /^(href|src|action|formaction|data|xlink:href)$/.test(name) && runs.test(value);
            const bad = leads || name.startsWith("on") || name === "srcdoc";
            if (bad) found.add(`${element.tagName} ${name}=${value}`);
        }
    }
    return [...found];
}"""


def value(payload: Any, name: str, kind: str) -> Any:
    """``payload`` in the shape of a field of this name and type, in its keys as well as in its values."""
    if name == "figure":
        trace = {**BARS["data"][0], "x": [payload, "b"], "name": payload, "text": [payload, payload]}
        return {"data": [trace], "layout": {"title": {"text": payload}, "height": 240}}
    if name == "spec":
        return {
            **SPEC,
            "mark": {"type": "bar", "tooltip": True},
            "title": payload,
            "data": {"values": [{"day": payload, "sold": 1}]},
        }
    attributes = dict.fromkeys(("href", "src", "style", "onclick", "onerror", "srcdoc", payload), payload)
    if kind == "key_value":
        return attributes
    record = dict.fromkeys(("id", "name", "title", "content", "label", "key", "html", "popup"), payload)
    record |= {"lat": 52.5, "lng": 13.4, "role": "assistant", "actions": {payload: payload}, payload: payload}
    if kind == "json":
        return [record]
    if kind == "list":
        return [record, payload, [payload, payload]]
    return payload


def main_module() -> str:
    """State that holds each payload in each shape: what ``@{evil_3.json}`` names."""
    shapes = {
        f"evil_{i}": {
            "text": payload,
            **{kind: value(payload, "", kind) for kind in ("key_value", "json", "list")},
            "figure": value(payload, "figure", "json"),
            "spec": value(payload, "spec", "json"),
            "chosen": [payload],
        }
        for i, payload in enumerate(PAYLOADS)
    }
    return (
        "from mainspring.runtime import init_state\n\n\n"
        f"def take(state, payload):\n    pass\n\n\ninit_state({shapes!r})\n"
    )


def page_of(type_: str, *, through_state: bool) -> list[dict[str, Any]]:
    """Each payload in all fields at once: as the component is at first and, through state, in each variant.

    Where a text comes from makes no difference to what is drawn of it, so the variants take one of both ways.
    """

    def fill(place: int, payload: str) -> dict[str, Any]:
        def make(name: str, kind: str) -> Any:
            if not through_state:
                return value(payload, name, kind) if kind != "option" else None
            shape = next((each for each in (name, kind) if each in SHAPES), "text")
            return f"@{{evil_{place}.{shape}}}"

        return {name: made for name, made in texts_from(type_, make).items() if made is not None}

    shown = [
        {**specimen(type_, f"{type_}_{v}_{i}", **{**fill(i, payload), **variant}), **bound(type_, i)}
        for v, variant in enumerate([{}, *(variants(type_) if through_state else [])])
        for i, payload in enumerate(PAYLOADS)
    ]
    # Of dialogs one stands above the other; that of the last payload would hide the end.
    end = {"id": "end", "type": "heading", "fields": {"text": "The end"}}
    return shown if type_ == "dialog" else [*shown, end]


def bound(type_: str, place: int) -> dict[str, str]:
    """A binding to the payload as a value: what is chosen, or what was typed."""
    known = CATALOGUE.types[type_]
    if known.binding is None:
        return {}
    kind = known.events[known.binding].payload
    if kind in ("boolean", "tab"):  # They open and close things, and draw nothing of their own.
        return {}
    return {"binding": f"evil_{place}.{'chosen' if kind == 'options' else 'text'}"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def origin(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    folder: Path = tmp_path_factory.mktemp("markup") / "app"
    pages: dict[str, Any] = {}
    for type_ in shown_alone():
        for through_state in (False, True):
            key = f"{type_}_{'state' if through_state else 'page'}"
            pages[key] = with_ids(key, page_of(type_, through_state=through_state))
    write_app(folder, main_module(), **pages)
    async with open_command("run", folder, "--port", "0") as served:
        yield served.origin


def with_ids(key: str, components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ids are unique in the whole app."""
    return [
        {**each, "id": f"{key}_{each['id']}", "children": with_ids(key, each.get("children", []))}
        for each in components
    ]


@pytest.mark.parametrize("source", ["page", "state"])
@pytest.mark.parametrize("type_", shown_alone())
async def test_payloads_in_every_field_run_nothing_and_ask_nobody(
    page: Page, origin: str, type_: str, source: str
) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((f"{origin}/", "data:image/", "blob:")):
            asked.append(request.url)

    page.context.on("request", note)
    await page.add_init_script(WATCH)
    await page.goto(f"{origin}/{type_}_{source}")
    if type_ == "dialog":
        await expect(page.get_by_role("dialog").first).to_be_visible()
    else:
        await expect(page.get_by_role("heading", name="The end")).to_be_attached()
    # What is loaded when it is first shown has come, and has drawn what it got.
    if type_ != "pdf_viewer":  # It leaves answers unread that are no PDF, and so they never end.
        await page.wait_for_load_state("networkidle")
    await page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
    await point_at_charts(page)
    await page.evaluate(OPEN)

    assert await page.evaluate(FIND_MARKUP) == []
    assert await page.evaluate("() => window.hacked") is None
    assert asked == []
    assert await page.evaluate("() => window.reports") == []


async def point_at_charts(page: Page) -> None:
    """What a chart says beside the pointer."""
    for bar in await page.locator(".chart-place :is([aria-roledescription=bar], .point:first-child)").all():
        await bar.hover(force=True)  # Plotly lays what hears the pointer over its bars.
