"""The browser's committed files: small, built from the lock, tied to no other party."""

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.databases import need
from tests.unit.bundle_runtime import BUNDLE, MAILBOX_BUNDLE, STATIC

ROOT = STATIC.parents[1]
FRONTEND = ROOT / "frontend"
PAGE = ROOT / "app" / "templates" / "respond" / "page.html"
MAILBOX_PAGE = PAGE.with_name("mailbox.html")
FIRST = STATIC / "first.js"
LANGUAGES = [None, "de", "fr", "es", "ar"]  # English is part of the scripts
CSS = STATIC / "chorus.css"
RESPONDENTS_CSS = STATIC / "respond.css"
BUDGET = 60_000  # bytes, gzipped, all that a respondent downloads


@pytest.mark.parametrize(
    ("files", "words"),
    [((PAGE, BUNDLE), "texts"), ((MAILBOX_PAGE, MAILBOX_BUNDLE), "replies")],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_respondents_pages_stay_within_their_budget_in_every_language(files, words, language):
    spoken = [STATIC / f"{words}-{language}.js"] if language else []
    files = [*files, FIRST, RESPONDENTS_CSS, STATIC / "mark.svg", *spoken]
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) < BUDGET


def test_no_page_uses_what_was_left_out_of_the_style_sheet():
    left_out = re.compile(
        r"<(?:abbr|audio|blockquote|cite|del|h5|h6|hgroup|ins|optgroup|samp"
        r"|sub|sup|tfoot|video)[ >]"
        r"|type=\"(?:color|datetime-local|month|range|reset|week)\""
        r"|role=\"(?:group|switch)\"|aria-busy|data-(?:tooltip|theme)"
        r"|class=\"(?:[^\"]* )?(?:container|contrast|dropdown|grid|outline|striped)[ \"]"
    )
    templates = (ROOT / "app" / "templates").rglob("*.html")
    found = {
        path.name: left_out.findall(path.read_text(encoding="utf-8"))
        for path in templates
        if path.parent.name != "mail"
    }
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_rebuilding_gives_the_committed_bytes():
    npm = shutil.which("npm")
    built = npm and (FRONTEND / "node_modules" / "esbuild").is_dir()
    need(None if built else "Rebuilding the bundle needs npm, and `npm ci` run in frontend/.")
    finished = subprocess.run(
        [str(npm), "run", "--silent", "check"], cwd=FRONTEND, capture_output=True, text=True
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_nothing_is_fetched_from_elsewhere():
    for file in (PAGE, MAILBOX_PAGE, CSS, RESPONDENTS_CSS, FIRST, BUNDLE, MAILBOX_BUNDLE):
        text = file.read_text(encoding="utf-8")
        fetched = re.findall(
            r"(?:src|href)=\"(?:https?:)?//|url\(\"?https?:|fetch\([\"'`]http", text
        )
        assert fetched == [], file.name


def test_page_needs_no_inline_script_or_style():
    for file in (PAGE, MAILBOX_PAGE):
        page = file.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)


def test_lock_pins_exact_versions_and_names_no_registry():
    wanted = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    versions = (wanted["dependencies"] | wanted["devDependencies"]).values()
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)
    lock = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))
    packages = [package for path, package in lock["packages"].items() if path]
    assert packages
    assert all("resolved" not in package and "integrity" in package for package in packages)


def test_licences_of_all_bundled_libraries_are_served_beside_them():
    licences = (STATIC / "LICENSES.txt").read_text(encoding="utf-8")
    lock = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))
    tools = ("esbuild", "@esbuild/", "typescript", "@typescript/")
    names = [path.removeprefix("node_modules/") for path in lock["packages"] if path]
    bundled = [name for name in names if not name.startswith(tools)]
    assert bundled
    for name in bundled:
        version = lock["packages"][f"node_modules/{name}"]["version"]
        assert f"{name} {version} (" in licences


def test_no_path_of_the_building_machine_is_in_the_bundle():
    home = str(Path.home())
    for file in (BUNDLE, MAILBOX_BUNDLE, CSS, RESPONDENTS_CSS):
        text = file.read_text(encoding="utf-8")
        assert home not in text and str(ROOT) not in text, file.name
