"""nginx as deploy/nginx.conf configures it, before parts of the product on this machine."""

import os
import re
import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CONFIGURATION = Path(__file__).parents[1] / "deploy" / "nginx.conf"
_SECONDS = 15


def nginx_path() -> str | None:
    """Return where nginx is installed, which may not be on the path of others than root."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def nginx_fault() -> str | None:
    """Return why nginx can't be used, or None."""
    return None if nginx_path() else "no nginx is installed (Debian: apt-get install nginx-light)"


@dataclass(frozen=True)
class Proxy:
    """A proxy that runs.

    :ivar folder: everything that it could write, but for what its program was built to write to.
    """

    port: int
    folder: Path

    def ask(
        self, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Return status and body of the answer to a request over TLS."""
        context = ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))
        url = f"https://localhost:{self.port}{path}"
        request = urllib.request.Request(url, body, dict(headers or {}))
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS, context=context) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def status(self, path: str) -> int:
        """Return the status of the answer to a page's request."""
        return self.ask(path)[0]


def configured(folder: Path, port: int, places: Mapping[str, int]) -> str:
    """Return the shipped configuration with this machine's places, certificate and all.

    :param places: by the name of an upstream's machine, its port here.
    """
    write_certificate(folder)
    text = CONFIGURATION.read_text(encoding="utf-8")
    for name, upstream in places.items():
        text = text.replace(f"server {name}:8000;", f"server 127.0.0.1:{upstream};")
    text = text.replace("listen 8443 ", f"listen 127.0.0.1:{port} ")
    text = text.replace("/run/secrets/tls_certificate", str(folder / "certificate.pem"))
    text = text.replace("/run/secrets/tls_key", str(folder / "key.pem"))
    return re.sub(r"/tmp/nginx", str(folder / "nginx"), text)


@contextmanager
def proxy(folder: Path, port: int, places: Mapping[str, int]) -> Iterator[Proxy]:
    """Give a running nginx; it is ended afterwards."""
    folder.mkdir()
    configuration = folder / "nginx.conf"
    configuration.write_text(configured(folder, port, places), encoding="utf-8")
    command = [str(nginx_path()), "-p", str(folder), "-c", str(configuration), "-g", "daemon off;"]
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
    running = Proxy(port, folder)
    try:
        _wait(running, process)
        yield running
    finally:
        process.terminate()
        process.wait(timeout=_SECONDS)


def _wait(running: Proxy, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            running.status("/readyz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError((running.folder / "said").read_text())


def write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
