"""Settings: every fault at once, none by its value; secrets from where the operator keeps them."""

import base64
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import make_url

from config import ConfigurationError, load_settings
from configuration.secrets import FROM_FILES

KEY = bytes(range(32))
KEY_TEXT = base64.urlsafe_b64encode(KEY).decode().rstrip("=")
SECRET_KEY = "a-secret-of-forty-random-characters-0123"


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    """An environment that a production server can start with."""
    return {
        "CHORUS_ENV": "production",
        "CHORUS_DATA": str(tmp_path / "data"),
        "CHORUS_BASE_URL": "https://chorus.example.org",
        "CHORUS_MAIL_DOMAINS": "example.org, Example.NET",
        "CHORUS_SMTP_URL": "smtp://relay.example.org:25",
        "CHORUS_MAIL_FROM": "Chorus <chorus@example.org>",
        "CHORUS_SECRET_KEY": SECRET_KEY,
        "CHORUS_MASTER_KEY": KEY_TEXT,
    }


def _faults(environment: Mapping[str, str]) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as refused:
        load_settings(environment)
    return refused.value.faults


def test_production_starts_with_what_it_needs(production: dict[str, str]) -> None:
    settings = load_settings(production)
    assert not settings.development
    assert settings.master_key == KEY
    assert settings.secret_key == SECRET_KEY
    assert settings.mail_domains == ("example.org", "example.net")
    assert settings.support == ()


def test_the_casting_process_alone_is_not_told_the_master_key(production: dict[str, str]) -> None:
    assert load_settings({**production, "CHORUS_PARTS": "cast"}).master_key == b""
    del production["CHORUS_MASTER_KEY"]
    assert load_settings({**production, "CHORUS_PARTS": "cast"}).parts == {"cast"}


def test_a_bare_production_names_every_missing_setting_at_once(tmp_path: Path) -> None:
    faults = _faults({"CHORUS_ENV": "production", "CHORUS_DATA": str(tmp_path)})
    assert {fault.partition(":")[0] for fault in faults} == {
        "CHORUS_BASE_URL",
        "CHORUS_MAIL_DOMAINS",
        "CHORUS_SMTP_URL",
        "CHORUS_MAIL_FROM",
        "CHORUS_SECRET_KEY",
        "CHORUS_MASTER_KEY",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CHORUS_ENV", "staging"),
        ("CHORUS_PORT", "eighty"),
        ("CHORUS_PORT", "0"),
        ("CHORUS_BASE_URL", "http://chorus.example.org"),
        ("CHORUS_MAILER", "maildir"),
        ("CHORUS_MAILER", "memory"),
        ("CHORUS_LOG_LEVEL", "CHATTY"),
        ("CHORUS_LANGUAGE", "nl"),
        ("CHORUS_DEMO", "perhaps"),
        ("CHORUS_PARTS", "cast,kitchen"),
        ("CHORUS_PARTS", ""),
        ("CHORUS_SUPPORT", "a helpline without a number"),
        ("CHORUS_MAIL_FROM", "nobody"),
        ("CHORUS_MAIL_FROM", f"Chorus <{'c' * 26}@example.org>"),
        ("CHORUS_MAIL_DOMAINS", " , "),
        ("CHORUS_MAIL_CONNECTIONS", "0"),
        ("CHORUS_MAIL_CONNECTIONS", "21"),
        ("CHORUS_MAIL_PER_MINUTE", "3"),
        ("CHORUS_MAIL_PER_MINUTE", "-1"),
        ("CHORUS_MAIL_PER_MINUTE", "many"),
        ("CHORUS_LAUNCHES_AT_ONCE", "0"),
        ("CHORUS_SECRET_KEY", ""),
        ("CHORUS_SECRET_KEY", "too-short-0123456789"),
        ("CHORUS_SECRET_KEY", "abcabc" * 10),
        ("CHORUS_MASTER_KEY", ""),
        ("CHORUS_MASTER_KEY", KEY_TEXT[:-4]),
        ("CHORUS_MASTER_KEY", "A" * 43),
        ("CHORUS_MASTER_KEY", f"{KEY_TEXT[:20]} {KEY_TEXT[20:]}"),
        ("CHORUS_MASTER_KEY", f"<{KEY_TEXT}>"),
        ("CHORUS_MASTER_KEY", "clé"),
    ],
)
def test_production_refuses_what_is_missing_weak_or_malformed(
    production: dict[str, str], name: str, value: str
) -> None:
    faults = _faults({**production, name: value})
    assert {fault.partition(":")[0] for fault in faults} == {name}


def test_faults_of_every_kind_are_named_together(production: dict[str, str]) -> None:
    broken = {
        "CHORUS_PORT": "eighty",
        "CHORUS_LOG_LEVEL": "CHATTY",
        "CHORUS_MAILER": "memory",
        "CHORUS_SUPPORT": "nobody",
        "CHORUS_SECRET_KEY": "weak",
        "CHORUS_MASTER_KEY": "weak",
    }
    faults = _faults(production | broken)
    assert {fault.partition(":")[0] for fault in faults} == set(broken)


def test_no_value_is_ever_printed(production: dict[str, str]) -> None:
    marked = {
        "CHORUS_PORT": "planted-port",
        "CHORUS_SMTP_URL": "smtp://user:planted-password@relay.example.org",
        "CHORUS_LOG_LEVEL": "planted-level",
        "CHORUS_MAILER": "planted-mailer",
        "CHORUS_DEMO": "planted-demo",
        "CHORUS_SECRET_KEY": "planted-secret",
        "CHORUS_MASTER_KEY": "planted-master",
    }
    with pytest.raises(ConfigurationError) as refused:
        load_settings(production | marked)
    assert "planted" not in str(refused.value)
    assert refused.value.__cause__ is None and refused.value.__context__ is None


def test_printed_settings_hide_secrets(production: dict[str, str]) -> None:
    production["CHORUS_SMTP_URL"] = "smtp://user:planted-password@relay.example.org"
    printed = repr(load_settings(production))
    assert "chorus.example.org" in printed
    assert SECRET_KEY not in printed
    assert "planted" not in printed
    assert repr(KEY) not in printed


@pytest.mark.parametrize(
    "text",
    [
        KEY_TEXT,
        KEY_TEXT + "=",
        f"{KEY_TEXT}\n",
        base64.b64encode(KEY).decode(),
    ],
    ids=["base64url", "padded", "line", "base64"],
)
def test_a_master_key_is_read_from_a_file_of_its_owner(
    production: dict[str, str], tmp_path: Path, text: str
) -> None:
    path = _key_file(tmp_path, text, 0o400)
    assert load_settings(_with_file(production, path)).master_key == KEY


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o644, 0o620])
def test_a_key_file_that_others_can_open_is_refused(
    production: dict[str, str], tmp_path: Path, mode: int
) -> None:
    faults = _faults(_with_file(production, _key_file(tmp_path, KEY_TEXT, mode)))
    assert [fault.partition(":")[0] for fault in faults] == ["CHORUS_MASTER_KEY_FILE"]


@pytest.mark.parametrize(("mode", "refused"), [(0o440, 0), (0o400, 0), (0o444, 1), (0o460, 1)])
def test_a_credential_of_systemd_may_show_its_list_of_rights_as_its_groups(
    production: dict[str, str], tmp_path: Path, mode: int, refused: int
) -> None:
    told = _with_file(production, _key_file(tmp_path, KEY_TEXT, mode))
    told["CREDENTIALS_DIRECTORY"] = str(tmp_path)
    if refused:
        assert len(_faults(told)) == 1
    else:
        assert load_settings(told).master_key == KEY


def test_a_key_file_beside_the_credentials_of_systemd_is_its_owners_alone(
    production: dict[str, str], tmp_path: Path
) -> None:
    told = _with_file(production, _key_file(tmp_path, KEY_TEXT, 0o440))
    assert len(_faults(told | {"CREDENTIALS_DIRECTORY": str(tmp_path / "other")})) == 1


def test_a_key_file_that_is_not_there_is_refused(
    production: dict[str, str], tmp_path: Path
) -> None:
    assert len(_faults(_with_file(production, tmp_path / "nowhere"))) == 1


def test_a_master_key_is_read_from_a_command(production: dict[str, str]) -> None:
    del production["CHORUS_MASTER_KEY"]
    production["CHORUS_MASTER_KEY_COMMAND"] = f"echo {KEY_TEXT}"
    assert load_settings(production).master_key == KEY


@pytest.mark.parametrize("command", ["exit 3", "echo not-a-key", f"echo {KEY_TEXT}; exit 1"])
def test_a_command_that_gives_no_key_is_refused(production: dict[str, str], command: str) -> None:
    del production["CHORUS_MASTER_KEY"]
    production["CHORUS_MASTER_KEY_COMMAND"] = command
    assert len(_faults(production)) == 1


def test_production_makes_no_secret_by_itself(production: dict[str, str]) -> None:
    del production["CHORUS_SECRET_KEY"], production["CHORUS_MASTER_KEY"]
    assert len(_faults(production)) == 2
    assert not Path(production["CHORUS_DATA"]).exists()


def test_development_makes_its_secrets_once_for_its_owner_only(tmp_path: Path) -> None:
    environment = {"CHORUS_DATA": str(tmp_path / "data")}
    first, second = load_settings(environment), load_settings(environment)
    assert len(first.master_key) == 32
    assert (first.master_key, first.secret_key) == (second.master_key, second.secret_key)
    assert first.master_key != base64.urlsafe_b64decode(first.secret_key + "=")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()}
    assert modes == {"master.key": 0o400, "secret.key": 0o400}


def test_development_serves_this_machine_only(tmp_path: Path) -> None:
    environment = {"CHORUS_DATA": str(tmp_path), "CHORUS_HOST": "0.0.0.0"}
    assert [fault.partition(":")[0] for fault in _faults(environment)] == ["CHORUS_HOST"]


def test_development_has_a_helpline_so_that_forms_can_be_launched(tmp_path: Path) -> None:
    assert load_settings({"CHORUS_DATA": str(tmp_path)}).support


def test_helplines_are_read_as_pairs(production: dict[str, str]) -> None:
    production["CHORUS_SUPPORT"] = "Works council = 12 34; Doctor=doctor@example.org;"
    assert load_settings(production).support == (
        ("Works council", "12 34"),
        ("Doctor", "doctor@example.org"),
    )


@pytest.fixture
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("CHORUS_DATA", str(tmp_path / "own"))
    monkeypatch.setenv("CHORUS_PORT", "8123")
    yield


@pytest.mark.usefixtures("_own_environment")
def test_a_mapping_stands_in_for_the_environment_and_leaves_it_alone(tmp_path: Path) -> None:
    before = dict(os.environ)
    assert load_settings().port == 8123
    assert load_settings({"CHORUS_DATA": str(tmp_path)}).port == 8000
    assert dict(os.environ) == before


def _key_file(folder: Path, text: str, mode: int) -> Path:
    path = folder / "the.key"
    path.write_text(text, encoding="ascii")
    path.chmod(mode)
    return path


def _with_file(production: dict[str, str], path: Path) -> dict[str, str]:
    del production["CHORUS_MASTER_KEY"]
    return production | {"CHORUS_MASTER_KEY_FILE": str(path)}


def test_what_holds_a_password_may_lie_in_a_file(
    production: dict[str, str], tmp_path: Path
) -> None:
    for name in FROM_FILES:
        value = production.pop(name, f"postgresql+psycopg://web:word@db/{name.lower()}")
        (tmp_path / name).write_text(f"{value}\n")
        production[f"{name}_FILE"] = str(tmp_path / name)
    settings = load_settings(production)
    assert settings.keys_url == "postgresql+psycopg://web:word@db/chorus_keys_url"
    assert settings.secret_key == SECRET_KEY
    assert settings.smtp_url == "smtp://relay.example.org:25"
    own = load_settings({**production, "CHORUS_SMTP_URL": "smtp://other.example.org:25"})
    assert own.smtp_url == "smtp://other.example.org:25"
    faults = _faults({**production, "CHORUS_SMTP_URL_FILE": str(tmp_path / "nowhere")})
    assert "CHORUS_SMTP_URL_FILE: it can't be read." in faults


def test_sqlite_is_served_by_one_process_and_postgresql_by_as_many_as_are_wanted(
    production: dict[str, str],
) -> None:
    several = {**production, "CHORUS_WEB_PROCESSES": "4", "CHORUS_WEB_THREADS": "6"}
    (fault,) = _faults(several)
    assert fault.startswith("CHORUS_WEB_PROCESSES: SQLite has one writer")
    on_postgresql = {
        f"CHORUS_{name}_URL": f"postgresql+psycopg://web@db/{name.lower()}"
        for name in ("IDENTITY", "BALLOTS", "KEYS")
    }
    settings = load_settings({**several, **on_postgresql})
    assert (settings.web_processes, settings.web_threads) == (4, 6)
    usual = load_settings({**production, **on_postgresql})
    assert (usual.web_processes, usual.web_threads) == (2, 8)
    cast = load_settings({**production, "CHORUS_PARTS": "cast"})
    assert (cast.web_processes, cast.web_threads) == (1, 16)


TO_A_PAIR = "postgresql+psycopg://web:word@db1:5432,db2/chorus"


@pytest.mark.parametrize(
    ("name", "url", "fault"),
    [
        ("IDENTITY", f"{TO_A_PAIR}?target_session_attrs=read-write", None),
        ("KEYS", f"{TO_A_PAIR}?target_session_attrs=primary", None),
        ("KEYS", TO_A_PAIR, "several hosts need target_session_attrs=read-write"),
        ("BALLOTS", f"{TO_A_PAIR}?target_session_attrs=read-write", "name one host"),
        ("IDENTITY", "somewhere", "this is no address of a database"),
    ],
)
def test_an_address_may_name_several_hosts_of_which_one_takes_writes(
    production: dict[str, str], name: str, url: str, fault: str | None
) -> None:
    told = {**production, f"CHORUS_{name}_URL": url}
    if fault is not None:
        assert any(fault in said for said in _faults(told))
        return
    read = make_url(getattr(load_settings(told), f"{name.lower()}_url"))
    assert read.query["host"] == ("db1:5432", "db2:5432")
    assert read.query["target_session_attrs"] in url
