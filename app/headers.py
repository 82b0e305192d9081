"""Security headers on every answer. Pure ASGI; a route that sets its own keeps them."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Stories are shown from Meta's own addresses and never kept (docs/channels.md §5)
_STORIES = "https://lookaside.fbsbx.com https://*.cdninstagram.com https://*.fbcdn.net"
_PAGE = {
    "default-src": "'self'",
    # Streamlit starts with an inline script, compiles Vega expressions, and loads component code from blobs
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": f"'self' data: blob: {_STORIES}",
    "media-src": f"'self' data: blob: {_STORIES}",
    "font-src": "'self' data:",
    "connect-src": "'self' blob: data:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
_ALWAYS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in _PAGE.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """Adds what browsers need to keep strangers out; API answers are also kept out of caches."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and complete its answer."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        is_api = scope["path"].startswith("/api/")

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                if is_api:
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        return await self._app(scope, receive, complete)
