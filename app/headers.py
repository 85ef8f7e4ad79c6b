"""Security headers: on every answer what it needs."""

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# What a browser obeys in whatever it is sent.
_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_PAGES_AND_ANSWERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Strict-Transport-Security": "max-age=31536000",
    "Cache-Control": "no-store",
}
# Scripts and style sheets rule nothing: the page that loads them does. With `nosniff` they are
# never shown as pages, and a phone pays for each line of each file.
_RULED_BY_THEIR_PAGE = frozenset({"text/javascript", "text/css", "image/svg+xml"})
# What says again what the rest says: "inline" is how anything is shown, the ETag is more exact
# than the day, and a part of a compressed file can't be asked for.
_IDLE_ON_FILES = ("Content-Disposition", "Last-Modified", "Accept-Ranges")
# A browser asks for the page's icon again whenever its address changes; scripts and sheets must
# be those of their page, and are asked for each time.
_A_DAY = "max-age=86400"


def add_security_headers(app: Flask) -> None:
    """Put the headers on every answer of `app`, unless a view has set its own value."""

    @app.after_request
    def _add(response: Response) -> Response:
        wanted = _EVERYWHERE
        if not (request.endpoint == "static" and response.mimetype in _RULED_BY_THEIR_PAGE):
            wanted = _EVERYWHERE | _PAGES_AND_ANSWERS
        for name, value in wanted.items():
            response.headers.setdefault(name, value)
        if request.endpoint == "static":
            _lighten(response)
        return response


def _lighten(file: Response) -> None:
    for name in _IDLE_ON_FILES:
        file.headers.pop(name, None)
    if file.mimetype == "image/svg+xml":
        file.headers["Cache-Control"] = _A_DAY
