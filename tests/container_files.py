"""Dockerfiles without Docker: read as it does, checked as linters do, and done step by step in a folder."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Step(NamedTuple):
    """An instruction with its arguments; ``form`` of those that are JSON lists."""

    name: str
    text: str

    @property
    def form(self) -> list[str]:
        """The list after the instruction, or after its options and ``CMD``."""
        found = re.search(r"\[.*\]$", self.text)
        assert found is not None, f"{self.name} is not in its JSON form: {self.text}"
        parts = json.loads(found[0])
        assert isinstance(parts, list)
        return parts


def read_steps(dockerfile: str) -> list[Step]:
    lines = [line for line in dockerfile.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [Step(*line.split(maxsplit=1)) for line in joined.splitlines()]


def complaints(steps: list[Step]) -> Iterator[str]:
    """What hadolint would say, of the rules that matter here; its numbers."""
    names = [step.name for step in steps]
    of = {name: [step for step in steps if step.name == name] for name in names}
    if any(name != name.upper() for name in names):
        yield "an instruction isn't in capitals"
    for step in of["FROM"]:
        if not re.search(r":\d+\.\d+(\.\d+)?-[\w-]+$", step.text):
            yield "DL3006, DL3007: the base has no version"
    for step in of.get("WORKDIR", []):
        if not step.text.startswith("/"):
            yield "DL3000: WORKDIR isn't absolute"
    for step in of.get("RUN", []):
        if "pip install" in step.text and "--no-cache-dir" not in step.text:
            yield "DL3042: pip keeps a cache in the image"
        if re.search(r"\b(sudo|ssh|vim|shutdown)\b|curl .*\| *(ba)?sh", step.text):
            yield "DL3001, DL3004: a program that has no place in a build"
    if "ADD" in of:
        yield "DL3020: ADD instead of COPY"
    if "USER" not in of or re.match(r"(root|0)\b", of["USER"][-1].text):
        yield "DL3002: the last user is root"
    if len(of.get("ENTRYPOINT", [])) != 1 or len(of.get("HEALTHCHECK", [])) != 1:
        yield "DL4003, DL3057: one entry point and one health check"
    for step in (*of.get("ENV", []), *of.get("ARG", [])):
        if re.search(r"TOKEN|SECRET|PASSWORD|KEY", step.text.upper()):
            yield "a secret in the image"
    for step in (*of.get("ENTRYPOINT", []), *of.get("CMD", []), *of.get("HEALTHCHECK", [])):
        if not step.text.endswith("]"):
            yield "DL3025: not in JSON form"


def ignored(path: str, patterns: list[str]) -> bool:
    """As ``.dockerignore`` says: a pattern counts for a path and for all that is below it."""
    parts = path.split("/")
    tops = ["/".join(parts[: end + 1]) for end in range(len(parts))]
    for pattern in patterns:
        name = pattern.removeprefix("**/")
        for top in tops:
            shown = top.rpartition("/")[2] if name != pattern else top
            if fnmatch.fnmatchcase(shown, name):
                return True
    return False


class Image:
    """What the steps have made: a folder that stands for ``/``, and the environment of its processes."""

    def __init__(self, context: Path, root: Path, environment: dict[str, str]) -> None:
        self.root = root
        self.environment = environment
        self._context = context
        lines = (context / ".dockerignore").read_text(encoding="utf-8").splitlines()
        self._ignored = [line for line in lines if line and not line.startswith("#")]
        self._folder = root

    def place(self, text: str) -> str:
        """A path, or a command with paths, of the image as it is here."""
        return re.sub(r"(?<![\w.:/])/srv\b", f"{self.root}/srv", text)

    def build(self, steps: list[Step]) -> None:
        for step in steps:
            match step.name:
                case "ENV":
                    self.environment |= dict(pair.split("=", 1) for pair in shlex.split(step.text))
                case "WORKDIR":
                    self._folder = Path(self.place(step.text))
                    self._folder.mkdir(parents=True, exist_ok=True)
                case "COPY":
                    self._copy(step.text.split())
                case "RUN":
                    command, folder = self.place(step.text), self._folder
                    subprocess.run(
                        command, shell=True, cwd=folder, env=self.environment, check=True, capture_output=True
                    )

    def _copy(self, words: list[str]) -> None:
        *sources, target = words
        for source in sources:
            for found in [self._context] if source == "." else sorted(self._context.glob(source)):
                for file in [found] if found.is_file() else sorted(found.rglob("*")):
                    if file.is_file() and not ignored(str(file.relative_to(self._context)), self._ignored):
                        # Of a folder, Docker copies what is in it.
                        inside = file.relative_to(found) if found.is_dir() else Path(file.name)
                        copy = self._folder / target / inside
                        copy.parent.mkdir(parents=True, exist_ok=True)
                        shutil.copy(file, copy)

    def files(self, folder: str) -> set[str]:
        top = Path(self.place(folder))
        return {str(file.relative_to(top)) for file in top.rglob("*") if file.is_file()}


def can_run_as(user: int, command: list[str]) -> bool:
    """Whether this machine lets us run ``command`` as somebody else."""
    if os.geteuid() != 0:
        return False
    try:
        return (
            subprocess.run(command, user=user, group=user, capture_output=True, check=False).returncode == 0
        )
    except OSError:
        return False
