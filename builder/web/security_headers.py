"""Headers that tell browsers what our pages may do and who may frame them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from mainspring.builder.web.hosts import split_host
from mainspring.builder.web.media_origins import MediaOrigins
from mainspring.builder.web.proxies import Asked

__all__ = ["BLOB_POLICY", "POLICY", "app_headers", "builder_headers", "origin_beside", "with_style_nonce"]

POLICY: Final = "Content-Security-Policy"

_COMMON: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# What came from an app's state may be opened by itself: it must not run then.
BLOB_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

# Scripts are files of ours or of the app, nothing else. Styles may be inline: plotly.js makes sheets and
# attributes of its own. Pictures in Markdown come from anywhere over HTTPS; film, sound and PDF from the
# origins that the app names.
_APP_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "img-src 'self' data: blob: https:{images}; media-src 'self' data: blob:{media}; "
    "connect-src {connect}; frame-src 'self' https:; worker-src 'self' blob:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors {ancestors}"
)
# Inline are the sheets of the code editor, by a nonce, and that of the page that refuses entry, by its hash.
_BUILDER_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'{styles}; font-src 'self' data:; "
    "img-src 'self' data: blob:; connect-src {connect}; frame-src {app}; worker-src 'self' blob:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def origin_beside(asked: Asked, port: int) -> str:
    """The origin of our other listener, under the name by which this request came.

    The same name matters: a cookie of ``localhost`` is not sent in a frame of ``127.0.0.1``.
    """
    parts = split_host(asked.host)
    name = parts[0] if parts is not None else "127.0.0.1"
    return f"{asked.scheme}://{name}:{port}"


def app_headers(
    framed_by: int | None, origins: Callable[[], MediaOrigins] = MediaOrigins
) -> Callable[[Asked], Mapping[str, str]]:
    """Headers of the app's pages.

    Args:
        framed_by: The Builder's port in edit mode. There film and sound may come from anywhere over HTTPS:
            an address that is set while the page is open must not wait for the next time it is loaded.
        origins: What the app names now.
    """

    def headers(asked: Asked) -> Mapping[str, str]:
        # An app may show files of its own in frames; on the Builder's canvas that frame stands in two.
        ancestors = "'self'" if framed_by is None else f"'self' {origin_beside(asked, framed_by)}"
        named = origins()
        media = named.media if framed_by is None else (*named.media, "https:")
        documents = named.documents if framed_by is None else (*named.documents, "https:")
        policy = _APP_POLICY.format(
            connect=_connect(asked) + _listed(documents),
            images=_listed(named.images),
            media=_listed(media),
            ancestors=ancestors,
        )
        return {**_COMMON, POLICY: policy}

    return headers


def _listed(origins: Sequence[str]) -> str:
    return "".join(f" {origin}" for origin in origins)


def builder_headers(app_port: int, styles: Sequence[str] = ()) -> Callable[[Asked], Mapping[str, str]]:
    """Headers of the Builder, which shows the app from its other port in a frame.

    Args:
        styles: Hashes of styles that may stand in a page, as a policy has them.
    """

    def headers(asked: Asked) -> Mapping[str, str]:
        policy = _BUILDER_POLICY.format(
            connect=_connect(asked), app=origin_beside(asked, app_port), styles=_listed(styles)
        )
        return {**_COMMON, POLICY: policy}

    return headers


def with_style_nonce(policy: str, nonce: str) -> str:
    """Return ``policy`` for one page whose script may make style sheets with that nonce."""
    return policy.replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'", 1)


def _connect(asked: Asked) -> str:
    # Older Safari doesn't count WebSockets of the same origin to 'self'.
    scheme = "wss" if asked.scheme == "https" else "ws"
    return f"'self' {scheme}://{asked.host}" if split_host(asked.host) is not None else "'self'"
