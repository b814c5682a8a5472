"""How a service ends: signals, second thoughts, errors. Real processes."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

SERVICE = """
import asyncio, sys
from mainspring.builder.service import CannotServe, run_service, wait_for_ever

async def service():
    print("ready", flush=True)
    try:
        {body}
    except asyncio.CancelledError:
        print("ending", flush=True)
        {ending}
        raise

sys.exit(run_service(service))
"""


def start(body: str = "await wait_for_ever()", ending: str = "pass") -> subprocess.Popen[str]:
    code = SERVICE.format(body=body, ending=ending)
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0), (signal.SIGHUP, 0)])
def test_a_signal_ends_it_in_order_with_the_code_that_it_deserves(number: int, code: int) -> None:
    process = start()
    process.send_signal(number)

    assert process.communicate(timeout=30) == ("ending\n", "")
    assert process.returncode == code


def test_a_second_ctrl_c_ends_what_does_not_want_to_end() -> None:
    process = start(ending="await wait_for_ever()")
    assert process.stdout is not None
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == "ending\n"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)

    assert process.returncode == 130


def test_what_does_not_end_by_itself_is_ended() -> None:
    process = start(ending="await wait_for_ever()")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)

    assert process.returncode == 130


@pytest.mark.parametrize(
    "body",
    [
        "raise CannotServe('no app here')",
        "async with asyncio.TaskGroup(): raise CannotServe('no app here')",
    ],
)
def test_what_can_not_be_served_is_said_in_one_line(body: str) -> None:
    process = start(body)
    _, said = process.communicate(timeout=30)

    assert said == "mainspring: no app here\n"
    assert process.returncode == 1


def test_an_error_of_ours_is_not_hidden() -> None:
    process = start("raise LookupError('a mistake')")
    _, said = process.communicate(timeout=30)

    assert "LookupError: a mistake" in said
    assert process.returncode == 1
