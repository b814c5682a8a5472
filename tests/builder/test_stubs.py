"""Stubs: every event of every component has one that compiles, type-checks and runs."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mainspring.builder.code.stubs import Stub, function_name, render_stub, tokens
from mainspring.builder.components.catalogue import load_catalogue
from mainspring.builder.components.payload_kinds import PAYLOAD_KINDS
from mainspring.runtime import State

CATALOGUE = load_catalogue()
EVENTS = [
    (known.type, event, spec) for known in CATALOGUE.types.values() for event, spec in known.events.items()
]


def run(stub: Stub, payload: Any, state: Any) -> None:
    names: dict[str, Any] = {}
    exec(compile(stub.source, "main.py", "exec", dont_inherit=True), names)
    function = names[stub.name]
    given = {"state": state, "payload": payload}
    function(**{name: given[name] for name in inspect.signature(function).parameters})


@pytest.mark.parametrize(("type_name", "event", "spec"), EVENTS, ids=[f"{a}-{b}" for a, b, _ in EVENTS])
def test_every_event_of_the_catalogue_has_a_stub_that_runs(type_name: str, event: str, spec: Any) -> None:
    stub = render_stub(type_name, event, spec.payload, description=spec.description, example=spec.example)

    example = PAYLOAD_KINDS[spec.payload].example if spec.example is None else spec.example
    run(stub, example, {})

    documented = ast.get_docstring(ast.parse(stub.source).body[0])  # type: ignore[arg-type]
    assert documented is not None
    assert event in documented
    assert max(map(len, stub.source.splitlines())) <= 88


@pytest.mark.parametrize("kind", PAYLOAD_KINDS)
def test_every_kind_of_payload_has_a_stub_that_runs(kind: str) -> None:
    run(render_stub("save", "wf-click", kind), PAYLOAD_KINDS[kind].example, {})


@pytest.mark.parametrize("kind", PAYLOAD_KINDS)
def test_every_stub_runs_with_the_state_of_a_session(kind: str) -> None:
    state = State({})

    run(render_stub("save", "wf-click", kind), PAYLOAD_KINDS[kind].example, state)

    assert set(state) <= {"save"}


@pytest.mark.parametrize(
    "header",
    ["", "from typing import Any\n\nfrom mainspring.runtime import State\n\n"],
    ids=["bare", "imports"],
)
def test_all_stubs_together_pass_mypy_as_strict_as_it_gets(tmp_path: Path, header: str) -> None:
    file = header
    for type_name, event, spec in EVENTS:
        file += (
            render_stub(type_name, event, spec.payload, file, description=spec.description).source + "\n\n"
        )
    for kind in PAYLOAD_KINDS:
        file += render_stub("save", "wf-click", kind, file).source + "\n\n"
    (tmp_path / "main.py").write_text(file, encoding="utf-8")

    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", "cache", "--config-file=", "main.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_name_that_the_file_has_is_not_taken_again() -> None:
    assert function_name("save", "wf-click", []) == "handle_save_click"
    assert function_name("save", "wf-click", ["handle_save_click"]) == "handle_save_click_2"
    broken = "def handle_save_click(:\n\ndef handle_save_click_2(state): pass"
    assert render_stub("save", "wf-click", "click", broken).name == "handle_save_click_3"


def test_an_id_that_is_no_name_of_python_becomes_one() -> None:
    stub = render_stub("save-2", "plotly-click", "points")

    assert stub.name == "handle_save_2_plotly_click"
    ast.parse(stub.source)


def test_types_that_the_file_imports_are_used() -> None:
    file = "from typing import Any\nfrom mainspring.runtime import init_state, State\n"

    stub = render_stub("box", "wf-x", "json", file)

    assert stub.source.startswith("def handle_box_x(state: State, payload: Any) -> None:")


def test_types_that_the_file_only_mentions_are_not_used() -> None:
    file = (
        "# from typing import Any\n"
        "from mainspring.runtime import State as S\n"
        "from mainspring.runtime import init_state  # State\n"
    )

    stub = render_stub("box", "wf-x", "json", file)

    assert stub.source.startswith("def handle_box_x(state: dict[str, object], payload: object) -> None:\n")


def test_a_file_with_tabs_gets_tabs() -> None:
    stub = render_stub("save", "wf-click", "click", "def f():\n\treturn 1\n")

    assert "\n\tprint(" in stub.source
    assert "    print" not in stub.source
    ast.parse(stub.source)


def test_a_description_can_not_leave_the_docstring() -> None:
    hostile = 'x"""\nimport os\n"""\\'

    stub = render_stub("save", "wf-click", "text", description=hostile, example='"""')

    tree = ast.parse(stub.source)
    assert [type(node) for node in tree.body] == [ast.FunctionDef]


def test_the_tokens_are_the_source_and_have_the_classes_of_the_highlighting() -> None:
    stub = render_stub("save", "wf-click", "click")

    found = tokens(stub.source)

    assert "".join(text for _, text in found) == stub.source
    assert ("k", "def") in found
    assert ("nf", "handle_save_click") in found
