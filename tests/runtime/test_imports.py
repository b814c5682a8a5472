"""What is imported by whom, and when."""

from __future__ import annotations

import subprocess
import sys


def modules_after(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    return set(
        subprocess.run(
            [sys.executable, "-P", "-c", code], check=True, capture_output=True, text=True, timeout=60
        ).stdout.split()
    )


def test_the_builder_has_the_protocol_and_nothing_else_of_the_runtime():
    found = modules_after(
        "import mainspring.builder.cli, mainspring.builder.run_app, mainspring.builder.editing.editing_app"
    )

    assert {name for name in found if name.startswith("mainspring.runtime.")} == {
        "mainspring.runtime.protocol"
    }


def test_the_names_for_apps_come_when_they_are_asked_for():
    found = modules_after(
        "from mainspring.runtime import State, init_handlers, init_state, run_async\n"
        "import mainspring.runtime as r\n"
        "assert set(r.__all__) <= set(dir(r))\n"
        "try:\n    r.nothing\nexcept AttributeError as error:\n    assert 'init_state' in str(error)\n"
        "else:\n    raise SystemExit('it has everything')"
    )

    assert "mainspring.runtime.state" in found


def test_the_child_starts_without_what_it_may_never_need():
    found = modules_after("import mainspring.runtime.serve")

    assert not found & {"asyncio", "narwhals", "numpy", "json", "hashlib", "concurrent.futures"}
