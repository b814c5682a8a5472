"""Who is let in: the app is asked, if its settings name a function for that, before anybody has a session.

In run mode each page, each file and each join is asked for. Whoever edits the app has shown a token already:
they see it in any case, as the user that the function says, or as nobody.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping
from typing import Final

from aiohttp import web
from mainspring.builder.web.access import GUARD, RequestRefused
from mainspring.runtime.protocol import Verified, Verify

__all__ = ["NOBODY", "NotLetIn", "Visitors", "cookies_of", "headers_of"]

NOBODY: Final = b"null"
# A little longer than the runtime gives the app's function: that one knows more of what went wrong.
LIMIT_S: Final = 12.0
EDIT_LIMIT_S: Final = 2.0
MAX_WAITING: Final = 256

# Headers of a WebSocket's handshake, and those that could open a door of ours.
_PRIVATE_HEADERS: Final = ("cookie", "connection", "upgrade", "sec-websocket-", "x-mainspring-")
_OWN_COOKIES: Final = "mainspring_"


class NotLetIn(RequestRefused):
    """The app doesn't want this visitor, or doesn't say that it does."""


def cookies_of(request: web.Request) -> dict[str, str]:
    """What the app sees of a browser's cookies. Never our own: they open the Builder, and know no ports."""
    return {name: text for name, text in request.cookies.items() if not name.startswith(_OWN_COOKIES)}


def headers_of(request: web.Request) -> dict[str, str]:
    """What the app sees of a request's headers, their names in small letters.

    Never what anybody can claim about where a request comes from, see ``proxies.py``.
    """
    headers = request.app[GUARD].proxies.told(request)
    return {name: text for name, text in headers.items() if not name.startswith(_PRIVATE_HEADERS)}


class Visitors:
    """Belongs to one event loop.

    Attributes:
        verified: Whether the app wants to be asked; may change while it is edited.
        on_unknown: Hears, in words, of those who are shown an app that is edited and would not be let in.
    """

    def __init__(self, tell_app: Callable[[Verify], None], *, edit: bool) -> None:
        self.verified = False
        self.on_unknown: Callable[[str], None] = lambda _: None
        self._tell_app = tell_app
        self._edit = edit
        self._requests = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Verified]] = {}
        self._status_changed = asyncio.Event()

    def answer(self, message: Verified) -> None:
        """The app has spoken, or nobody is there who could."""
        waiting = self._waiting.pop(message.request, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(message)

    def status_changed(self) -> None:
        """Perhaps somebody is there now."""
        self._status_changed.set()
        self._status_changed = asyncio.Event()

    async def let_in(self, request: web.Request) -> None:
        """See to it that a request for something of the app is one of those who are let in.

        Raises:
            NotLetIn: It isn't. (Of an app that is edited, the entry has seen to that.)
        """
        if not self._edit:
            await self.user(request)

    async def user(self, request: web.Request) -> bytes:
        """Return who it is, as encoded JSON; ``NOBODY`` if the app doesn't say or isn't asked.

        Raises:
            NotLetIn: The app says no, or doesn't say yes in time.
        """
        if not self.verified:
            return NOBODY
        answer = await self._ask(cookies_of(request), headers_of(request))
        if answer.status == "allowed":
            return answer.user
        if self._edit:
            if answer.status == "refused":
                self.on_unknown(
                    "verify_session does not let this browser in; the Builder shows it the app, as nobody"
                )
            return NOBODY
        if answer.status == "refused":
            raise NotLetIn(403, "not_let_in", "You are not allowed to see this app.")
        if answer.status == "error":
            raise NotLetIn(
                500,
                "not_verified",
                f"Whether you may see this app can't be told now. Its log says why, under {answer.error_id}.",
            )
        raise NotLetIn(503, "no_answer", "The app does not answer at the moment. Try again in a minute.")

    async def _ask(self, cookies: Mapping[str, str], headers: Mapping[str, str]) -> Verified:
        """What the app says; ``lost`` if it doesn't in time. Between two runtimes the next is waited for."""
        lost = Verified(0, "lost")
        if len(self._waiting) >= MAX_WAITING:
            return lost
        request = next(self._requests)
        try:
            async with asyncio.timeout(EDIT_LIMIT_S if self._edit else LIMIT_S):
                while True:
                    changed = self._status_changed
                    waiting: asyncio.Future[Verified] = asyncio.get_running_loop().create_future()
                    self._waiting[request] = waiting
                    self._tell_app(Verify(request, cookies, headers))
                    answer = await waiting
                    if answer.status != "lost":
                        return answer
                    await changed.wait()
        except TimeoutError:
            return lost
        finally:
            self._waiting.pop(request, None)
