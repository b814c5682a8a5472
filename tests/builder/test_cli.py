"""The command as a process: what it prints, what it writes, how it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
from pathlib import Path

import pytest
from commands import mainspring_command, open_command
from mainspring.builder.components.catalogue import load_catalogue
from mainspring.builder.new_app import templates
from mainspring.builder.pages.tree_store import StoredPage, encode_page, read_page


def mainspring(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [*mainspring_command(), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=60, check=False)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    path = tmp_path / "my_app"
    assert mainspring("create", path).returncode == 0
    return path


# --- create ------------------------------------------------------------------------------------------


def test_create_makes_an_app_with_a_page(tmp_path: Path) -> None:
    done = mainspring("create", tmp_path / "my_app")

    assert (done.returncode, done.stdout) == (0, "")
    assert f"mainspring edit {tmp_path / 'my_app'}" in done.stderr
    assert set(files(tmp_path / "my_app")) == {"main.py", "pages/main.json"}


def test_create_fills_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert mainspring("create", tmp_path / "empty").returncode == 0
    assert (tmp_path / "empty" / "main.py").is_file()


def test_create_does_not_touch_a_folder_with_something_in_it(app: Path) -> None:
    (app / "main.py").write_text("mine = 1\n")
    before = files(app)

    done = mainspring("create", app)

    assert (done.returncode, done.stdout) == (2, "")
    assert "is not empty" in done.stderr
    assert files(app) == before


def test_create_does_not_replace_a_file(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")

    done = mainspring("create", tmp_path / "notes")

    assert done.returncode == 2
    assert (tmp_path / "notes").read_text() == "mine"


def test_create_with_an_unknown_template_names_those_that_there_are(tmp_path: Path) -> None:
    done = mainspring("create", tmp_path / "my_app", "--template", "nothing")

    assert done.returncode == 2
    assert "There is no template 'nothing'. There are: empty" in done.stderr
    assert not (tmp_path / "my_app").exists()


@pytest.mark.parametrize("template", sorted(templates()))
def test_every_template_makes_an_app(tmp_path: Path, template: str) -> None:
    done = mainspring("create", tmp_path / "my_app", "--template", template)

    assert done.returncode == 0
    assert (tmp_path / "my_app" / "main.py").is_file()


@pytest.mark.parametrize("path", templates().values(), ids=list(templates()))
def test_a_template_s_pages_are_as_the_builder_would_write_them(path: Path) -> None:
    catalogue = load_catalogue([])
    for file in (path / "pages").glob("*.json"):
        page = read_page(path, file.stem, catalogue)

        assert isinstance(page, StoredPage)
        assert encode_page(page.component, page.order, catalogue) == file.read_bytes()


# --- what can't be served ----------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["run", "edit"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["/nowhere/at/all"],
        [],
        ["{app}", "--port", "70000"],
        ["{app}", "--port", "many"],
        ["{app}", "--allowed-host", "http://app.example.com"],
        ["{app}", "--nothing"],
    ],
)
def test_wrong_arguments_end_with_2(app: Path, command: str, arguments: list[str]) -> None:
    done = mainspring(command, *[one.format(app=app) for one in arguments])

    assert (done.returncode, done.stdout) == (2, "")
    assert "Error:" in done.stderr


def test_edit_without_a_token_is_for_this_machine_only(app: Path) -> None:
    done = mainspring("edit", app, "--no-token", "--host", "0.0.0.0")

    assert done.returncode == 2
    assert "--no-token" in done.stderr


@pytest.mark.parametrize("command", ["run", "edit"])
def test_a_folder_without_main_py_is_no_app(tmp_path: Path, command: str) -> None:
    done = mainspring(command, tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    assert "has no main.py" in done.stderr
    assert "mainspring create" in done.stderr
    assert files(tmp_path) == {}


@pytest.mark.parametrize("command", ["run", "edit"])
def test_a_port_that_is_taken_is_named(app: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        done = mainspring(command, app, "--port", str(port), "--no-browser")

    assert (done.returncode, done.stdout) == (1, "")
    assert f"Port {port} is taken" in done.stderr
    assert "--port" in done.stderr


@pytest.mark.parametrize("command", ["run", "edit"])
def test_settings_that_nobody_knows_are_named(app: Path, command: str) -> None:
    (app / "mainspring.toml").write_text("colour = 1\n")

    done = mainspring(command, app)

    assert done.returncode == 1
    assert "mainspring.toml" in done.stderr
    assert "colour" in done.stderr


def test_run_names_the_place_of_a_page_that_is_none(app: Path) -> None:
    page = app / "pages" / "main.json"
    page.write_text('{\n "schema": 1,\n "id": "main",\n}\n')

    done = mainspring("run", app)

    assert (done.returncode, done.stdout) == (1, "")
    assert "pages/main.json, line 4" in done.stderr
    assert page.read_text() == '{\n "schema": 1,\n "id": "main",\n}\n'


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("def broken(:\n", 1, "SyntaxError"),
        ("x = 1\nraise ValueError('no database')\n", 2, "no database"),
        ("import nothing_like_this\n", 1, "nothing_like_this"),
    ],
)
def test_run_says_why_main_py_does_not_load(app: Path, source: str, line: int, said: str) -> None:
    (app / "main.py").write_text(source)

    done = mainspring("run", app)

    assert (done.returncode, done.stdout) == (1, "")
    assert f"main.py, line {line}" in done.stderr
    assert said in done.stderr


# --- serving -----------------------------------------------------------------------------------------


async def test_run_prints_one_line_and_ends_with_130_when_it_is_interrupted(app: Path) -> None:
    async with open_command("run", app) as command:
        assert command.url.startswith("http://127.0.0.1:")
        assert "token" not in command.url

        command.process.send_signal(signal.SIGINT)
        await command.process.wait()

        assert command.process.returncode == 130
        assert command.process.stdout is not None
        assert await command.process.stdout.read() == b""


async def test_run_ends_with_0_when_it_is_terminated(app: Path) -> None:
    async with open_command("run", app) as command:
        command.process.terminate()
        await command.process.wait()

        assert command.process.returncode == 0


async def test_edit_prints_its_address_with_a_token_also_when_main_py_fails(app: Path) -> None:
    (app / "main.py").write_text("def broken(:\n")

    async with open_command("edit", app, "--no-browser") as command:
        assert "/?token=" in command.url

        command.process.send_signal(signal.SIGINT)
        await command.process.wait()

        assert command.process.returncode == 130


async def test_hello_makes_a_copy_and_opens_it_again_the_next_time(tmp_path: Path) -> None:
    async with open_command("hello", "--no-browser", cwd=tmp_path):
        pass
    copy = tmp_path / "mainspring_hello"
    (copy / "main.py").write_text("# mine now\n" + (copy / "main.py").read_text())

    async with open_command("hello", "--no-browser", cwd=tmp_path):
        pass

    assert (copy / "main.py").read_text().startswith("# mine now\n")


# --- components of an app's own ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [("button", "already"), ("Bad Name", "can't name a component"), ("../out", "can't name a component")],
)
def test_a_component_with_another_name_than_it_may_have_is_not_made(app: Path, name: str, words: str) -> None:
    before = files(app)

    done = mainspring("create", app, "--component", name)

    assert done.returncode == 2
    assert words in done.stderr
    assert files(app) == before


def test_a_component_is_made_here_and_never_over_another(app: Path, tmp_path: Path) -> None:
    assert mainspring("create", "--component", "dial", cwd=app).returncode == 0
    assert 'title = "Dial"' in (app / "components" / "dial" / "component.toml").read_text()
    before = files(app)

    again = mainspring("create", "--component", "dial", cwd=app)
    elsewhere = mainspring("create", "--component", "dial", cwd=tmp_path)

    assert (again.returncode, elsewhere.returncode) == (2, 2)
    assert "is there already" in again.stderr
    assert "no app in" in elsewhere.stderr
    assert files(app) == before
