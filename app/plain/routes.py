"""`/plain`: a code, the questions, a look at them, the thank-you. No cookie, no session, no script.

There is nothing to forge (CSRF): no request is trusted for where it comes from, only for the code
in it, and whoever has that can answer from anywhere. State travels in hidden fields, never in an
address.
"""

from http import HTTPStatus

from flask import Blueprint, Flask, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.batching import BusyError
from app.clock import current_clock
from app.extensions import ballots, csrf, identity
from app.languages import told
from app.plain.answers import CANT_SAY, Flaw, flaws_in, name_of, typed_in, values_of
from app.plain.service import (
    Asked,
    Doors,
    NotSentError,
    SignedBallot,
    answer,
    cast,
    find_round,
    state_of,
)
from app.plain.terms import terms_of
from app.vault import current_vault
from app.wire import WireError, parse_pool_id
from crypto import receipts
from crypto.encoding import decode_base64url, encode_base64url
from crypto.errors import CryptoError, InvalidPaddingError
from surveys.form_length import questions_in, seconds_to_answer

blueprint = Blueprint("plain", __name__)

_WORDS = {
    "taken": lazy_gettext("This code has been used. If that wasn't you, tell the program team."),
    "revoked": lazy_gettext("This code is no longer valid. A newer mail may have replaced it."),
    "closed": lazy_gettext("This round is closed. Answers are no longer taken."),
}
_BUSY = lazy_gettext(
    "The service is busy. Nothing was sent, and your answers are still here: try again."
)
_TOO_LONG = lazy_gettext("Your comments are too long together. Please shorten them.")


@blueprint.get("/plain")
def begin() -> str:
    """Show the field for the code, the same page for everyone."""
    return render_template("plain/code.html", pasted="", error=None)


@blueprint.post("/plain")
def go_on() -> tuple[str, HTTPStatus]:
    """Take the next step: the one that the pressed button names."""
    try:
        if request.form.get("step") == "cast":
            return _cast_again()
        return _step(find_round(_doors(), request.form.get("code", "")))
    except (WireError, BusyError) as error:
        return _refused(told(error))


def _step(asked: Asked) -> tuple[str, HTTPStatus]:
    """Show the questions, the answers to look at, or the thank-you."""
    step, typed = request.form.get("step"), typed_in(asked.form, request.form)
    state = state_of(_doors(), asked, current_clock().now())
    if state != "open":
        return _refused(str(_WORDS[state]))
    if step not in ("review", "send"):
        return _questions(asked, typed, []), HTTPStatus.OK
    values = values_of(asked.form, typed)
    if flaws := flaws_in(asked.form, values):
        return _questions(asked, typed, flaws), HTTPStatus.UNPROCESSABLE_ENTITY
    if step == "review":
        return _page("review", asked, typed=typed, values=values), HTTPStatus.OK
    try:
        receipt = answer(_doors(), asked, values, current_clock().now())
    except InvalidPaddingError:
        return _questions(asked, typed, [Flaw("", str(_TOO_LONG))]), HTTPStatus.UNPROCESSABLE_ENTITY
    except BusyError:
        return _questions(asked, typed, [Flaw("", str(_BUSY))]), HTTPStatus.SERVICE_UNAVAILABLE
    except NotSentError as error:
        return _waiting(error.ballot)
    return _page("thanks", asked, receipt=receipts.format_receipt(receipt)), HTTPStatus.OK


def _cast_again() -> tuple[str, HTTPStatus]:
    """Cast what could not be stored before; it comes back from the page, and needs no code."""
    sent = request.form
    try:
        ballot = SignedBallot(
            parse_pool_id(sent.get("pool", "")),
            receipts.parse_receipt(sent.get("receipt", "")),
            *(decode_base64url(sent.get(name, "")) for name in ("input_msg", "sig", "sealed")),
        )
    except CryptoError:
        return _refused(_("This page was changed on its way. Go back and press the button again."))
    try:
        cast(_doors(), ballot, current_clock().now())
    except NotSentError as error:
        return _waiting(error.ballot)
    receipt = receipts.format_receipt(ballot.receipt)
    return render_template("plain/thanks.html", receipt=receipt, asked=None), HTTPStatus.OK


def _refused(sentence: str) -> tuple[str, HTTPStatus]:
    """Show the code's field again with what was pasted, and why it did not help."""
    pasted = request.form.get("code", "")
    page = render_template("plain/code.html", pasted=pasted, error=sentence)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _waiting(ballot: SignedBallot) -> tuple[str, HTTPStatus]:
    values = {
        "pool": ballot.pool_id,
        "input_msg": ballot.input_msg,
        "sig": ballot.signature,
        "sealed": ballot.sealed,
    }
    spelled = {name: encode_base64url(value) for name, value in values.items()}
    page = render_template("plain/waiting.html", receipt=ballot.receipt, spelled=spelled)
    return page, HTTPStatus.SERVICE_UNAVAILABLE


def _questions(asked: Asked, typed: dict[str, list[str]], flaws: list[Flaw]) -> str:
    return _page("questions", asked, typed=typed, flaws=flaws)


def _page(name: str, asked: Asked, **values: object) -> str:
    return render_template(
        f"plain/{name}.html",
        asked=asked,
        terms=terms_of(asked.terms),
        code=request.form.get("code", ""),
        questions=questions_in(asked.form.items),
        seconds=seconds_to_answer(asked.form.items),
        name_of=name_of,
        cant_say=CANT_SAY,
        **values,
    )


def _doors() -> Doors:
    return Doors(identity, ballots, current_vault())


def register_plain(app: Flask) -> None:
    """Add the form to `app` where the operator has switched it on; it uses no cookie."""
    if not app.config["CHORUS"].plain_form:
        return
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)
