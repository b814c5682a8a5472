"""``python -m benchmarks [NAME …] [--short]``: speed; without a name all of it.

Times on a shared machine say little by themselves: read the ratios to the floor of the same run.
"""

from __future__ import annotations

import argparse
import importlib

# In this order; each is a module with a ``main(*, short)``.
NAMES = (
    "start",
    "beside",
    "reload",
    "saves",
    "events",
    "paced",
    "state",
    "traffic",
    "values",
    "chat",
    "scroll",
    "pages",
    "typing",
    "log",
    "prints",
    "memory",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--short", action="store_true", help="few repetitions: it runs, that's all it shows")
    chosen = parser.parse_args()
    if unknown := [name for name in chosen.names if name not in NAMES]:
        parser.error(f"no benchmark is named {', '.join(unknown)}; there are {', '.join(NAMES)}")
    for name in chosen.names or NAMES:
        print(f"\n== {name}", flush=True)
        importlib.import_module(f".{name}", __package__).main(short=chosen.short)


if __name__ == "__main__":
    main()
