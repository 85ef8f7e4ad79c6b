"""Build the image, start the shipped containers, hold a round in them, and look at their walls.

ENGINE names the engine (docker), BUILD further options of its build; POSTGRES_IMAGE and NGINX_IMAGE
are those of deploy/compose.yaml. It takes minutes, so it is no part of `make test`.
"""

import json
import os
import shutil
import signal
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

from app.demo.respondent import link_in
from crypto.links import link_path
from tests import rounds
from tests.browser.walk import answer_in_browser
from tests.chromium import CHROMIUM_FLAGS, chromium_path
from tests.deployment.site import IMAGE, Site, build, doctor, say, set_up
from tests.http_respondent import answer_over_http

# What the check's own relay and domain lack; no backup has been made when it is asked.
_NOT_OURS = {"Mail relay", "SPF", "DKIM", "DMARC"}
_PARTS = ("web", "cast", "worker")
_MEMBERS = 7
_LOOK = """
import json, os, pathlib, socket
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
def reached(host, port):
    try:
        socket.create_connection((host, port), 3).close()
    except OSError:
        return False
    return True
def writable(place):
    try:
        pathlib.Path(place, "x").touch()
    except OSError:
        return False
    return True
print(json.dumps({
    "user": os.getuid(),
    "capabilities": int(status["CapBnd"], 16),
    "no new": status["NoNewPrivs"].strip(),
    "secrets": sorted(os.listdir("/run/secrets")), "relay": reached("mailbox", 1025),
    "written": [place for place in ("/", "/opt/chorus", "/run/postgresql") if writable(place)],
}))
"""


def main() -> int:
    """Return 0 if everything held; raise otherwise."""
    engine = os.environ.get("ENGINE", "docker")
    if shutil.which(engine) is None:
        print(f"{engine} is not installed: nothing was checked.", file=sys.stderr)
        return 1
    build(engine, os.environ.get("BUILD", ""))
    say(f"{IMAGE} is built")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        site = set_up(Path(folder), engine)
        try:
            _check(site)
        finally:
            site.end()
    return 0


def _check(site: Site) -> None:
    site.compose("up", "-d")
    os.environ["SSL_CERT_FILE"] = str(site.certificate)
    say("up: databases made, rights given, parts started", site.wait(lambda: _up(site), "pages"))
    _walls(site)
    round_id = _launched(site)
    _answered(site)
    _made_anew(site)
    _killed(site)
    _closed(site, round_id)
    verdicts = doctor(site)
    bad = {name for name, verdict in verdicts.items() if verdict == "bad"} - _NOT_OURS
    assert bad == set(), verdicts
    say("the doctor finds nothing bad but the check's own relay and domain")
    site.operator("backup", "/backups/tonight")
    say("a backup lies in the folder beside")
    _stopped(site)


def _up(site: Site) -> bool:
    return _status(site, "/healthz") == 200 and _status(site, "/r/AAAAAAAAAAAAAAAAAAAAAA") == 200


def _status(site: Site, path: str) -> int:
    try:
        with urllib.request.urlopen(site.url + path, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _walls(site: Site) -> None:
    """Look from inside each part at what it is, has, reaches and may write."""
    told = json.loads(site.compose("config", "--format", "json"))["services"]
    for name in _PARTS:
        seen = json.loads(site.inside(name, "python", "-c", _LOOK))
        assert (seen["user"], seen["capabilities"], seen["no new"]) == (10001, 0, "1"), seen
        assert seen["written"] == [], seen
        assert seen["secrets"] == sorted(one["source"] for one in told[name]["secrets"]), seen
        assert seen["relay"] is (name != "cast"), seen
    for path in ("/metrics", "/readyz"):
        assert _status(site, path) == 404
    say("each part has its own secrets alone, writes nowhere, and casting reaches no relay")


def _launched(site: Site) -> str:
    roster = site.folder / "deploy" / "backups" / "roster.csv"
    roster.write_text(rounds.roster_csv({"North": _MEMBERS}))
    roster.chmod(0o644)
    site.operator("people", "import", "/backups/roster.csv")
    site.operator("rounds", "launch", rounds.PROGRAM)
    listed = json.loads(site.operator("rounds", "list", "--json"))
    assert len(site.mails()) == _MEMBERS + 1
    say("a round is launched, and every link mailed")
    return str(listed[0]["id"])


def _answered(site: Site) -> None:
    first, *others = [link_in(mail) for mail in site.mails()]
    for pool_id, link in others:
        answer_over_http(site.url, pool_id, link, rounds.GOOD)
    say(f"{len(others)} have answered through the proxy")
    path = chromium_path()
    if path is None:
        answer_over_http(site.url, *first, rounds.GOOD)
        print("--  no Chromium is installed: no browser has answered", flush=True)
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        page = browser.new_context(ignore_https_errors=True, locale="en-GB").new_page()
        answer_in_browser(page, site.url + link_path(*first))
        browser.close()
    say("a browser has answered through the proxy")


def _made_anew(site: Site) -> None:
    """As an upgrade does: new containers, whose addresses may be those of others before."""
    site.compose("up", "-d", "--force-recreate", "--no-deps", "cast", "web")
    site.compose("up", "-d")
    took = site.wait(lambda: _up(site), "pages after new containers")
    say("web and cast are made anew, and the proxy finds both", took)


def _killed(site: Site) -> None:
    """A part that dies is started again; only root sees the processes of containers."""
    if os.geteuid():
        print("--  not root: no part was killed", flush=True)
        return
    for name in _PARTS:
        before = site.state(name, "StartedAt")
        os.kill(int(site.state(name, "Pid")), signal.SIGKILL)
        site.wait(lambda name=name, was=before: site.state(name, "StartedAt") != was, name)
    say("web, cast and worker are killed and start again", site.wait(lambda: _up(site), "pages"))


def _closed(site: Site, round_id: str) -> None:
    """Let the closing time pass, which production has no clock for, and wait for the worker."""
    passed = "closes_at = now() - interval '11 minutes'"
    site.sql("identity", f"UPDATE round SET opens_at = opens_at - interval '9 days', {passed}")
    site.sql("identity", f"UPDATE pool SET {passed}")

    asked = ("results", round_id, "--json")
    took = site.wait(lambda: bool(site.operator(*asked, fails=True)), "the release")
    assert json.loads(site.operator(*asked))["release"]["cells"]
    say("the worker has closed the round and published its release", took)


def _stopped(site: Site) -> None:
    site.compose("stop", "-t", "60")
    codes = {name: site.state(name, "ExitCode") for name in (*_PARTS, "nginx", "postgres")}
    assert set(codes.values()) == {"0"}, codes
    say("everything stops when it is asked to, with exit code 0")


if __name__ == "__main__":
    sys.exit(main())
