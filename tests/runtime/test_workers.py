"""Threads for handlers, of which one reads: nothing that runs holds up what comes."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from mainspring.runtime.workers import Ended, Workers

LIMIT_S = 20.0


@contextmanager
def serving(
    workers: Workers, handle: Callable[[bytes], None]
) -> Iterator[tuple[socket.socket, list[BaseException | None]]]:
    """Bytes that are sent to the socket come to ``handle`` one by one; the list gets how serving ended."""
    ours, theirs = socket.socketpair()
    ended: list[BaseException | None] = []

    def serve() -> None:
        try:
            workers.serve(lambda: theirs.recv(1), handle)
            ended.append(None)
        except BaseException as error:
            ended.append(error)

    watch = threading.Thread(target=serve)
    watch.start()
    try:
        with ours, theirs:
            yield ours, ended
            ours.shutdown(socket.SHUT_RDWR)
            watch.join(LIMIT_S)
            assert not watch.is_alive(), "it goes on reading after the end"
    finally:
        ours.close()


def test_what_is_read_runs_in_the_thread_that_has_read_it():
    workers = Workers(4)
    threads: list[tuple[str, str]] = []
    done = threading.Semaphore(0)

    def handle(data: bytes) -> None:
        reader = threading.current_thread().name

        def job() -> None:
            threads.append((reader, threading.current_thread().name))
            done.release()

        workers.do(job)

    with serving(workers, handle) as (pipe, _):
        for _ in range(50):
            pipe.send(b"x")
            assert done.acquire(timeout=LIMIT_S)

    assert sum(reader == runner for reader, runner in threads) > 25, threads  # Watching may step in.


@pytest.mark.parametrize("limit", [1, 2, 8])
def test_jobs_that_block_hold_up_neither_the_pipe_nor_each_other(limit):
    workers = Workers(limit)
    started, gate, answered = threading.Semaphore(0), threading.Event(), threading.Semaphore(0)

    def handle(data: bytes) -> None:
        if data == b"?":
            answered.release()
        else:
            workers.do(lambda: (started.release(), gate.wait(LIMIT_S)))

    with serving(workers, handle) as (pipe, _):
        for _ in range(limit):
            pipe.send(b"x")
        for _ in range(limit):
            assert started.acquire(timeout=LIMIT_S)
        pipe.send(b"x?")  # One more than there are threads; it waits, and what follows is answered.

        assert answered.acquire(timeout=LIMIT_S)
        assert not started.acquire(blocking=False)
        gate.set()
        assert started.acquire(timeout=LIMIT_S)


def test_messages_are_handled_in_their_order_and_each_job_runs_once():
    workers = Workers(6)
    chance = random.Random(7)
    handled: list[int] = []
    ran: list[int] = []
    over = threading.Event()

    def handle(data: bytes) -> None:
        number = len(handled)
        handled.append(data[0])
        wait = chance.choice([0, 0, 0, 0.0005, 0.004])

        def job() -> None:
            if wait:
                threading.Event().wait(wait)
            ran.append(number)
            if len(ran) == 2_000:
                over.set()

        workers.do(job)
        if number % 50 == 0:  # What other threads want done, such as the clock's.
            threading.Thread(target=workers.do, args=(lambda: None,)).start()

    with serving(workers, handle) as (pipe, _):
        for number in range(2_000):
            pipe.send(bytes([number % 251]))
        assert over.wait(LIMIT_S)

    assert handled == [number % 251 for number in range(2_000)]
    assert sorted(ran) == list(range(2_000))


def test_a_job_that_a_job_leaves_behind_does_not_wait_for_a_long_one():
    workers = Workers(3)
    gate, ran = threading.Event(), threading.Event()

    def handle(data: bytes) -> None:
        workers.do(lambda: (workers.do(lambda: gate.wait(LIMIT_S)), workers.do(ran.set)))

    with serving(workers, handle) as (pipe, _):
        pipe.send(b"x")

        assert ran.wait(LIMIT_S)
        gate.set()


def test_the_end_comes_also_while_jobs_run():
    workers = Workers(2)
    started, gate = threading.Event(), threading.Event()

    with serving(workers, lambda _: workers.do(lambda: (started.set(), gate.wait(LIMIT_S)))) as (pipe, ended):
        pipe.send(b"x")
        assert started.wait(LIMIT_S)

    assert ended == [None]
    gate.set()


@pytest.mark.parametrize(
    ("error", "raised"), [(Ended(), False), (ConnectionResetError(), False), (KeyError("k"), True)]
)
def test_what_goes_wrong_while_a_message_is_handled_ends_serving(error, raised):
    def handle(_: bytes) -> None:
        raise error

    with serving(Workers(2), handle) as (pipe, ended):
        pipe.send(b"x")

    assert ended == [error if raised else None]
