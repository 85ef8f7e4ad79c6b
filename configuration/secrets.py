"""Where secrets come from: a variable, a file or the operator's own command; none is shown."""

import base64
import os
import secrets

# The operator's own key command is the one thing that is started.
import subprocess  # nosec B404
from collections.abc import Mapping
from pathlib import Path

MASTER_KEY_BYTES = 32
# What holds a password or a secret may lie in a file, which no other process is shown.
FROM_FILES = (
    "CHORUS_IDENTITY_URL",
    "CHORUS_BALLOTS_URL",
    "CHORUS_KEYS_URL",
    "CHORUS_SMTP_URL",
    "CHORUS_SECRET_KEY",
    "CHORUS_METRICS_TOKEN",
)


def with_files(environ: Mapping[str, str], faults: list[str]) -> dict[str, str]:
    """Return `environ` with what stands in files instead; what can't be read goes into `faults`."""
    source = dict(environ)
    for name in FROM_FILES:
        place = source.get(f"{name}_FILE")
        if name in source or not place:
            continue
        try:
            source[name] = Path(place).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            faults.append(f"{name}_FILE: it can't be read.")
    return source


def master_key(
    source: Mapping[str, str], data: Path, development: bool, faults: list[str]
) -> bytes:
    """Return the 32 bytes that wrap all data keys; the first source that is set is used.

    What is missing or can't be used goes into `faults`, here and below.
    """
    key = _key_from(source, "CHORUS_MASTER_KEY", faults)
    if key is None and development:
        key = _decoded(kept_secret(data / "master.key").decode().strip())
    if key is None:
        faults.append("CHORUS_MASTER_KEY: give the master key itself, _FILE or _COMMAND.")
    return key or b""


def previous_master_key(source: Mapping[str, str], faults: list[str]) -> bytes:
    """Return the key that was the master key before, while a rotation is under way."""
    return _key_from(source, "CHORUS_MASTER_KEY_PREVIOUS", faults) or b""


def _key_from(source: Mapping[str, str], name: str, faults: list[str]) -> bytes | None:
    """Return the 32 bytes that `name` gives itself, by a file or by a command; None if it doesn't.

    What can't be used is named in `faults`, and then empty.
    """
    try:
        if name in source:
            text = source[name]
        elif f"{name}_FILE" in source:
            path = Path(source[f"{name}_FILE"])
            if path.stat().st_mode & _others(path, source):
                faults.append(f"{name}_FILE: make it readable by its owner only (0400).")
            text = path.read_text(encoding="ascii")
        elif f"{name}_COMMAND" in source:
            text = _command_output(source[f"{name}_COMMAND"])
        else:
            return None
        key = _decoded(text.strip())
    except (OSError, ValueError, subprocess.SubprocessError):
        faults.append(f"{name}: it can't be read as 32 bytes in base64url.")
        return b""
    if len(key) != MASTER_KEY_BYTES or len(set(key)) < 10:
        faults.append(f"{name}: give 32 random bytes in base64url.")
    return key


def _others(path: Path, source: Mapping[str, str]) -> int:
    """Return the bits of a file's mode that let somebody else read or change it.

    What systemd hands a service belongs to root; where its folder takes lists of rights (systemd
    257, not 252), the group's bit is the mask of the one entry that lets the service's user read.
    """
    credentials = source.get("CREDENTIALS_DIRECTORY")
    return 0o037 if credentials and path.parent == Path(credentials) else 0o077


def _decoded(text: str) -> bytes:
    """Return the bytes of base64 or base64url, padded or not.

    :raises ValueError: for any other sign; the stdlib would leave it out and go on.
    """
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)


def _command_output(command: str) -> str:
    # The operator's own command (a KMS client), from the operator's own environment.
    finished = subprocess.run(  # noqa: S602  # nosec B602
        command, shell=True, check=True, capture_output=True, timeout=30, text=True
    )
    return finished.stdout


def kept_secret(path: Path) -> bytes:
    """Return the development secret at `path`, made at the first call (0400)."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = base64.urlsafe_b64encode(secrets.token_bytes(MASTER_KEY_BYTES)).rstrip(b"=")
        partial = path.with_suffix(f".{os.getpid()}")
        partial.touch(mode=0o600)
        partial.write_bytes(fresh)
        partial.chmod(0o400)
        try:
            os.link(partial, path)  # never replaces a key that another process made first
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    return path.read_bytes()
