"""A small app's site on a real port, for the tests of the web service."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from mainspring.builder.components.catalogue import Catalogue, EventSpec, FieldSpec
from mainspring.builder.listening import bind, port_of, serving
from mainspring.builder.run_app import make_app_site
from mainspring.builder.sessions.gateway import Gateway
from mainspring.builder.sessions.sessions import SessionLimits
from mainspring.builder.web.access import Guard
from mainspring.builder.web.hosts import Hosts
from mainspring.builder.web.html_pages import PageRenderer
from mainspring.builder.web.routes_app import AppSite
from mainspring.builder.web.security_headers import app_headers
from mainspring.builder.web.served_pages import ServedPages
from mainspring.builder.web.uploads import UploadLimits, open_uploads
from mainspring.runtime.protocol import Component
from sites import RecordingApp, Site, SiteMaker, component_type, new_client


@pytest.fixture
def small_catalogue() -> Catalogue:
    click = {"wf-click": EventSpec(payload="click", description="")}
    change = {"wf-change": EventSpec(payload="text", description="")}
    picture = {"wf-capture": EventSpec(payload="image", description="")}
    text = FieldSpec(title="Text", type="text", default="Button")
    return Catalogue(
        types={
            "page": component_type("Page"),
            "button": component_type("Button", events=click, fields={"text": text}),
            "text_input": component_type("Text input", events=change, binding="wf-change"),
            "camera": component_type("Camera", events=picture),
            "dataframe": component_type("Dataframe"),
        }
    )


@pytest.fixture
def small_pages() -> list[Component]:
    children = (
        Component(id="save", type="button", on={"wf-click": "handle_save"}),
        Component(id="idle", type="button"),
        Component(id="off", type="button", on={"wf-click": "handle_save"}, fields={"disabled": True}),
        Component(id="gone", type="button", on={"wf-click": "handle_save"}, visible=False),
        Component(id="name", type="text_input", binding="form.name"),
        Component(id="camera", type="camera", on={"wf-capture": "handle_picture"}),
        Component(id="table", type="dataframe", fields={"data": "@{orders}"}),
        Component(id="gone_table", type="dataframe", fields={"data": "@{orders}"}, visible=False),
    )
    return [Component(id="main", type="page", children=children)]


@pytest.fixture
def renderer(tmp_path: Path) -> PageRenderer:
    dist = tmp_path / "static" / "dist"
    dist.mkdir(parents=True)
    names = {name: name.replace(".", "-1A2B.") for name in ("app.js", "app.css", "builder.js", "builder.css")}
    (dist / "manifest.json").write_text(json.dumps(names))
    (dist / "imports.json").write_text(json.dumps({"app.js": ["part.js"], "builder.js": []}))
    for name in names.values():
        (dist / name).write_text(f"/* {name} */")
    return PageRenderer(tmp_path / "static")


@pytest.fixture
def served_app(tmp_path: Path) -> Path:
    path = tmp_path / "app"
    (path / "assets").mkdir(parents=True)
    (path / "main.py").write_text("secret = 1\n")
    (path / "assets" / "logo.svg").write_text("<svg/>")
    return path


@pytest.fixture
def open_site(
    small_catalogue: Catalogue, small_pages: list[Component], renderer: PageRenderer, served_app: Path
) -> SiteMaker:
    @contextlib.asynccontextmanager
    async def opened(
        limits: SessionLimits | None = None, *, builder_port: int | None = None, **guard_options: Any
    ) -> AsyncIterator[Site]:
        bound = bind("127.0.0.1", 0)
        port = port_of(bound)
        with open_uploads(UploadLimits(file_bytes=1024)) as uploads:
            edit = builder_port is not None
            pages = ServedPages(small_pages, small_catalogue)
            gateway = Gateway(pages, uploads, limits or SessionLimits(), edit=edit)
            app = RecordingApp(gateway.receive)
            gateway.connect(app)
            guard = Guard(Hosts.of(port), headers=app_headers(builder_port), **guard_options)
            site = AppSite(gateway, renderer, served_app, "An app", builder_port)
            async with serving(make_app_site(guard, site), bound), new_client() as client:
                yield Site(f"http://127.0.0.1:{port}", guard, gateway, app, client)

    return opened


@pytest.fixture
async def site(open_site: SiteMaker) -> AsyncIterator[Site]:
    async with open_site() as opened:
        yield opened
