"""The HTML part of a mail as a page of its own, in a frame that lets it do nothing."""

from flask import Response

from app.headers import CONTENT_SECURITY_POLICY

# The page around a mail may frame it; the mail itself may style itself and open links, no more.
FRAMING_POLICY = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
# Links leave the frame: the pages they lead to can't be framed.
_LINKS_LEAVE_THE_FRAME = '<base target="_blank">'


def framed(html: str) -> Response:
    """Return the HTML part of a mail alone, for a frame."""
    response = Response(html.replace("<head>", f"<head>{_LINKS_LEAVE_THE_FRAME}", 1))
    response.headers["Content-Security-Policy"] = _MAIL_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
