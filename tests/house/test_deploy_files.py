"""The files under deploy/ hold what docs/deployment.md says; `make deploy-check` runs them."""

import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from config import load_settings
from configuration.secrets import FROM_FILES
from tests.databases import need

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PARTS = ("web", "cast", "worker", "upgrade", "operator")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
YOURS = {"smtp_url", "tls_certificate", "tls_key"}
HARDENED = (
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "CapabilityBoundingSet=",
    "RestrictNamespaces=yes",
    "SystemCallFilter=@system-service",
    "UMask=0077",
    "LimitCORE=0",
)


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_runs_as_a_user_on_what_it_cannot_write(name: str) -> None:
    service = SERVICES[name]
    assert not re.match(r"(0|root)(:|$)", service["user"])
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service and "cap_add" not in service
    image = re.sub(r"^\$\{\w+:-(.*)\}$", r"\1", service["image"])
    assert image == "chorus:latest" or re.search(r":\d[\w.-]+$", image), "an image without version"
    own = [volume for volume in service.get("volumes", ()) if volume.startswith("./")]
    assert all(volume.endswith(":ro") for volume in own)


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_stands_in_a_containers_environment(name: str) -> None:
    service = SERVICES[name]
    secret = {*FROM_FILES, "CHORUS_MASTER_KEY", "POSTGRES_PASSWORD"}
    environment = service.get("environment", {})
    assert not secret & set(environment)
    files = {value for key, value in environment.items() if key.endswith("_FILE")}
    assert files <= {f"/run/secrets/{secret}" for secret in service.get("secrets", ())}
    assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])


def test_each_part_is_told_its_own_addresses_and_casting_no_other_secret() -> None:
    assert SERVICES["cast"]["secrets"] == ["cast_ballots_url"]
    for name, role in (("web", "web"), ("worker", "worker"), ("upgrade", "owner")):
        urls = {secret for secret in SERVICES[name]["secrets"] if secret.startswith(role)}
        assert urls == {f"{role}_{base}_url" for base in ("identity", "ballots", "keys")}
        others = {"web", "cast", "worker", "owner"} - {role}
        assert not [one for one in SERVICES[name]["secrets"] if one.startswith(tuple(others))]
    assert SERVICES["web"]["environment"]["CHORUS_PARTS"] == "admin,invites"


def test_only_the_proxy_is_reached_from_outside_and_the_database_from_inside_alone() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    assert SERVICES["postgres"]["network_mode"] == "none"
    assert COMPOSE["networks"]["front"] == {"internal": True}
    assert SERVICES["cast"]["networks"] == ["front"]
    # What is made anew may have another's address: the proxy asks again.
    assert all(told["restart"] for told in SERVICES["nginx"]["depends_on"].values())
    # The server that makes the roles isn't the container's first process.
    assert "postmaster.pid" in SERVICES["postgres"]["healthcheck"]["test"][1]
    settings = SERVICES["postgres"]["command"]
    for setting in ("archive_mode=off", "max_wal_senders=0", "log_statement=none"):
        assert setting in settings
    assert SERVICES["nginx"]["logging"] == {"driver": "none"}


def test_variables_of_the_containers_are_settings_of_the_program() -> None:
    known = set(re.findall(r"`(CHORUS_\w+)`", (ROOT / "docs/configuration.md").read_text("utf-8")))
    for name in PARTS:
        told = {key for key in SERVICES[name]["environment"] if key.startswith("CHORUS_")}
        assert told <= known, name


def test_the_secrets_that_are_made_are_those_that_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    subprocess.run([DEPLOY / "make-secrets", folder], check=True, capture_output=True)
    made = {path.name: path.read_text() for path in folder.iterdir()}
    assert set(made) == set(COMPOSE["secrets"]) - YOURS
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o400}
    subprocess.run([DEPLOY / "make-secrets", folder], check=True, capture_output=True)
    assert {path.name: path.read_text() for path in folder.iterdir()} == made
    (tmp_path / "smtp_url").write_text("smtp://relay.example.org:25")
    (folder / "smtp_url").symlink_to(tmp_path / "smtp_url")
    environ = {
        key: value.replace("/run/secrets", str(folder))
        for key, value in SERVICES["worker"]["environment"].items()
        if key.startswith("CHORUS_") and "$" not in str(value)
    }
    settings = load_settings(
        {
            **environ,
            "CHORUS_ENV": "production",
            "CHORUS_DATA": str(tmp_path),
            "CHORUS_BASE_URL": "https://chorus.example.org",
            "CHORUS_MAIL_FROM": "chorus@example.org",
            "CHORUS_MAIL_DOMAINS": "example.org",
        }
    )
    password = made["worker_password"]
    assert settings.keys_url == (
        f"postgresql+psycopg://chorus_worker:{password}@/chorus_keys?host=/run/postgresql"
    )


def test_the_image_is_pinned_built_in_two_stages_and_not_run_by_root() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    base = re.search(r"^ARG PYTHON=(\S+)$", text, re.MULTILINE)
    assert base and re.fullmatch(r"python:3\.11\.\d+-slim-\w+", base[1])
    assert len(re.findall(r"^FROM \$\{PYTHON\}", text, re.MULTILINE)) == 2
    last = text.rpartition("FROM ${PYTHON}")[2]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", last, re.MULTILINE)
    assert not re.search(r"apt-get|gcc|build-essential|pip install|ADD ", last)
    assert "--require-hashes" in text and "--only-binary :all:" in text
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    sources = {name for line in copied for name in line.split()}
    assert all((ROOT / name).exists() for name in sources)
    let_in = set((DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").split())
    assert {f"!{name}" for name in sources} <= let_in
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert packages <= sources


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_every_unit_is_hardened_and_told_no_secret(unit: Path) -> None:
    lines = unit.read_text("utf-8").splitlines()
    assert set(HARDENED) <= set(lines)
    told = [line for line in lines if line.startswith("Environment=")]
    assert not [line for line in told if re.search(rf"({'|'.join(FROM_FILES)}|KEY)=", line)]
    if unit.stem == "chorus-cast":
        loaded = [line for line in lines if line.startswith("LoadCredential=")]
        assert loaded == ["LoadCredential=ballots-url:/etc/chorus/cast/ballots.url"]
        assert "InaccessiblePaths=-/etc/chorus" in lines


def test_a_shell_reads_what_the_units_are_told_and_the_operators_commands_have_it(
    tmp_path: Path,
) -> None:
    shutil.copy(DEPLOY / "systemd" / "chorus.env", tmp_path)
    script = (DEPLOY / "systemd" / "chorus-operator").read_text("utf-8")
    (tmp_path / "operator").write_text(script.replace("exec /opt/chorus/.venv/bin/flask", "env #"))
    told = {"PATH": "/usr/bin:/bin", "CHORUS_SECRETS": str(tmp_path), "CHORUS_DATA": str(tmp_path)}
    done = subprocess.run(
        ["sh", tmp_path / "operator"], env=told, check=True, capture_output=True, text=True
    )
    lines = done.stdout.splitlines()
    assert "CHORUS_MAIL_FROM=Chorus <chorus@example.org>" in lines
    assert f"CHORUS_KEYS_URL_FILE={tmp_path}/owner/keys.url" in lines


def test_systemd_takes_the_units_and_finds_little_exposed(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    need(None if analyze else "no systemd-analyze is installed (Debian: apt-get install systemd)")
    here = []
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/chorus", str(ROOT))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
        here.append(str(tmp_path / unit.name))
    verified = subprocess.run([analyze, "verify", *here], capture_output=True, text=True)
    said = [line for line in verified.stderr.splitlines() if "chorus" in line]
    assert said == []
    rated = subprocess.run(
        [analyze, "security", "--offline=yes", "--threshold=20", *here],
        capture_output=True,
        text=True,
    )
    assert rated.returncode == 0, rated.stdout
