"""Which modules can open a connection to elsewhere, so that no user's input ever chooses one.

The server connects to its databases, to the operator's mail relay and, from the operator's own
shell, to an installation to be verified. No page takes an address that the server would open.
"""

from tests.house.test_floors import ROOT, imports

CONNECTING = (
    *("socket", "ssl", "http.client", "urllib.request", "urllib3", "requests", "httpx", "aiohttp"),
    *("smtplib", "ftplib", "poplib", "imaplib", "telnetlib", "xmlrpc", "asyncio", "webbrowser"),
    *("socketserver", "aiosmtpd", "subprocess"),
)
# Each with where its address comes from: none of them from a request.
ALLOWED = {
    ("app/verifying/fetching.py", "urllib.request"): "an auditor's command line",
    ("app/verifying/bundle.py", "subprocess"): "the same; it starts npm",
    ("app/development/sink.py", "asyncio"): "development's own mail server, which listens",
    ("app/development/sink.py", "aiosmtpd"): "the same",
    ("app/mail/mailer.py", "smtplib"): "CHORUS_SMTP_URL",
    ("app/mail/mailer.py", "ssl"): "the same",
    ("app/operating/relay.py", "smtplib"): "CHORUS_SMTP_URL",
    ("app/operating/relay.py", "ssl"): "the same",
    ("app/serving/ports.py", "socket"): "CHORUS_HOST and the ports that this machine serves",
    ("app/serving/ports.py", "http.client"): "the same",
    ("app/serving/children.py", "subprocess"): "it starts this program's own parts",
    ("configuration/secrets.py", "subprocess"): "the operator's key command",
}


def connecting() -> set[tuple[str, str]]:
    """Return every module of ours that imports one that connects, with that one's name."""
    paths = [*(ROOT / "app").rglob("*.py"), *(ROOT / "crypto").rglob("*.py")]
    paths += [*(ROOT / "surveys").rglob("*.py"), *(ROOT / "configuration").rglob("*.py")]
    paths += [ROOT / "config.py", ROOT / "wsgi.py"]
    return {
        (str(path.relative_to(ROOT)), top)
        for path in paths
        for name in imports(path)
        for top in CONNECTING
        if name == top or name.startswith(f"{top}.")
    }


def test_no_other_module_can_connect_to_anywhere() -> None:
    assert connecting() == set(ALLOWED)


def test_what_answers_requests_reaches_none_but_the_relay() -> None:
    """What serves and verifies is started from a command line; pages import none of it."""
    rooms = {path for path, _ in ALLOWED if path.startswith("app/")}
    assert {room.split("/")[1] for room in rooms} == {
        "verifying", "development", "mail", "operating", "serving"
    }  # fmt: skip
    for path in (ROOT / "app").rglob("*routes.py"):
        names = set(imports(path))
        assert not any(name.startswith(("app.verifying", "app.serving")) for name in names), path
