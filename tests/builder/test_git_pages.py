"""Pages in a real git repository: what changed, and merges by component."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from browser_apps import button, text, write_app
from commands import mainspring_command


class Repository:
    """An app in a repository of its own, with nobody's settings but its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        write_app(path, "", main=[text("A", "a"), text("B", "b"), button("c", "go")])
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.email", "a@example.com")
        self.git("config", "user.name", "A")

    def git(self, *arguments: str, status: int = 0) -> str:
        settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "LC_ALL": "C"}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, **settings},
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x")

    def mainspring(self, *arguments: str | Path, status: int = 0) -> subprocess.CompletedProcess[str]:
        command = [*mainspring_command(), *map(str, arguments)]
        done = subprocess.run(command, cwd=self.path, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return done

    @property
    def page(self) -> dict[str, Any]:
        page: dict[str, Any] = json.loads((self.path / "pages" / "main.json").read_text())
        return page

    def write(self, page: dict[str, Any]) -> None:
        (self.path / "pages" / "main.json").write_text(json.dumps(page, indent=1) + "\n")

    def branch(self, name: str, page: dict[str, Any]) -> None:
        self.git("checkout", "-q", "-b", name, "start")
        self.write(page)
        self.commit()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path / "app")
    repository.mainspring("merge-driver", "--setup", repository.path)
    repository.commit()
    repository.git("tag", "start")
    return repository


def test_diff_tells_what_changed_since_the_last_commit_and_between_revisions(repository: Repository) -> None:
    page = repository.page
    page["children"][0]["fields"]["text"] = "Changed"
    page["children"].insert(0, page["children"].pop())
    page["children"].append(text("New", "new"))
    del page["children"][2]
    repository.write(page)

    expected = [
        "page main",
        "  ~ Text of Changed (a): “A” → “Changed”",
        "  + New (new) in the page",
        "  - B (b)",
    ]
    lines = repository.mainspring("diff", repository.path).stdout.splitlines()
    assert set(expected) <= set(lines)
    repository.commit()
    assert repository.mainspring("diff", repository.path).stdout == ""
    between = repository.mainspring("diff", repository.path, "start", "HEAD").stdout
    assert between.splitlines() == lines


def test_diff_says_what_is_wrong(repository: Repository, tmp_path: Path) -> None:
    said = repository.mainspring("diff", repository.path, "nowhere", status=1).stderr
    assert "no revision 'nowhere'" in said
    outside = tmp_path / "outside"
    outside.mkdir()
    assert "not a git repository" in repository.mainspring("diff", outside, status=1).stderr


def test_an_insertion_beside_a_move_merges_without_a_conflict(repository: Repository) -> None:
    moved, inserted = repository.page, repository.page
    moved["children"].insert(0, moved["children"].pop(1))
    inserted["children"].insert(1, text("New", "new"))
    repository.branch("moved", moved)
    repository.branch("inserted", inserted)

    repository.git("merge", "-q", "--no-edit", "moved")

    assert [child["id"] for child in repository.page["children"]] == ["b", "a", "new", "c"]


def test_a_clash_stops_the_merge_with_markers_and_says_what_it_is(repository: Repository) -> None:
    one, two = repository.page, repository.page
    one["children"][0]["fields"]["text"] = "One"
    two["children"][0]["fields"]["text"] = "Two"
    repository.branch("one", one)
    repository.branch("two", two)

    said = repository.git("merge", "--no-edit", "one", status=1)

    assert "both sides changed: Text of Two (a)" in said
    markers = (repository.path / "pages" / "main.json").read_text()
    assert markers.count("<<<<<<<") == markers.count(">>>>>>>") == 1


def test_a_setup_that_was_done_is_left_as_it_is(repository: Repository) -> None:
    before = (repository.path / ".gitattributes").read_text()

    repository.mainspring("merge-driver", "--setup", repository.path)

    assert (repository.path / ".gitattributes").read_text() == before == "pages/*.json merge=mainspring\n"
    assert repository.mainspring("merge-driver", status=2).stderr


def test_what_is_no_page_is_merged_by_lines(repository: Repository) -> None:
    folder = repository.path
    for name, data in {"base": "1\n2\n3\n", "ours": "0\n1\n2\n3\n", "theirs": "1\n2\n3\n4\n"}.items():
        (folder / name).write_text(data)

    repository.mainspring("merge-driver", "base", "ours", "theirs", "pages/main.json")

    assert (folder / "ours").read_text() == "0\n1\n2\n3\n4\n"
