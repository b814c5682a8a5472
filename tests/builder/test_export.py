"""``mainspring export --docker``: what it writes, and an app that was built and run by those steps."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from commands import mainspring_command
from container_files import Image, can_run_as, complaints, ignored, read_steps
from mainspring.builder.export_app import imported_packages

PAGE = '{"schema": 1, "order": 1, "id": "main", "type": "page", "children": []}'


@pytest.fixture
def app(tmp_path: Path) -> Path:
    path = tmp_path / "stock list"
    (path / "pages").mkdir(parents=True)
    (path / "main.py").write_text("import json\nimport helper\n", encoding="utf-8")
    (path / "helper.py").write_text("def _f():\n    import msgspec, nowhere_to_be_found\n", encoding="utf-8")
    (path / "pages" / "main.json").write_text(PAGE, encoding="utf-8")
    (path / ".env").write_text("PASSWORD=hunter2", encoding="utf-8")
    (path / "site.key").write_text("hunter2", encoding="utf-8")
    return path


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    """A stand-in: that it is there is enough for writing the files."""
    path = tmp_path / "mainspring-0.1.0-py3-none-any.whl"
    path.write_bytes(b"wheel")
    return path


def export(app: Path, *more: str | Path) -> subprocess.CompletedProcess[str]:
    command = [*mainspring_command(), "export", "--docker", str(app), *map(str, more)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


def test_what_it_writes_is_what_linters_ask_for(app: Path, stand_in: Path) -> None:
    done = export(app, "--wheel", stand_in)
    steps = read_steps((app / "Dockerfile").read_text(encoding="utf-8"))

    assert done.returncode == 0, done.stderr
    assert list(complaints(steps)) == []
    assert f"python:{sys.version_info.major}.{sys.version_info.minor}-slim" in steps[0].text
    assert "docker build -t stock-list ." in (app / "Dockerfile").read_text(encoding="utf-8")


def test_the_packages_that_the_app_imports_are_pinned_and_unknown_ones_are_named(
    app: Path, stand_in: Path
) -> None:
    import msgspec

    done = export(app, "--wheel", stand_in)

    lines = (app / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [f"msgspec=={msgspec.__version__}"]
    assert "nowhere_to_be_found" in lines[-1]
    assert "Not installed here, so not in requirements.txt: nowhere_to_be_found." in done.stderr


def test_an_app_that_has_frames_gets_what_shows_them(app: Path) -> None:
    (app / "main.py").write_text("import pandas", encoding="utf-8")

    assert {pin.partition("==")[0] for pin in imported_packages(app)[0]} == {"msgspec", "narwhals", "pandas"}


def test_what_is_the_user_s_own_is_never_overwritten(app: Path, stand_in: Path) -> None:
    (app / "requirements.txt").write_text("mine", encoding="utf-8")
    (app / "Dockerfile").write_text("mine", encoding="utf-8")

    refused = export(app, "--wheel", stand_in)
    untouched = not (app / ".dockerignore").exists() and not (app / "wheels").exists()
    forced = export(app, "--wheel", stand_in, "--force")

    assert (refused.returncode, untouched) == (2, True)
    assert "Dockerfile would be overwritten; --force does so" in refused.stderr
    assert forced.returncode == 0
    assert (app / "requirements.txt").read_text(encoding="utf-8") == "mine"
    assert "FROM python" in (app / "Dockerfile").read_text(encoding="utf-8")


def test_a_folder_without_an_app_is_said_to_be_none(tmp_path: Path) -> None:
    done = export(tmp_path)

    assert done.returncode == 2
    assert "has no main.py" in done.stderr


def test_secrets_and_tools_are_left_out_of_the_image(app: Path, stand_in: Path) -> None:
    export(app, "--wheel", stand_in)
    patterns = (app / ".dockerignore").read_text(encoding="utf-8").splitlines()
    paths = [".env", "a/.env.local", ".git/config", "x.key", "a/b.pem", "venv/bin/python", "pages/main.json"]

    assert [path for path in paths if not ignored(path, patterns)] == ["pages/main.json"]


def test_the_steps_make_an_app_that_serves_and_says_so(app: Path, wheel: Path, tmp_path: Path) -> None:
    """With the real wheel, the real pip and the real entry point; ``/srv`` is a folder here."""
    done = export(app, "--wheel", wheel)
    assert done.returncode == 0, done.stderr
    steps = read_steps((app / "Dockerfile").read_text(encoding="utf-8"))
    base = tmp_path / "base"
    # An own pip for it would take as long as all the rest.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", base], check=True)
    pip = base / "bin" / "pip"
    pip.write_text(
        f'#!/bin/sh\nexec {sys.executable} -m pip --python {base}/bin/python "$@"\n', encoding="utf-8"
    )
    pip.chmod(0o755)
    path = os.pathsep.join([str(base / "bin"), os.environ["PATH"]])
    image = Image(app, tmp_path / "image", {"PATH": path, "PIP_NO_COMPILE": "1"})
    image.build(steps)

    assert {"main.py", "helper.py", "pages/main.json"} <= image.files("/srv/app")
    assert not {".env", "site.key", "Dockerfile"} & image.files("/srv/app")
    last = {step.name: step for step in steps}
    entry = [image.place(word) for word in last["ENTRYPOINT"].form]
    entry[entry.index("--port") + 1] = "0"
    user = int(last["USER"].text.partition(":")[0])
    somebody = user if can_run_as(user, [str(base / "bin" / "python"), "-V"]) else None
    process = subprocess.Popen(
        [str(base / "bin" / entry[0]), *entry[1:]],
        env=image.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        user=somebody,
        group=somebody,
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().decode().strip()
        assert process.stderr is not None
        assert url.startswith("http://127.0.0.1:"), process.stderr.read()
        port = url.rstrip("/").rpartition(":")[2]
        check = [word.replace(":8000", f":{port}") for word in last["HEALTHCHECK"].form]
        healthy = subprocess.run(check, env=image.environment, capture_output=True, check=False)
        assert healthy.returncode == 0, healthy.stderr
        with urllib.request.urlopen(url, timeout=10) as got:
            assert got.status == 200
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0
    ended = subprocess.run(check, env=image.environment, capture_output=True, check=False)
    assert ended.returncode != 0
