"""Handlers of other modules are made known: what is put into main.py, and taken out again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_apps import button, write_app
from mainspring.builder.code.registrations import (
    CannotRegister,
    Registration,
    register,
    registrations_for,
)
from served_apps import Served, serve

MODULE = Registration("shop")
FUNCTION = Registration("shop", "save")
INIT = "from mainspring.runtime import init_handlers\n"


@pytest.mark.parametrize(
    ("asked", "before", "after"),
    [
        (MODULE, "", f"import shop\n{INIT}\ninit_handlers(shop)\n"),
        (MODULE, "def f(): ...", f"import shop\n{INIT}\ninit_handlers(shop)\n\ndef f(): ..."),
        (
            MODULE,
            f"{INIT.replace('handlers', 'state')}\ninit_state({{}})\n",
            (
                "from mainspring.runtime import init_handlers, init_state\nimport shop\n\n"
                "init_handlers(shop)\n\ninit_state({})\n"
            ),
        ),
        (
            MODULE,
            f"import a\n{INIT}\ninit_handlers([\n    a,\n])\nx = 1\n",
            f"import a\n{INIT}import shop\n\ninit_handlers([\n    a,\n])\ninit_handlers(shop)\n\nx = 1\n",
        ),
        (
            MODULE,
            "import shop as s\nimport mainspring.runtime as rt\n",
            "import shop as s\nimport mainspring.runtime as rt\n\nrt.init_handlers(s)\n",
        ),
        (
            Registration("stock.shop"),
            f"from stock import shop\n{INIT}",
            f"from stock import shop\n{INIT}\ninit_handlers(shop)\n",
        ),
        (
            Registration("stock.shop"),
            f"import stock.other\n{INIT}",
            f"import stock.other\n{INIT}import stock.shop\n\ninit_handlers(stock.shop)\n",
        ),
        (FUNCTION, "from shop import a, z  # é\n", "from shop import a, save, z  # é\n"),
        (
            FUNCTION,
            "from shop import (\n    a,  # é\n    b,\n)\n",
            "from shop import (\n    a,  # é\n    b,\n    save,\n)\n",
        ),
        (
            FUNCTION,
            "#!/usr/bin/env python\n# About it.\nx = 1\n",
            "#!/usr/bin/env python\n# About it.\n\nfrom shop import save\n\nx = 1\n",
        ),
        (FUNCTION, '"""What it\nis."""\nx = 1\n', '"""What it\nis."""\n\nfrom shop import save\n\nx = 1\n'),
        (FUNCTION, "from . import shop\n", "from . import shop\nfrom shop import save\n"),
    ],
)
def test_main_gets_the_lines_that_make_handlers_known_and_keeps_all_others(
    asked: Registration, before: str, after: str
) -> None:
    assert register(before, asked) == after


@pytest.mark.parametrize(
    ("asked", "text", "why"),
    [
        (MODULE, f"import shop\n{INIT}init_handlers([shop])\n", "registers shop already"),
        (FUNCTION, "from shop import save\n", "imports save from shop already"),
        (MODULE, "x = 1\nshop = 2\n", "something else shop, in line 2"),
        (FUNCTION, "def save(): ...\n", "something else save, in line 1"),
        (MODULE, "def f(\n", "can't be read"),
    ],
)
def test_what_cannot_be_put_in_is_refused_with_the_reason(asked: Registration, text: str, why: str) -> None:
    with pytest.raises(CannotRegister, match=why):
        register(text, asked)


@pytest.mark.parametrize(
    ("missing", "offered"),
    [
        ("shop.save", [MODULE]),
        ("save", [FUNCTION]),
        ("shop.gone", []),
        ("known.run", []),
        ("run", []),
        ("gone", []),
    ],
)
def test_a_missing_handler_is_looked_for_in_modules_that_nobody_has_registered(
    missing: str, offered: list[Registration]
) -> None:
    functions = {"shop": {"save"}, "known": {"run"}}

    assert registrations_for(missing, {"known.other", "click"}, functions) == offered


@pytest.fixture
def app(tmp_path: Path) -> Path:
    path = write_app(tmp_path / "app", "import time\r\n", main=[button("go", "shop.save")])
    (path / "main.py").write_bytes(b"import time  \r\n\r\nx = 1\r\n")
    (path / "shop.py").write_text("def save(state):\n    state['saved'] = True\n", encoding="utf-8")
    return path


@pytest.fixture
def builder(app: Path) -> Iterator[Served]:
    with serve(app, "edit") as (builder, _):
        yield builder


def ask(builder: Served, address: str, /, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = builder.ask("POST", address, json.dumps(body).encode(), Content_Type="application/json")
    return answer.status, json.loads(answer.body)


def test_a_registration_is_written_with_what_an_editor_shows_and_taken_back(
    app: Path, builder: Served
) -> None:
    digest = json.loads(builder.ask("GET", "/api/files/main.py").body)["digest"]
    buffer = {"text": "import time  \n\nx = 2\n", "base_digest": digest}

    status, done = ask(builder, "/api/registrations", registration={"module": "shop"}, buffer=buffer)

    assert status == 200
    assert (app / "main.py").read_bytes() == (
        b"import time  \r\nimport shop\r\nfrom mainspring.runtime import init_handlers\r\n\r\n"
        b"init_handlers(shop)\r\n\r\nx = 2\r\n"
    )
    assert ask(builder, "/api/registrations/undo", number=done["number"])[0] == 200
    assert (app / "main.py").read_bytes() == b"import time  \r\n\r\nx = 2\r\n"
    assert ask(builder, "/api/registrations/undo", number=done["number"])[0] == 409


def test_a_registration_that_somebody_has_written_over_is_not_taken_back(app: Path, builder: Served) -> None:
    _, done = ask(builder, "/api/registrations", registration={"module": "shop", "function": "save"})
    (app / "main.py").write_text("mine = 1\n", encoding="utf-8")

    status, answer = ask(builder, "/api/registrations/undo", number=done["number"])

    assert (status, answer["error"]["code"]) == (409, "changed")
    assert (app / "main.py").read_text(encoding="utf-8") == "mine = 1\n"


def test_a_main_that_cannot_be_registered_in_is_refused_and_left_alone(app: Path, builder: Served) -> None:
    before = (app / "main.py").read_bytes()

    status, answer = ask(builder, "/api/registrations", registration={"module": "x"})

    assert (status, answer["error"]["code"]) == (409, "not_registered")
    assert "something else x" in answer["error"]["message"]
    assert (app / "main.py").read_bytes() == before
