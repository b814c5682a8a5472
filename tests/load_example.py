"""``python load_example.py FOLDER``: load the app in a folder as the runtime does, and check its handlers.

Ends with 1, and what is wrong on stderr, if the app doesn't load or something in it can't be called.
"""

from __future__ import annotations

import sys

from mainspring.runtime.api import registered_modules
from mainspring.runtime.loading import load_main
from mainspring.runtime.registry import collect
from mainspring.runtime.tracebacks import Sources


def main(folder: str) -> None:
    sources = Sources(folder)
    handlers = collect(load_main(folder, sources), registered_modules(), sources)
    problems = [f"{name}: {entry.listed.problem}" for name, entry in handlers.items() if entry.listed.problem]
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main(sys.argv[1])
