"""The floors of the house, read from the imports. Source: DESIGN, The house."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("app", "configuration", "crypto", "surveys", "config", "wsgi", "migrations")
ROOMS = sorted(path.name for path in (ROOT / "app").iterdir() if (path / "__init__.py").exists())


def modules(*folders: str) -> list[Path]:
    """Return every Python file in the folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Give the dotted name of everything that a file imports from this project."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def breaches(paths: list[Path], forbidden: tuple[str, ...], allowed: tuple[str, ...] = ()) -> list:
    """Return the imports of `paths` that begin with something forbidden."""
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in paths
        for name in imports(path)
        if any(_under(name, prefix) for prefix in forbidden)
        and not any(_under(name, prefix) or _under(prefix, name) for prefix in allowed)
    ]


def _under(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def test_crypto_knows_only_libraries() -> None:
    paths = modules("crypto")
    assert not breaches(paths, ("app", "surveys", "config", "flask", "sqlalchemy"))


def test_reading_settings_knows_only_libraries() -> None:
    paths = modules("configuration")
    assert not breaches(paths, ("app", "crypto", "surveys", "config", "flask", "sqlalchemy"))


def test_surveys_knows_only_libraries() -> None:
    paths = modules("surveys")
    assert not breaches(paths, ("app", "crypto", "config", "flask", "sqlalchemy", "cryptography"))


@pytest.mark.parametrize("package", ["crypto", "surveys"])
def test_the_lower_packages_ask_no_clock(package: str) -> None:
    for path in modules(package):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("now", "utcnow", "today", "time_ns"), path


def test_respond_imports_the_ballots_models_alone_and_no_session() -> None:
    forbidden = ("app.models", "app.accounts", "app.people", "app.programs", "app.invites")
    more = ("app.vault", "app.rounds", "flask_login", "flask.g", "flask.session")
    allowed = ("app.models.ballots",)
    assert not breaches(modules("app/respond"), forbidden + more, allowed)


def test_opening_imports_ballots_keys_and_of_identity_only_share_and_release() -> None:
    forbidden = ("app.models", "app.accounts", "app.people", "app.programs", "app.invites")
    allowed = (
        "app.models.ballots",
        "app.models.keys",
        "app.models.identity.share",
        "app.models.identity.release",
    )
    assert not breaches(modules("app/opening"), forbidden, allowed)


@pytest.mark.parametrize("room", ["invites", "people", "afterwards"])
def test_rooms_that_know_people_never_import_ballots(room: str) -> None:
    forbidden = ("app.models.ballots", "app.models.keys", "app.respond", "app.opening")
    assert not breaches(modules(f"app/{room}"), forbidden)


def test_the_form_without_javascript_knows_both_sides_only_through_their_services() -> None:
    allowed = ("app.invites.service", "app.respond.service")
    forbidden = ("app.models", "app.accounts", "app.people", "app.invites", "app.respond")
    assert not breaches(modules("app/plain"), forbidden, allowed)
    for room in sorted(set(ROOMS) - {"plain", "demo"}):
        knows = {name for path in modules(f"app/{room}") for name in imports(path)}
        assert not {"app.invites.service", "app.respond.service"} <= knows, room


def test_whoever_wants_to_be_contacted_meets_no_room_of_answers() -> None:
    rooms = ("app.models", "app.invites", "app.respond", "app.opening", "app.people", "app.plain")
    assert not breaches(modules("app/contact"), (*rooms, "app.launching", "app.extensions.db"))


def test_only_opening_unseals() -> None:
    elsewhere = [path for path in modules("app") if "opening" not in path.parts]
    for path in elsewhere:
        assert "unseal(" not in path.read_text(encoding="utf-8"), path


def test_only_launching_and_the_demo_handle_link_secrets() -> None:
    allowed_rooms = {"launching", "demo", "invites", "plain"}
    for path in modules("app"):
        if not allowed_rooms & set(path.parts):
            assert not {"crypto.sharing.Share", "crypto.links.Link"} & set(imports(path)) or (
                "opening" in path.parts
            ), path


@pytest.mark.parametrize("room", ROOMS)
def test_no_feature_imports_anothers_routes(room: str) -> None:
    others = tuple(f"app.{other}.routes" for other in ROOMS if other != room)
    assert not breaches(modules(f"app/{room}"), others)


def test_trust_reads_public_facts_the_release_and_the_audit_log_alone() -> None:
    allowed = (
        "app.models.ballots.pool_public",
        "app.models.identity.release",
        "app.models.identity.audit_entry",
    )
    forbidden = ("app.models", "app.vault", "app.people", "app.programs", "app.opening")
    assert not breaches(modules("app/trust"), forbidden, allowed)


def test_the_example_knows_no_database_and_no_person() -> None:
    forbidden = ("app.models", "app.extensions", "app.vault", "app.people", "app.programs")
    assert not breaches(modules("app/example"), forbidden)


def test_verifying_asks_over_http_alone() -> None:
    rooms = tuple(f"app.{room}" for room in ROOMS if room != "verifying")
    forbidden = (*rooms, "app.extensions", "app.vault", "sqlalchemy")
    assert not breaches(modules("app/verifying"), forbidden)


def test_models_import_only_models() -> None:
    rooms = tuple(f"app.{room}" for room in ROOMS if room != "models")
    more = ("app.extensions", "app.vault", "crypto", "surveys", "flask")
    assert not breaches(modules("app/models"), rooms + more)


def test_every_package_states_its_floor() -> None:
    for path in [*modules("app"), *modules("crypto"), *modules("surveys")]:
        if path.name == "__init__.py":
            docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
            assert docstring, f"{path} has no docstring"


def test_the_application_factory_stays_short() -> None:
    lines = (ROOT / "app" / "__init__.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 100
    tree = ast.parse("\n".join(lines))
    factory = next(node for node in ast.walk(tree) if getattr(node, "name", "") == "create_app")
    assert factory.end_lineno - factory.lineno < 60


def test_nothing_imports_an_unlisted_project_package() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()} - {"tests", "bench"}
    for path in modules("app", "crypto", "surveys"):
        for name in imports(path):
            top = name.partition(".")[0]
            assert top not in folders or top in OURS or top in sys.stdlib_module_names, path
