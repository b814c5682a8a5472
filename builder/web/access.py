"""Who may ask for what: one policy a route, checked in one middleware, for HTTP and WebSocket alike.

A route without a policy keeps the service from starting: what nobody thought about must not be open.

    app = make_app(guard)
    add_routes(app, [Route("GET", "/api/overview", overview, Policy.READ)])
"""

from __future__ import annotations

import enum
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError
from mainspring.builder.web.entry import Entry, Tickets, TooManyTries, Tries, same
from mainspring.builder.web.hosts import Hosts
from mainspring.builder.web.proxies import Asked, Proxies

__all__ = [
    "GUARD",
    "Guard",
    "Handler",
    "Policy",
    "RequestRefused",
    "Route",
    "UndeclaredRoute",
    "add_routes",
    "asked",
    "check_routes",
    "make_app",
]

log = logging.getLogger("mainspring.access")

MAX_BODY_BYTES: Final = 16 * 1024 * 1024
WRITE_TOKEN_HEADER: Final = "X-Mainspring-Token"  # noqa: S105 (a header's name)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Policy(enum.Enum):
    """What a request must bring beside a right Host; "cookie" where the listener has an entry."""

    OPEN = "anyone; for files of ours that hold no secret"
    PAGE = "GET of a page: cookie, or a token in the URL that is swapped for it"
    READ = "GET: cookie"
    WRITE = "POST, PUT, DELETE: cookie, own Origin, application/json, token in a header"
    WRITE_BYTES = "PUT: cookie, own Origin, application/octet-stream, token in a header"
    UPLOAD = "POST: cookie, own Origin, multipart/form-data; the handler checks the ticket"
    SOCKET = "WebSocket: cookie, own Origin; the handler checks the ticket in the first frame"


_METHODS: Final[Mapping[Policy, frozenset[str]]] = {
    Policy.OPEN: frozenset({"GET"}),
    Policy.PAGE: frozenset({"GET"}),
    Policy.READ: frozenset({"GET"}),
    Policy.WRITE: frozenset({"POST", "PUT", "DELETE"}),
    Policy.WRITE_BYTES: frozenset({"PUT"}),
    Policy.UPLOAD: frozenset({"POST"}),
    Policy.SOCKET: frozenset({"GET"}),
}


@dataclass(frozen=True)
class Route:
    """A line of the table of routes; ``path`` as aiohttp writes it (``/api/files/{path:.+}``)."""

    method: str
    path: str
    handler: Handler
    policy: Policy


class UndeclaredRoute(Exception):
    """The router knows a route that the table of policies doesn't, or one whose method contradicts it."""


class RequestRefused(Exception):
    """A request that can't be answered as asked; becomes ``{"error": {"code", "message"}}`` with a 4xx.

    Attributes:
        extra: What else stands beside ``error`` in the answer, such as the file that is there now.
    """

    def __init__(self, status: int, code: str, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.extra = extra


@dataclass
class Guard:
    """What one listener asks of its visitors, and says to their browsers.

    Attributes:
        entry: ``None`` lets everyone in who comes by a right name (run mode, ``--no-token``).
        headers: Headers for every answer, given how the browser has asked; an answer's own ones win.
        refusal: Makes the page that someone sees who comes without a cookie: ``refusal(status, message)``.
        write_token: What ``X-Mainspring-Token`` must say; put it into the page's bootstrap.
        answers: Domain errors and what they become, for the one place where errors are answered.
        proxies: What stands between the listener and its visitors.
    """

    hosts: Hosts
    entry: Entry | None = None
    headers: Callable[[Asked], Mapping[str, str]] = lambda _: {}
    refusal: Callable[[int, str], web.Response] | None = None
    write_token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    tickets: Tickets = field(default_factory=Tickets)
    tries: Tries = field(default_factory=Tries)
    answers: Mapping[type[Any], Callable[[Any], RequestRefused]] = field(default_factory=dict)
    proxies: Proxies = field(default_factory=Proxies)

    def check_request(self, request: web.BaseRequest) -> None:
        """Refuse a request that isn't addressed to us, whatever it asks for."""
        hosts = request.headers.getall(hdrs.HOST, [])
        target = request.raw_path
        asked = self.proxies.asked(request)
        # Both: a page of another site whose name was made to point here can send X-Forwarded-Host as well.
        names = (*hosts, asked.host)
        if len(hosts) != 1 or not all(self.hosts.accepts(name, asked.scheme) for name in names):
            raise RequestRefused(
                421, "wrong_host", "This service does not answer to that name; see --allowed-host."
            )
        if not self.proxies.understands(request):
            raise RequestRefused(400, "bad_prefix", "The header X-Forwarded-Prefix holds no path.")
        if not target.startswith("/") or target.startswith("//"):
            raise RequestRefused(400, "bad_target", "The request's target must be a path.")
        if request.headers.get(hdrs.CONTENT_ENCODING, "identity") != "identity":
            raise RequestRefused(415, "compressed_body", "The body must come uncompressed.")

    def check_policy(self, request: web.Request, policy: Policy) -> None:
        """Refuse a request that doesn't bring what its route asks for."""
        if policy is Policy.OPEN:
            return
        self._check_cookie(request)
        if policy in (Policy.WRITE, Policy.WRITE_BYTES, Policy.UPLOAD, Policy.SOCKET):
            self._check_origin(request)
        if policy in (Policy.WRITE, Policy.WRITE_BYTES):
            is_json = policy is Policy.WRITE
            _check_content_type(request, "application/json" if is_json else "application/octet-stream")
            self._check_write_token(request)
        if policy is Policy.UPLOAD:
            _check_content_type(request, "multipart/form-data")

    def admit(self, request: web.Request) -> web.Response | None:
        """Answer a URL with a token: the cookie, and the way to the same page without the token.

        Returns ``None`` for a URL without one.
        """
        entry = self.entry
        if entry is None or entry.parameter not in request.query:
            return None
        if not entry.opens(request.query[entry.parameter]):
            raise RequestRefused(
                403, "wrong_token", "The token in this address is wrong or was used; take a fresh one."
            )
        rest = request.rel_url.without_query_params(entry.parameter)
        answer = web.Response(status=303, headers={hdrs.LOCATION: str(rest), hdrs.CACHE_CONTROL: "no-store"})
        asked = self.proxies.asked(request)
        answer.set_cookie(
            entry.cookie,
            entry.cookie_value,
            httponly=True,
            samesite="Strict",
            path=asked.base,
            secure=asked.scheme == "https",
        )
        return answer

    def _check_cookie(self, request: web.Request) -> None:
        if self.entry is not None and not self.entry.knows(request.cookies.get(self.entry.cookie)):
            raise RequestRefused(
                403,
                "no_access",
                "Open this by the address that the command printed; it carries a token.",
            )

    def _check_origin(self, request: web.Request) -> None:
        origins = request.headers.getall(hdrs.ORIGIN, [])
        asked = self.proxies.asked(request)
        if len(origins) != 1 or not self.hosts.is_own_origin(origins[0], asked.host, asked.scheme):
            raise RequestRefused(403, "wrong_origin", "Only pages of this service may do this.")

    def _check_write_token(self, request: web.Request) -> None:
        if self.tries.closed:
            raise TooManyTries
        given = request.headers.get(WRITE_TOKEN_HEADER)
        if given is None:
            raise RequestRefused(403, "no_token", f"The header {WRITE_TOKEN_HEADER} is missing.")
        if not same(given, self.write_token):
            self.tries.count_wrong()
            raise RequestRefused(
                403, "wrong_token", f"The header {WRITE_TOKEN_HEADER} is wrong; reload the page."
            )


GUARD: Final = web.AppKey("guard", Guard)
_POLICIES: Final = web.AppKey("policies", dict[web.AbstractRoute, Policy])


def asked(request: web.Request) -> Asked:
    """How the browser has addressed the listener that a request came to."""
    return request.app[GUARD].proxies.asked(request)


def make_app(guard: Guard) -> web.Application:
    """Return an application that answers only what ``guard`` lets through and ``add_routes`` declared."""
    app = web.Application(middlewares=[_gate], client_max_size=MAX_BODY_BYTES)
    app[GUARD] = guard
    app[_POLICIES] = {}
    app.on_startup.append(_check_at_start)
    app.on_response_prepare.append(_add_headers)
    return app


def add_routes(app: web.Application, routes: Iterable[Route]) -> None:
    """Declare routes together with their policies.

    Raises:
        UndeclaredRoute: A route's method doesn't belong to its policy.
    """
    for route in routes:
        if route.method not in _METHODS[route.policy]:
            raise UndeclaredRoute(f"{route.method} {route.path} can't have the policy {route.policy.name}")
        added = app.router.add_route(route.method, route.path, route.handler)
        app[_POLICIES][added] = route.policy


def check_routes(app: web.Application) -> None:
    """Raises:
    UndeclaredRoute: The router knows a route that came past ``add_routes``.
    """
    for route in app.router.routes():
        if route not in app[_POLICIES]:
            raise UndeclaredRoute(f"{route.method} {route.resource!r} has no policy")


async def _check_at_start(app: web.Application) -> None:
    check_routes(app)


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    # aiohttp's own value tells versions.
    response.headers[hdrs.SERVER] = "mainspring"
    for name, value in request.app[GUARD].headers(asked(request)).items():
        response.headers.setdefault(name, value)


@web.middleware
async def _gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Check a request, and answer every error: the one place for both."""
    guard = request.app[GUARD]
    policy = request.app[_POLICIES].get(request.match_info.route)
    try:
        guard.check_request(request)
        if policy is Policy.PAGE and (admitted := guard.admit(request)) is not None:
            return admitted
        if policy is not None:
            guard.check_policy(request, policy)
        return await handler(request)
    except TooManyTries:
        refused = RequestRefused(429, "too_many_tries", "Too many wrong tokens; wait a minute.")
    except RequestRefused as error:
        refused = error
    except (web.HTTPRedirection, ConnectionError):
        raise
    except (web.RequestPayloadError, HttpProcessingError):
        refused = RequestRefused(400, "bad_body", "The body came incomplete or damaged.")
    except web.HTTPException as error:
        refused = RequestRefused(error.status, _code(error.reason), f"{error.reason}.")
    except Exception as error:
        refused = _domain_error(guard, error)
    return _answer(guard, refused, page=policy is Policy.PAGE)


def _domain_error(guard: Guard, error: Exception) -> RequestRefused:
    for kind, answer in guard.answers.items():
        if isinstance(error, kind):
            return answer(error)
    error_id = secrets.token_hex(4)
    log.error("error %s while answering a request", error_id, exc_info=error)
    return RequestRefused(500, "internal", f"Something went wrong here; the log says more under {error_id}.")


def _answer(guard: Guard, refused: RequestRefused, *, page: bool) -> web.Response:
    if page and guard.refusal is not None:
        return guard.refusal(refused.status, refused.message)
    body = {"error": {"code": refused.code, "message": refused.message}, **refused.extra}
    return web.json_response(body, status=refused.status)


def _code(reason: str) -> str:
    return reason.lower().replace(" ", "_")


def _check_content_type(request: web.Request, expected: str) -> None:
    if request.content_type != expected:
        raise RequestRefused(415, "wrong_content_type", f"The body must come as {expected}.")
