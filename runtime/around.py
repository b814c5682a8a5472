"""What runs around each event: generators of the app, up to their ``yield``, then the handler, then the rest.

A generator sees what the handler raises at its ``yield``, as in ``contextlib.contextmanager``; one that ends
without a ``yield`` keeps the handler from running. Plain ones run where the handler does: in its thread, or
in the loop. As soon as one of them is asynchronous all run in the loop, in one task, and a plain handler in
a thread of its own beside them.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from types import AsyncGeneratorType, GeneratorType
from typing import Any, Final

from .named_functions import Named
from .payloads import Refused

Flush = Callable[[], None]
InThread = Callable[[Callable[[], Any]], Awaitable[Any]]

_END: Final = object()
_TWICE: Final = "{} yielded twice; what is named as around_event yields once"


def around_sync(
    around: tuple[Named, ...], values: Mapping[str, Any], call: Callable[[], Any], flush: Flush
) -> Any:
    """Run ``call`` within ``around``, all of them plain generators; return what it returns.

    What has to be awaited comes as a coroutine that also ends the generators.

    Raises:
        Refused: One of them did not yield.
        BaseException: What ``call`` or one of them raised.
    """
    with contextlib.ExitStack() as entered:
        for named in around:
            entered.enter_context(_inside(named, values))
        result = call()
        if isinstance(result, GeneratorType):
            return drained(result, flush)
        if isinstance(result, AsyncGeneratorType) or hasattr(result, "__await__"):
            return _then(entered.pop_all(), result, flush)
        return result


async def around_async(
    around: tuple[Named, ...],
    values: Mapping[str, Any],
    call: Callable[[], Any],
    flush: Flush,
    in_thread: InThread | None,
) -> Any:
    """As ``around_sync``, in the loop. ``in_thread`` runs a plain handler; ``None``: it is asynchronous."""
    async with contextlib.AsyncExitStack() as entered:
        for named in around:
            if named.kind == "async_generator":
                await entered.enter_async_context(_inside_async(named, values))
            else:
                entered.enter_context(_inside(named, values))
        if in_thread is None:
            return await finished(call(), flush)

        def called() -> Any:
            result = call()
            return drained(result, flush) if isinstance(result, GeneratorType) else result

        return await finished(await in_thread(called), flush)


def drained(steps: Any, flush: Flush) -> Any:
    """Run a generator to its end, with a ``flush`` at each ``yield``; return what it returns."""
    with contextlib.closing(steps):
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return end.value
            flush()


async def finished(result: Any, flush: Flush) -> Any:
    """Await what a handler gave, if that is to be awaited."""
    if isinstance(result, AsyncGeneratorType):
        async with contextlib.aclosing(result):
            async for _ in result:
                flush()
        return None
    return await result if hasattr(result, "__await__") else result


async def _then(entered: contextlib.ExitStack, result: Any, flush: Flush) -> Any:
    with entered:
        return await finished(result, flush)


def _started(named: Named, values: Mapping[str, Any]) -> Any:
    positional, keywords = named.signature.arguments(values)
    return named.function(*positional, **keywords)


def _skipped(named: Named) -> Refused:
    return Refused(f"{named.name} did not yield, so the handler was not run")


@contextlib.contextmanager
def _inside(named: Named, values: Mapping[str, Any]) -> Iterator[None]:
    steps = _started(named, values)
    with _blamed(named):
        if next(steps, _END) is _END:
            raise _skipped(named)
    try:
        yield
    except BaseException as error:
        with _blamed(named, error):
            try:
                steps.throw(error)
            except StopIteration:
                return
            raise RuntimeError(_TWICE.format(named.name)) from error
    with _blamed(named):
        if next(steps, _END) is not _END:
            raise RuntimeError(_TWICE.format(named.name))


@contextlib.asynccontextmanager
async def _inside_async(named: Named, values: Mapping[str, Any]) -> AsyncIterator[None]:
    steps = _started(named, values)
    with _blamed(named):
        if await anext(steps, _END) is _END:
            raise _skipped(named)
    try:
        yield
    except BaseException as error:
        with _blamed(named, error):
            try:
                await steps.athrow(error)
            except StopAsyncIteration:
                return
            raise RuntimeError(_TWICE.format(named.name)) from error
    with _blamed(named):
        if await anext(steps, _END) is not _END:
            raise RuntimeError(_TWICE.format(named.name))


@contextlib.contextmanager
def _blamed(named: Named, handlers: BaseException | None = None) -> Iterator[None]:
    """What is raised here is said to come from ``named``, unless it is the handler's own exception."""
    try:
        yield
    except Refused:
        raise
    except Exception as error:
        if error is not handlers:
            error.add_note(f"Raised by {named.name}, which mainspring.toml names as around_event.")
        raise
