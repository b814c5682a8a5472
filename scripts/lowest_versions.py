"""Print the lowest version of each dependency that ``pyproject.toml`` allows, as constraints for pip.

``make lowest`` installs these and runs a part of the tests: a bound that nobody has tried is a guess.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
_BOUND = re.compile(r"(?P<name>[\w-]+)>=(?P<version>[\d.]+)(?P<marker>;.*)?")


def lowest_versions(pyproject: str) -> list[str]:
    """Return ``name==version`` for what an installation needs, with the extra ``frames``.

    Raises:
        ValueError: A dependency has no lower bound, or more than that.
    """
    project = tomllib.loads(pyproject)["project"]
    lowest = []
    for text in [*project["dependencies"], *project["optional-dependencies"]["frames"]]:
        bound = _BOUND.fullmatch(text.replace(" ", ""))
        if bound is None:
            raise ValueError(f"{text}: write it as name>=version, so that its lowest version can be tried")
        # pip takes 3.11 for 3.11.0, and markers as they are.
        marker = re.search(r";.*", text)
        lowest.append(f"{bound['name']}=={bound['version']}" + (marker[0] if marker else ""))
    return lowest


if __name__ == "__main__":
    print(*lowest_versions(PYPROJECT.read_text(encoding="utf-8")), sep="\n")
