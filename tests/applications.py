"""Applications for tests: on a clock that stands still, quick to make, never waiting for a disk."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from unittest.mock import patch

from apispec import APISpec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask import Flask
from flask.testing import FlaskClient
from flask_smorest import Blueprint
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import app.api
from app import create_app
from app.api import PoolApi, api_of
from app.clock import StillClock
from app.demo.unsynced import unsynced
from app.extensions import db
from app.mail.mailer import Mailer
from config import Settings
from crypto import blind
from tests import databases

A_MONDAY = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


class FixedClock(StillClock):
    """A clock that moves when a test tells it to."""

    def advance(self, **duration: float) -> datetime:
        """Move on by `duration` (timedelta's words) and return the new time."""
        self.move_to(self.now() + timedelta(**duration))
        return self.now()


class FreshContextClient(FlaskClient):
    """A browser whose requests share no flask.g, though the test's own context stays pushed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Return the answer, made in an application context of its own, and end the request."""
        with self.application.app_context():
            response = super().open(*args, **kwargs)
            response.get_data()
            response.close()
            return response


_compile_builder = Rule._compile_builder
_builders: dict[tuple[str, bool], Callable[..., tuple[str, str]]] = {}


def _kept_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """Return what builds a rule's addresses; it depends on the rule's text alone."""
    assert not rule.defaults, rule
    key = (repr(rule._trace), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


# Each test has an application of its own, and compiling its hundred rules was a tenth of its time.
Rule._compile_builder = _kept_builder  # type: ignore[method-assign]


_descriptions: dict[frozenset[str], APISpec] = {}


class _DescribedApi(PoolApi):
    """The API with what its document said in the first application of the same parts.

    It depends on the program alone, and writing it was half of making an application.
    """

    def _init_spec(self, **options: Any) -> None:
        parts = frozenset(self._app.config["CHORUS"].parts)
        self._is_described = parts in _descriptions
        if self._is_described:
            self.spec = _descriptions[parts]
        else:
            super()._init_spec(**options)

    def register_blueprint(self, blp: Blueprint, **options: Any) -> None:
        """Register it; describe it unless that was done."""
        if not self._is_described:
            super().register_blueprint(blp, **options)
            return
        assert not options
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp)

    def register_converter(self, *converter: Any) -> None:
        """Say how a converter is described, unless that was done."""
        if not self._is_described:
            super().register_converter(*converter)


_first_engines: dict[tuple[str | None, str], Engine] = {}


def _take_over_statements(bind: str | None, engine: Engine) -> None:
    """Let an engine use the SQL that was compiled for the first one of its kind."""
    kind = bind, engine.dialect.name
    if kind not in _first_engines:
        engine.connect().close()  # only a dialect that has met its database knows its version
        _first_engines[kind] = engine
    first = _first_engines[kind]
    engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache


class KeptTemplates(BytecodeCache):
    """Templates that were compiled for one application, for the next ones of this process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is kept; jinja compares it with the template's source."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


KEPT_TEMPLATES = KeptTemplates()


_make_key = blind.generate_key
_signing_keys: list[RSAPrivateKey] = []


def _kept_keys() -> Callable[[], RSAPrivateKey]:
    """Return what gives signing keys, none twice in a test: those of earlier tests, then new ones.

    Making one takes as long as the rest of a launch, and nothing in it is of a pool or a person.
    """
    if blind.generate_key is not _make_key:
        return blind.generate_key  # a second application of one test goes on from the first
    given = count()

    def give() -> RSAPrivateKey:
        at = next(given)
        while len(_signing_keys) <= at:
            _signing_keys.append(_make_key())
        return _signing_keys[at]

    return give


@contextmanager
def application(settings: Settings, clock: FixedClock, mailer: Mailer) -> Iterator[Flask]:
    """Give the whole application with its context pushed; its connections are closed at the end."""
    with patch.object(app.api, "PoolApi", _DescribedApi):
        made = create_app(settings, clock=clock, mailer=mailer)
    _descriptions.setdefault(frozenset(settings.parts), api_of(made).spec)
    made.testing = True
    made.test_client_class = FreshContextClient
    made.jinja_env.bytecode_cache = KEPT_TEMPLATES
    keys = patch.object(blind, "generate_key", _kept_keys())
    with made.app_context(), unsynced(*db.engines.values()), keys:
        for bind, engine in db.engines.items():
            _take_over_statements(bind, engine)
        yield made
        databases.dispose_engines()
