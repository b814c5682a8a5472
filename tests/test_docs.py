"""What the documents claim is true: links lead somewhere, commands work, named functions exist."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from commands import mainspring_command, open_command
from mainspring.builder.components.catalogue import load_catalogue
from mainspring.builder.components.payload_kinds import PAYLOAD_KINDS
from mainspring.builder.sessions import session_messages
from mainspring.runtime import protocol
from runtime.children import button, open_child, page

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def anchors(document: Path) -> set[str]:
    """The anchors that a forge makes of a document's headings."""
    headings = re.findall(r"^#+\s+(.*)$", FENCE.sub("", document.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files_and_headings_that_exist(document: Path) -> None:
    broken = []
    for target in LINK.findall(FENCE.sub("", document.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (document.parent / path) if path else document
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)

    assert broken == []


def test_the_builder_s_page_lists_all_keys() -> None:
    keys = (ROOT / "static/builder/keys.ts").read_text(encoding="utf-8")
    commands = re.findall(r'\{ title: "([^"]+)", group: "\w+", keys: "([^"]+)"', keys)
    listed = re.findall(
        r"^\| (\S.*?) \| (.*?) \|$", (ROOT / "docs/builder.md").read_text("utf-8"), re.MULTILINE
    )

    assert len(commands) > 40
    assert listed == [(stroke, title) for title, stroke in commands]


def test_the_functions_that_the_architecture_names_exist() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    python = re.findall(r"`((?:builder|runtime)(?:\.\w+)+)(?:\(\))?`", text)
    scripts = re.findall(r"`(static/[\w/.]+\.tsx?):(\w+)(?:\(\))?`", text)

    missing = [name for name in python if not resolves(f"mainspring.{name}")]
    missing += [
        f"{file}:{name}"
        for file, name in scripts
        if not re.search(rf"\b{name}\b", (ROOT / file).read_text(encoding="utf-8"))
    ]

    assert python
    assert scripts
    assert missing == []


def test_every_message_of_both_wires_stands_in_the_document_on_the_protocol() -> None:
    text = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    unions = [
        getattr(protocol, name)
        for name in ("ToRuntime", "StateQuery", "ToBuilder", "ToTemplate", "FromTemplate")
    ]
    unions += [session_messages.FromBrowser, session_messages.ToBrowser]
    tags = {message.__struct_config__.tag for union in unions for message in get_args(union)}

    assert {tag for tag in tags if f"`{tag}`" not in text} == set()


def test_every_kind_of_payload_stands_in_the_table_with_an_event_that_has_it() -> None:
    text = (ROOT / "docs" / "payloads.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| `")]
    kinds = [kind for row in rows for kind in re.findall(r"`(\w+)`", row[1])]
    named = {event for row in rows for event in re.findall(r"`((?:wf|plotly|vega)-[\w-]+)`", row[2])}
    declared = {event for kind in load_catalogue().types.values() for event in kind.events}

    assert sorted(kinds) == sorted(PAYLOAD_KINDS)
    assert named <= declared


def test_the_tests_that_hold_the_table_of_faults_exist() -> None:
    text = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)
    # Other tables hold figures.
    tables = re.findall(r"^\| fault \|.*\n\|[-|]+\n((?:\| .*\n)+)", text, re.MULTILINE)
    rows = [row for table in tables for row in table.splitlines()]

    assert len(tables) == text.count("| fault |") == 4
    assert len(rows) > 30
    assert [row for row in rows if "::test_" not in row] == []
    assert [
        f"{file}::{name}"
        for file, name in named
        if not re.search(rf"^(?:async )?def {name}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)
    ] == []


def resolves(dotted: str) -> bool:
    """Whether a dotted name is a module, or something reachable in one."""
    parts = dotted.split(".")
    for cut in range(len(parts), 1, -1):
        try:
            found = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            if not hasattr(found, name):
                return name in getattr(found, "__annotations__", {})
            found = getattr(found, name)
        return True
    return False


def python_examples(document: Path) -> list[str]:
    return re.findall(
        r"^```python\n(.*?)^```", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


# Its functions belong to one app, whose settings name them.
VISITORS = ROOT / "docs" / "visitors.md"
# Its examples are tests, and the app that they test.
TESTING = ROOT / "docs" / "testing.md"
EXAMPLES = [
    pytest.param(example, id=f"{document.stem}-{number}")
    for document in DOCUMENTS
    if document not in (VISITORS, TESTING)
    for number, example in enumerate(python_examples(document))
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_python_example_loads_as_an_app_and_all_its_handlers_can_be_called(
    example: str, tmp_path: Path
) -> None:
    (tmp_path / "main.py").write_text(example, encoding="utf-8")

    checked = subprocess.run(
        [sys.executable, "-P", ROOT / "tests" / "load_example.py", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr


def test_the_functions_of_the_guide_to_visitors_do_what_it_says(tmp_path: Path) -> None:
    stock = """
def erase(state):
    state["erased"] = True


def buy():
    raise OutOfStock("No hinges are left")
"""
    (tmp_path / "main.py").write_text("\n".join(python_examples(VISITORS)) + stock, encoding="utf-8")
    (settings,) = re.findall(r"^```toml\n(.*?)^```", VISITORS.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    named = msgspec.toml.decode(settings)
    around = (*named["around_event"], "tell", "one_at_a_time")
    functions = protocol.NamedFunctions(named["verify_session"], around)
    with open_child(tmp_path) as child:
        ready = child.load(
            tmp_path, page(button("erase", "erase"), button("buy", "buy")), functions=functions
        )
        assert isinstance(ready, protocol.Ready), ready
        assert {handler.name for handler in ready.handlers if handler.own} == {"erase", "buy"}

        child.send(protocol.Verify(1, {"sso": "f3a9"}, {}), protocol.Verify(2, {}, {}))
        verdicts = {found.request: found for found in (child.until(protocol.Verified) for _ in range(2))}
        assert (verdicts[1].status, verdicts[2].status) == ("allowed", "refused")

        guest = b'{"name":"Bob","roles":[]}'
        for session, user in (("ada", verdicts[1].user), ("bob", guest)):
            child.send(protocol.OpenSession(session, {}, {}, "main", {}, user))
        assert child.fire("erase", session_id="ada").status == "ok"
        assert child.fire("erase", session_id="bob").status == "refused"
        assert child.fire("buy", session_id="ada").status == "ok"

    notices = [message.body for message in child.seen if isinstance(message, protocol.Action)]
    assert [b"Only admins may do this" in notices[0], b"No hinges are left" in notices[1]] == [True, True]
    assert [line for line in child.lines() if line.startswith("erase took")]


def test_the_tests_of_the_guide_to_testing_pass(tmp_path: Path) -> None:
    plain, main, headless = python_examples(TESTING)
    children = [
        {"id": "customer", "type": "text_input", "binding": "customer"},
        {"id": "add_button", "type": "button", "on": {"wf-click": "add_order"}},
        {"id": "clear_button", "type": "button", "on": {"wf-click": "clear"}},
        {"id": "count", "type": "text", "fields": {"text": "@{orders.0.customer}"}},
    ]
    app = tmp_path / "my_app"
    (app / "pages").mkdir(parents=True)
    (app / "main.py").write_text(main, encoding="utf-8")
    page_file = {"schema": 1, "order": 1, "id": "main", "type": "page", "children": children}
    (app / "pages" / "main.json").write_text(json.dumps(page_file), encoding="utf-8")
    (app / "test_plain.py").write_text(plain, encoding="utf-8")
    (tmp_path / "test_headless.py").write_text(headless, encoding="utf-8")
    for folder, file, passed in ((app, "test_plain.py", 1), (tmp_path, "test_headless.py", 3)):
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", file]
        run = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )

        assert run.returncode == 0, run.stdout
        assert f"{passed} passed" in run.stdout


# What the events of these handlers carry; those of all others are clicks.
KINDS_OF_HANDLERS = {
    "handle_input_change": "text",
    "handle_webcam_capture": "image",
    "answer": "chat_message",
    "payload_inspector": "json",
}
FIRED = [
    pytest.param(example, id=f"{name}-{number}")
    for name in ("handlers", "state", "payloads")
    for number, example in enumerate(python_examples(ROOT / "docs" / f"{name}.md"))
    if re.search(r"^(async )?def [a-z]|\bdef ship", example, re.MULTILINE)
]


def carried(kind: str, folder: Path) -> tuple[bytes, tuple[protocol.Upload, ...]]:
    """The example of a payload kind, as it comes from the service."""
    example = PAYLOAD_KINDS[kind].example
    if kind == "image":
        (folder / "spooled").write_bytes(example)
        return b"null", (protocol.Upload("a.png", "image/png", len(example), str(folder / "spooled")),)
    if kind == "chat_message":
        example = {name: example[name] for name in ("role", "content")}
    return msgspec.json.encode(example), ()


@pytest.mark.parametrize("example", FIRED)
def test_each_handler_of_the_guides_runs_without_an_error(example: str, tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "main.py").write_text(example, encoding="utf-8")
    with open_child(app) as child:
        ready = child.load(app)
        assert isinstance(ready, protocol.Ready), ready
        names = [handler.name for handler in ready.handlers if handler.own or "." in handler.name]
        assert names
        rows = protocol.Component(
            id="rows",
            type="repeater",
            fields={"items": "@{repeater_content}"},
            children=tuple(button(f"row {name}", name) for name in names if "repeater" in name),
        )
        child.send(protocol.SetPages((page(*(button(name, name) for name in names), rows),)))
        child.open()

        for name in names:
            kind = KINDS_OF_HANDLERS.get(name, "click")
            payload, uploads = carried(kind, tmp_path)
            place = (f"row {name}", ("a",)) if "repeater" in name else (name, ())
            done = child.fire(place[0], payload, rows=place[1], kind=kind, uploads=uploads)
            assert (name, done.status, done.message) == (name, "ok", "")

    records = [message for message in child.seen if isinstance(message, protocol.Record)]
    assert [record for record in records if record.level in ("warning", "error")] == []


def readme_commands(program: str) -> list[list[str]]:
    """Commands of the README that start with ``program``, as argument lists."""
    lines = re.findall(
        rf"^(?:    |\$ )?({program} [^\n#]*)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE
    )
    return [line.split() for line in lines]


def test_the_make_targets_of_the_readme_exist() -> None:
    targets = {command[1] for command in readme_commands("make")}

    assert {"hello", "test"} <= targets
    for target in targets:
        planned = subprocess.run(
            ["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert planned.returncode == 0, planned.stderr


async def test_the_mainspring_commands_of_the_readme_work_in_their_order(tmp_path: Path, wheel: Path) -> None:
    commands = [command[1:] for command in readme_commands("mainspring")]
    verbs = [command[0] for command in commands]
    assert verbs[:3] == ["create", "edit", "run"]

    for command in commands:
        if command[0] in {"create", "export"}:
            more = ["--wheel", str(wheel)] if command[0] == "export" else []
            subprocess.run(
                [*mainspring_command(), *command, *more], cwd=tmp_path, check=True, capture_output=True
            )
        elif command[0] in {"edit", "run"}:
            browserless = ["--no-browser"] if command[0] == "edit" else []
            async with open_command(*command, "--port", "0", *browserless, cwd=tmp_path) as served:
                assert served.url.startswith("http://127.0.0.1:")


def test_the_reference_of_components_is_what_the_catalogue_says_now() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "component_docs.py"), "--print"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)

    written = (ROOT / "docs" / "components.md").read_text(encoding="utf-8")
    assert run.stdout == written, "run scripts/component_docs.py"
