"""A site as docs/deployment.md sets it up, in a folder and under a name of its own."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.faults.processes import free_port
from tests.proxy import write_certificate

ROOT = Path(__file__).parents[2]
IMAGE = "chorus:check"
SECONDS = 300.0  # a start on two cores that others use too
# What the check adds: a port of its own, and a relay that keeps every mail.
_BESIDE = """
services:
  nginx:
    ports: !override ["127.0.0.1:{port}:8443"]
  mailbox:
    image: {image}
    entrypoint: [python, -m, aiosmtpd, -n, -l, "0.0.0.0:1025", -c, aiosmtpd.handlers.Mailbox]
    command: [/mails/box]
    healthcheck: {{disable: true}}
    volumes: ["{folder}/mails:/mails"]
    networks: [relay]
"""


@dataclass(frozen=True)
class Site:
    """A folder with what deploy/ holds, and the engine that runs it."""

    folder: Path
    port: int
    engine: str

    @property
    def url(self) -> str:
        """Return where people open it."""
        return f"https://localhost:{self.port}"

    @property
    def certificate(self) -> Path:
        """Return what the proxy's certificate is checked against."""
        return self.folder / "certificate.pem"

    def compose(self, *words: str, fails: bool = False) -> str:
        """Return what a compose command printed.

        :param fails: whether it may.
        :raises RuntimeError: if it failed and may not; with what it said.
        """
        files = ("-f", "deploy/compose.yaml", "-f", "beside.yaml")
        return _run((self.engine, "compose", *files, *words), self.folder, self._told(), fails)

    def operator(self, *words: str, fails: bool = False) -> str:
        """Return what a command of the operator's printed; see `compose`."""
        return self.compose("run", "--rm", "-T", "operator", *words, fails=fails)

    def inside(self, service: str, *command: str, fails: bool = False) -> str:
        """Return what a command in a service's container printed."""
        return self.compose("exec", "-T", service, *command, fails=fails)

    def sql(self, base: str, statement: str) -> str:
        """Return what the database's superuser is told."""
        password = 'PGPASSWORD="$(cat /run/secrets/postgres_password)"'
        asked = f'{password} psql -U postgres -d chorus_{base} -Atqc "$0"'
        return self.inside("postgres", "sh", "-c", asked, statement)

    def state(self, service: str, wanted: str) -> str:
        """Return a field of a container's state, such as "ExitCode"."""
        found = self.compose("ps", "-a", "-q", service).strip()
        format_ = f"{{{{.State.{wanted}}}}}"
        return _run((self.engine, "inspect", "-f", format_, found), self.folder, {}, False).strip()

    def mails(self) -> list[bytes]:
        """Return every mail that the relay has taken."""
        return [path.read_bytes() for path in sorted((self.folder / "mails/box/new").glob("*"))]

    def wait(self, is_so: Callable[[], bool], what: str) -> float:
        """Return after how many seconds it is so.

        :raises RuntimeError: if it doesn't come to be; with what the parts said.
        """
        began = time.monotonic()
        while not is_so():
            if time.monotonic() > began + SECONDS:
                said = self.compose("logs", "--tail", "20", "web", "cast", "worker", fails=True)
                raise RuntimeError(f"{what}: not within {SECONDS:.0f} s\n{said}")
            time.sleep(0.5)
        return time.monotonic() - began

    def end(self) -> None:
        """Take everything away, and let whoever runs the check delete what containers wrote."""
        self.compose("--profile", "operator", "down", "-v", "-t", "20", fails=True)
        as_root(self.engine, self.folder, f"chown -R {os.geteuid()} /site")

    def _told(self) -> dict[str, str]:
        return {
            "COMPOSE_PROJECT_NAME": "chorus-check",
            "CHORUS_IMAGE": IMAGE,
            "CHORUS_BASE_URL": self.url,
            "CHORUS_SUPPORT": "Helpline=116 123",
            "CHORUS_MAIL_FROM": "Chorus <chorus@example.org>",
            "CHORUS_MAIL_DOMAINS": "example.org",
        }


def build(engine: str, more: str) -> None:
    """Build the image.

    :param more: options of the build besides, such as "--build-arg PYTHON=...".
    """
    words = (engine, "build", *more.split(), "-q", "-f", "deploy/Dockerfile", "-t", IMAGE, ".")
    _run(words, ROOT, {}, False)


def set_up(folder: Path, engine: str) -> Site:
    """Lay out a site in an empty folder, its secrets made by the shipped script."""
    site = Site(folder, free_port(), engine)
    shutil.copytree(ROOT / "deploy", folder / "deploy", ignore=shutil.ignore_patterns("secrets"))
    secrets = folder / "deploy" / "secrets"
    secrets.mkdir(mode=0o700)
    write_certificate(folder)
    shutil.copy(folder / "certificate.pem", secrets / "tls_certificate")
    shutil.copy(folder / "key.pem", secrets / "tls_key")
    (secrets / "smtp_url").write_text("smtp://mailbox:1025")
    for name in ("deploy/backups", "mails"):
        (folder / name).mkdir()
    beside = _BESIDE.format(port=site.port, image=IMAGE, folder=folder)
    (folder / "beside.yaml").write_text(beside)
    # Only root gives files to others; whoever runs the check need not be root.
    give = "/site/deploy/make-secrets && chown 10001:10001 /site/deploy/backups /site/mails"
    as_root(engine, folder, give)
    return site


def as_root(engine: str, folder: Path, command: str) -> None:
    """Run a shell's command in a container as root, with `folder` at /site."""
    mounted = ("run", "--rm", "-u", "0:0", "-v", f"{folder}:/site", "--entrypoint", "sh")
    _run((engine, *mounted, IMAGE, "-ec", command), folder, {}, False)


def say(done: str, seconds: float | None = None) -> None:
    """Say what holds, and after how long."""
    print(f"ok  {done}" + (f" ({seconds:.1f} s)" if seconds is not None else ""), flush=True)


def doctor(site: Site) -> Mapping[str, str]:
    """Return what the doctor says of each thing: good, look, bad or unknown."""
    found = site.operator("doctor", "--json", fails=True)
    return {one["name"]: one["verdict"] for one in json.loads(found)["checks"]}


def _run(words: tuple[str, ...], folder: Path, told: Mapping[str, str], fails: bool) -> str:
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, **told}, capture_output=True, text=True, check=False
    )
    if done.returncode and not fails:
        print(done.stderr, file=sys.stderr)
        raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}")
    return done.stdout
