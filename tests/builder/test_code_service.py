"""Questions about code, answered by a real jedi in a real process that may be killed or hang."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sys
import venv
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from mainspring.builder.code.code_messages import Ask
from mainspring.builder.code.code_service import CodeService, CodeUnanswered, given_s, open_code_service
from mainspring.builder.code.warm_up import warming_texts
from mainspring.builder.code.worker_process import start_worker

COMPLETION = "textDocument/completion"


# Judges no times: on a busy machine a first question may take long.
PATIENT_S = 60.0
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("code") / "app"
    path.mkdir()
    (path / "main.py").write_text("x = 1\n", encoding="utf-8")
    shop = 'def order(count: int) -> str:\n    """Order some."""\n    return "😀"\n'
    (path / "shop.py").write_text(shop, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(path.parent / "cache"))
        yield path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def code(app: Path) -> AsyncIterator[CodeService]:
    async with open_code_service(app, call_s=PATIENT_S) as service:
        yield service


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def ask_at_end(code: CodeService, method: str, text: str, label: str = "") -> Any:
    lines = text.split("\n")
    character = len(lines[-1].encode("utf-16-le")) // 2
    return await code.ask(method, "main.py", text, len(lines) - 1, character, label)


async def labels(code: CodeService, text: str) -> list[str]:
    return [item["label"] for item in (await ask_at_end(code, COMPLETION, text))["items"]]


async def test_names_of_the_standard_library_and_of_the_apps_own_modules_are_completed(
    code: CodeService,
) -> None:
    assert "getcwd" in await labels(code, "import os\nos.getc")
    assert await labels(code, "import shop\nshop.o") == ["order"]


async def test_kinds_are_given_where_they_cost_nothing(code: CodeService) -> None:
    text = "class Cart: pass\ndef cart_total(): pass\ncart_size = 1\nca"

    answer = await ask_at_end(code, COMPLETION, text)

    kinds = {item["label"]: item.get("kind") for item in answer["items"]}
    assert (kinds["Cart"], kinds["cart_total"], kinds["cart_size"]) == ("class", "function", "statement")


async def test_columns_are_counted_in_utf16_units(code: CodeService) -> None:
    assert await labels(code, "import shop; x = '😀😀'; shop.o") == ["order"]


async def test_one_name_is_explained_with_its_type_and_documentation(code: CodeService) -> None:
    resolved = await ask_at_end(code, "completionItem/resolve", "import shop\nshop.o", "order")

    assert resolved["kind"] == "function"
    assert "Order some." in resolved["documentation"]


async def test_signatures_hover_and_definition(code: CodeService) -> None:
    help_ = await ask_at_end(code, "textDocument/signatureHelp", "import shop\nshop.order(")
    hover = await ask_at_end(code, "textDocument/hover", "import shop\nshop.order")
    definition = await ask_at_end(code, "textDocument/definition", "import shop\nshop.order")

    assert help_["signatures"][0]["label"] == "order(count: int) -> str"
    assert help_["signatures"][0]["parameters"] == [{"label": "count: int"}]
    assert help_["activeParameter"] == 0
    assert "Order some." in hover["contents"]
    assert definition == [
        {
            "uri": "shop.py",
            "range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 9}},
        }
    ]


async def test_a_place_outside_the_text_is_answered_and_harms_nobody(code: CodeService) -> None:
    await code.ask(COMPLETION, "main.py", "x = 1\n", 99, 99)

    assert "getcwd" in await labels(code, "import os\nos.getc")


async def test_a_killed_worker_is_replaced_and_the_question_answered(code: CodeService) -> None:
    await code.warmed()
    before = code.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)

    found = await labels(code, "import os\nos.getc")

    assert "getcwd" in found
    assert code.pid != before


async def test_a_worker_that_hangs_is_given_up_and_replaced(app: Path) -> None:
    async with open_code_service(app, call_s=0.3) as code:
        await code.warmed()
        before = code.pid
        assert before is not None
        os.kill(before, signal.SIGSTOP)

        with pytest.raises(CodeUnanswered, match="too long"):
            await labels(code, "import os\nos.getc")

        assert not is_there(before)
        await code.warmed()
        assert code.pid not in (None, before)


async def test_a_worker_that_shows_no_sign_of_life_is_replaced_by_its_spare_which_answers(app: Path) -> None:
    async with open_code_service(app, call_s=PATIENT_S) as code:
        await labels(code, "import os\nos.getc")
        for method in (signal.SIGSTOP, signal.SIGKILL, signal.SIGSTOP):
            await code.spare_warmed()
            before = code.pid
            assert before is not None
            os.kill(before, method)

            assert "getcwd" in await labels(code, "import os\nos.getc")

            assert code.pid not in (None, before)
            assert not is_there(before)


async def test_what_adorns_a_list_is_answered_beside_what_the_next_key_needs(app: Path) -> None:
    async with open_code_service(app, call_s=PATIENT_S) as code:
        await labels(code, "import os\nos.getc")
        before = code.pid
        assert before is not None
        os.kill(before, signal.SIGSTOP)

        details = await code.ask(
            "mainspring/completionDetails", "main.py", "import os\nos.getc", 1, 7, labels=("getcwd",)
        )

        assert [item["label"] for item in details["items"]] == ["getcwd"]
        # Nobody has asked the one that hangs for anything.
        assert code.pid == before


async def test_a_spare_that_could_not_be_started_is_tried_again(
    app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_code_service(app, call_s=PATIENT_S) as code:
        await code.warmed()
        asked = ("mainspring/completionDetails", "main.py", "import os\nos.getc", 1, 7)
        with monkeypatch.context() as without_python:
            without_python.setattr(sys, "executable", str(app / "nowhere"))
            with pytest.raises(CodeUnanswered, match="can't be started"):
                await code.ask(*asked, labels=("getcwd",))

        details = await code.ask(*asked, labels=("getcwd",))

        assert [item["label"] for item in details["items"]] == ["getcwd"]


async def test_a_worker_gives_a_sign_of_life_while_jedi_is_busy(app: Path, tmp_path: Path) -> None:
    worker = await start_worker(app, tmp_path, "")
    try:
        await worker.warm()
        text = "import pandas as pd\npd.DataFrame()."
        asked = asyncio.create_task(worker.ask(Ask(1, COMPLETION, "main.py", text, 1, 15)))
        first = await worker.ping()
        second = await worker.ping()

        assert not asked.done()
        assert 0 < first < second
        assert (await asked).number == 1
    finally:
        await worker.end()


async def test_what_a_large_package_takes_is_read_before_anybody_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    own = tmp_path / "own"
    venv.create(own / ".venv", with_pip=False, symlinks=True)
    (package,) = ((each / "altair.py") for each in (own / ".venv").glob("lib/python*/site-packages"))
    package.write_text("class Chart:\n    size = 1\n", encoding="utf-8")
    (own / "main.py").write_text("from altair import Chart\n", encoding="utf-8")

    async with open_code_service(own, call_s=PATIENT_S) as code:
        async with asyncio.timeout(PATIENT_S):
            await code.warmed()
            before = code.pid
            await code.packages_read()

        # Not by the process that answers meanwhile, whose questions would have to wait.
        assert code.pid not in (None, before)

    name = hashlib.sha256(str(package).encode()).hexdigest()
    assert [file for file in (tmp_path / "cache").rglob("*.pkl") if name in file.name]


async def test_only_what_main_imports_is_read_ahead(tmp_path: Path) -> None:
    assert warming_texts(tmp_path) == ()
    (tmp_path / "main.py").write_text("import json, os\nimport pandas as pd\n", encoding="utf-8")

    assert warming_texts(tmp_path) == ("import pandas\npandas.", "import pandas\npandas.DataFrame().")


async def test_time_in_which_a_worker_waits_for_a_processor_is_added_up_to_a_bound() -> None:
    assert given_s(3.0, passed_s=2.0, worked_s=2.0) == 3.0
    assert given_s(3.0, passed_s=4.0, worked_s=1.0) == 6.0
    assert given_s(3.0, passed_s=60.0, worked_s=0.0) == 9.0
    # Several threads may work more than passes.
    assert given_s(3.0, passed_s=1.0, worked_s=1.5) == 3.0


async def test_a_worker_whose_memory_has_grown_is_replaced(
    app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_code_service(app, call_s=PATIENT_S) as code:
        await code.warmed()
        before = code.pid
        assert before is not None
        monkeypatch.setattr("mainspring.builder.code.code_service.MAX_PEAK_MB", 1.0)
        assert "getcwd" in await labels(code, "import os\nos.getc")
        monkeypatch.undo()

        assert not is_there(before)
        assert "getcwd" in await labels(code, "import os\nos.getc")


async def test_an_environment_whose_python_is_gone_costs_its_packages_only(app: Path, tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("home = /nowhere\n", encoding="utf-8")

    async with open_code_service(tmp_path, call_s=PATIENT_S) as code:
        assert "getcwd" in await labels(code, "import os\nos.getc")


async def test_of_several_questions_of_one_kind_the_newest_is_answered(code: CodeService) -> None:
    first = asyncio.create_task(labels(code, "import os\nos.getc"))
    second = asyncio.create_task(labels(code, "import os\nos.getp"))
    third = asyncio.create_task(labels(code, "import os\nos.putenv"))

    done = await asyncio.gather(first, second, third, return_exceptions=True)

    assert isinstance(done[1], CodeUnanswered)
    assert done[2] == ["putenv"]


async def test_a_worker_counts_its_own_memory_and_not_that_of_the_process_that_started_it() -> None:
    measured = "from mainspring.builder.code.code_worker import peak_mb; print(peak_mb())"
    large = f"""
import subprocess, sys
held = b"x" * 400_000_000
subprocess.run([sys.executable, "-c", {measured!r}], check=True)
"""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", large, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()

    assert 5 < float(told) < 300


async def test_after_the_block_no_process_is_left(app: Path) -> None:
    async with open_code_service(app, call_s=PATIENT_S) as code:
        await labels(code, "import os\nos.getc")
        pid = code.pid
        assert pid is not None

    assert not is_there(pid)


async def test_a_block_that_ends_at_once_leaves_nothing(app: Path) -> None:
    async with open_code_service(app):
        pass


async def test_what_the_worker_imports_and_prints_does_not_damage_its_answers(
    app: Path, code: CodeService
) -> None:
    (app / "loud.py").write_text("print('loud')\nname = 1\n", encoding="utf-8")

    assert "name" in await labels(code, "import loud\nloud.n")


async def test_an_app_with_an_environment_of_its_own_is_completed_from_it(app: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    venv.create(own / ".venv", with_pip=False, symlinks=True)
    (packages,) = (own / ".venv").glob("lib/python*/site-packages")
    (packages / "only_there.py").write_text("def found(): pass\n", encoding="utf-8")

    async with open_code_service(own, call_s=PATIENT_S) as code:
        assert await labels(code, "import only_there\nonly_there.f") == ["found"]


@pytest.mark.skipif(sys.platform != "linux", reason="waits for a process that isn't its child by a pidfd")
async def test_a_worker_ends_with_the_service_however_that_ended(app: Path) -> None:
    script = (
        "import asyncio, os, sys\nfrom pathlib import Path\n"
        "from mainspring.builder.code.code_service import open_code_service\n"
        "async def main():\n"
        "    async with open_code_service(Path(sys.argv[1])) as code:\n"
        "        await code.warmed()\n"
        "        print(code.pid, flush=True)\n"
        "        os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())\n"
    )
    arguments = ("-c", script, str(app))
    service = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    output, _ = await service.communicate()

    try:
        worker = os.pidfd_open(int(output))
    except ProcessLookupError:
        return
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(worker, ended.set)
    try:
        async with asyncio.timeout(20):
            await ended.wait()
    finally:
        asyncio.get_running_loop().remove_reader(worker)
        os.close(worker)


def tear(folder: Path) -> int:
    """Cut every file of the cache short, some to nothing; return how many they were."""
    files = list(folder.rglob("*.pkl"))
    for number, file in enumerate(files):
        file.write_bytes(file.read_bytes()[: number % 3 * 1000])
    return len(files)


async def test_a_cache_that_a_killed_worker_left_torn_is_mended(app: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path))
        async with open_code_service(app, call_s=PATIENT_S) as code:
            await labels(code, "import os\nos.getc")
        torn = tear(tmp_path)

        async with open_code_service(app, call_s=PATIENT_S) as code:
            found = await labels(code, "import os\nos.getc")

    assert torn
    assert "getcwd" in found
