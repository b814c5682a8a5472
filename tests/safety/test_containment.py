"""Two thousand paths, among them links, and folders that are swapped for links while they are used.

Nothing outside of the app is read, written, moved or deleted; each refusal is one that a browser is told.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import figures
import pytest
from mainspring.builder.code.file_operations import FileOperations
from mainspring.builder.code.source import FileProblem, PathRefused, Source
from mainspring.builder.code.trash import Trash

SECRET = b"outside-hunter2\n"
NAMES = (
    "main.py",
    "a.py",
    "folder",
    "swapped",
    "flipped.py",
    "out",
    "in",
    "secret.py",
    "deep",
    "new",
    "circle",
    "..",
    ".",
    "",
    "%2e%2e",
    "..\\",
    "\0",
    "C:",
    "con",
    "nul.py",
    "secret.py.",
    " a.py",
    "~",
    "a" * 300,
    "．．",
    "..;",
    "/etc",
    "//x",
    "proc",
    ".git",
    ".x.mainspring-tmp",
)
PATHS = 2_000


def generated(chance: random.Random) -> str:
    path = "/".join(chance.choices(NAMES, k=chance.randint(1, 4)))
    if chance.random() < 0.3:
        # Half of the paths above end early; these lead through what is swapped.
        path = chance.choice(
            ("swapped/secret.py", "swapped/deep/x.py", "flipped.py", "in/a.py", "swapped/new")
        )
    return chance.choice(("", "", "", "/", "../app/")) + path


def contents(folder: Path) -> dict[str, bytes | str]:
    return {
        str(each.relative_to(folder)): str(each.readlink())
        if each.is_symlink()
        else each.read_bytes()
        if each.is_file()
        else "folder"
        for each in sorted(folder.rglob("*"))
    }


# The system's call that lets two names change places at once.
SWAP = """
import ctypes, os, sys
swap = ctypes.CDLL(None).renameat2
names = [tuple(os.fsencode(os.path.join(sys.argv[1], each)) for each in (name, ".other-" + name))
    for name in ("swapped", "flipped.py")]
print("swapping", flush=True)
while os.getppid() != 1:
    for name, other in names:
        swap(-100, name, -100, other, 2)
"""


@contextlib.contextmanager
def swapping(app: Path) -> Iterator[None]:
    """``swapped`` is a folder of the app and a link to the one outside in turns, ``flipped.py`` so a file.

    Another process does it: a thread would only get its turns between ours.
    """
    command = [sys.executable, "-c", SWAP, str(app)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="names can't change places at once there")
def test_of_two_thousand_paths_none_leads_out_of_the_app_while_links_are_swapped_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a loss of power leaves is not the question here, and thousands of syncs take their time.
    monkeypatch.setattr(os, "fsync", lambda _: None)
    outside, app = tmp_path / "outside", tmp_path / "app"
    for folder in (outside / "deep", app / "folder" / "deep", app / "swapped" / "deep"):
        folder.mkdir(parents=True)
    for file in (outside / "secret.py", outside / "a.py", outside / "deep" / "x.py"):
        file.write_bytes(SECRET)
    before = contents(outside)
    links = {
        "out": outside,
        "in": app / "folder",
        "circle": app / "circle",
        ".other-swapped": outside,
        ".other-flipped.py": outside / "secret.py",
    }

    def fill() -> None:
        """What the operations themselves have moved away is there again."""
        with contextlib.suppress(OSError):
            (app / "swapped").mkdir()
        for name in ("main.py", "a.py", "flipped.py", "swapped/secret.py", "folder/a.py"):
            # Neither over a file nor through a link: what stands outside is there already.
            with contextlib.suppress(OSError), (app / name).open("xb") as file:
                file.write(b"x = 1\n")
        for name, target in links.items():
            with contextlib.suppress(OSError):
                (app / name).symlink_to(target)

    fill()
    source = Source(app)
    operations = FileOperations(source.root, Trash(app, tmp_path / "trash"))
    chance = random.Random(7)
    seen: list[bytes] = []

    def attempts(path: str, other: str) -> tuple[Callable[[], object], ...]:
        return (
            lambda: seen.append(source.read_bytes(path, 1_000_000)),
            lambda: source.save(path, "written\n", source.read(path).digest),
            lambda: source.create(path, "made\n"),
            lambda: operations.receive(path, [b"received"], replace=True),
            lambda: operations.make_folder(path),
            lambda: operations.move(path, other),
            lambda: operations.move(other, path),
            lambda: seen.append(source.read_bytes(operations.duplicate(path), 1_000_000)),
            lambda: operations.restore(operations.delete(path).id),
        )

    done = refused = swapped = 0
    with swapping(app):
        for _ in range(PATHS):
            path, other = generated(chance), generated(chance)
            for attempt in chance.sample(attempts(path, other), 2):
                try:
                    attempt()
                    done += 1
                except (FileProblem, PathRefused, UnicodeError) as error:
                    refused += 1
                    swapped += "since a moment ago" in str(error)
            fill()

    figures.say(
        "paths in an app whose links are swapped",
        f"{PATHS} paths, {done} done, {refused} refused, {swapped} of them in a swap",
    )
    assert contents(outside) == before
    assert SECRET not in seen
    assert done > 100


OPERATIONS: dict[str, Callable[[Source, FileOperations], object]] = {
    "read": lambda source, _: source.read("swapped/secret.py"),
    "save": lambda source, _: source.save("swapped/secret.py", "", hashlib.sha256(SECRET).hexdigest()),
    "create": lambda source, _: source.create("swapped/new.py"),
    "create below": lambda source, _: source.create("swapped/deep/new.py"),
    "receive": lambda _, operations: operations.receive("swapped/secret.py", [b"x"], replace=True),
    "make a folder": lambda _, operations: operations.make_folder("swapped/made"),
    "move out of it": lambda _, operations: operations.move("swapped/secret.py", "stolen.py"),
    "move into it": lambda _, operations: operations.move("a.py", "swapped/a.py"),
    "duplicate": lambda _, operations: operations.duplicate("swapped/secret.py"),
    "delete": lambda _, operations: operations.delete("swapped/secret.py"),
}


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_folder_that_becomes_a_link_after_it_was_looked_at_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: Callable[[Source, FileOperations], object]
) -> None:
    outside, app = tmp_path / "outside", tmp_path / "app"
    for folder in (outside, app / "swapped"):
        (folder / "deep").mkdir(parents=True)
        (folder / "secret.py").write_bytes(SECRET)
    (app / "a.py").write_bytes(b"x = 1\n")
    before = contents(outside)
    source = Source(app)
    operations = FileOperations(source.root, Trash(app, tmp_path / "trash"))
    real = os.open

    def swapped_before(path: str | Path, *args: Any, **kwargs: Any) -> int:
        # The app's folder is opened when it is known where the path leads, and before anything is done there.
        if path == source.root and not (app / "swapped").is_symlink():
            (app / "swapped").rename(app / "parked")
            (app / "swapped").symlink_to(outside)
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", swapped_before)

    with pytest.raises(PathRefused, match="leads"):
        operation(source, operations)

    assert (app / "swapped").is_symlink()
    assert contents(outside) == before
    assert sorted(file.name for file in app.iterdir()) == ["a.py", "parked", "swapped"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_file_that_becomes_a_link_while_it_is_deleted_stays_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, app = tmp_path / "secret.py", tmp_path / "app"
    app.mkdir()
    secret.write_bytes(SECRET)
    file = app / "a.py"
    file.write_bytes(b"x = 1\n")
    operations = FileOperations(Source(app).root, Trash(app, tmp_path / "trash"))
    real = os.rename

    def swapped_before(*args: Any, **kwargs: Any) -> None:
        if not file.is_symlink() and args[0] == "a.py":
            file.unlink()
            file.symlink_to(secret)
        real(*args, **kwargs)

    monkeypatch.setattr(os, "rename", swapped_before)

    with pytest.raises(PathRefused, match="since a moment ago"):
        operations.delete("a.py")

    assert file.readlink() == secret
    assert [each.name for each in app.iterdir()] == ["a.py"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_in_the_trash_is_not_followed_when_it_is_restored(tmp_path: Path) -> None:
    secret, app = tmp_path / "secret.py", tmp_path / "app"
    app.mkdir()
    secret.write_bytes(SECRET)
    trash = Trash(app, tmp_path / "trash")
    (app / "a.py").symlink_to(secret)
    trashed = trash.take(app / "a.py", "a.py")

    with pytest.raises(FileProblem):
        FileOperations(Source(app).root, trash).restore(trashed.id)

    assert list(app.iterdir()) == []
