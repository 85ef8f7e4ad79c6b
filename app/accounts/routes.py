"""Sign-in, sign-out, setting a password and the audit log, as pages."""

from http import HTTPStatus

from flask import (
    Blueprint,
    Flask,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from app.accounts import account_routes, passkey_routes, password_routes, second_step_routes
from app.accounts.audit import audit_page
from app.accounts.audit_chain import check_chain
from app.accounts.browser import enter, home, leave, load_signed_in
from app.accounts.errors import (
    AccountError,
    LinkGoneError,
    TooManyTriesError,
    UnequalPasswordsError,
    WrongCredentialsError,
)
from app.accounts.links import SET_PASSWORD, SIGN_IN, check_link
from app.accounts.notices import tell_owner
from app.accounts.passwords import MAXIMUM_CHARACTERS, MINIMUM_CHARACTERS
from app.accounts.roles import (
    SIGN_IN_PATH,
    for_admins,
    install_guard,
    public,
    signed_in,
)
from app.accounts.second_step_routes import TRIES, log_refusal
from app.accounts.service import (
    Tries,
    mail_sign_in_link,
    make_tries,
    set_password,
    sign_in_with_link,
    sign_in_with_password,
)
from app.clock import current_clock
from app.extensions import csrf, identity, login_manager
from app.languages import told
from app.mail.account_letters import PASSWORD_SET
from app.mail.mailer import current_mailer
from app.mail.sender import sender_of
from app.vault import current_vault

AUDIT_KINDS = {
    "rounds": _l("Rounds"),
    "people": _l("People"),
    "settings": _l("Settings, forms and goals"),
    "alerts": _l("Alerts"),
    "access": _l("Signing in, admins"),
    "operation": _l("Operation"),
}
blueprint = Blueprint("accounts", __name__)


@blueprint.get("/")
@public
def start() -> Response:
    """Lead to where this visitor's work is."""
    return redirect(home(signed_in()))


@blueprint.get(SIGN_IN_PATH)
@public
def sign_in_page() -> str:
    """Show the two ways in."""
    return render_template("accounts/sign_in.html")


@blueprint.post(SIGN_IN_PATH)
@public
def sign_in() -> Response:
    """Sign an admin in, or show the page again with one sentence and the typed address."""
    address = request.form.get("address", "")
    try:
        entry = sign_in_with_password(
            identity,
            current_vault().roster_key(),
            _tries().passwords,
            current_clock().now(),
            address=address,
            password=request.form.get("password", ""),
        )
    except TooManyTriesError as error:
        return _sign_in_refused(error, address, HTTPStatus.TOO_MANY_REQUESTS)
    except WrongCredentialsError as error:
        return _sign_in_refused(error, address, HTTPStatus.FORBIDDEN)
    return enter(entry)


@blueprint.post("/sign-in/link")
@public
def request_link() -> Response:
    """Answer at once and the same for every address; look it up after the answer has left."""
    app, address = current_app._get_current_object(), request.form.get("address", "")

    def _mail() -> None:
        with app.app_context():
            mail_sign_in_link(
                identity,
                current_vault().roster_key(),
                _tries().links,
                current_clock().now(),
                address=address,
                mailer=current_mailer(),
                sender=sender_of(app.config["CHORUS"]),
            )

    response = redirect("/sign-in/sent")
    response.call_on_close(_mail)
    return response


@blueprint.get("/sign-in/sent")
@public
def link_sent() -> str:
    """Say what happens next, whether or not a mail is on its way."""
    return render_template("accounts/sent.html")


@blueprint.get("/sign-in/<string:token>")
@public
def sign_in_link_page(token: str) -> Response:
    """Show the button that signs in; opening the page spends nothing."""
    return _link_page("accounts/enter.html", token, SIGN_IN)


@blueprint.post("/sign-in/<string:token>")
@public
def sign_in_by_link(token: str) -> Response:
    """Sign somebody in who reads, and spend the link."""
    try:
        return enter(sign_in_with_link(identity, current_clock().now(), token))
    except LinkGoneError as error:
        return _gone(error)


@blueprint.get("/set-password/<string:token>")
@public
def set_password_page(token: str) -> Response:
    """Show the form for a new password; opening the page spends nothing."""
    return _link_page("accounts/set_password.html", token, SET_PASSWORD)


@blueprint.post("/set-password/<string:token>")
@public
def set_new_password(token: str) -> Response:
    """Set the password, spend the link and sign in; what was typed is never sent back."""
    password = request.form.get("password", "")
    key, now = current_vault().roster_key(), current_clock().now()
    try:
        if password != request.form.get("again", ""):
            raise UnequalPasswordsError
        made = set_password(identity, key, now, token, password)
    except LinkGoneError as error:
        return _gone(error)
    except AccountError as error:
        return _link_page("accounts/set_password.html", token, SET_PASSWORD, error)
    tell_owner(
        identity,
        key,
        made.account_id,
        PASSWORD_SET,
        mailer=current_mailer(),
        sender=sender_of(current_app.config["CHORUS"]),
    )
    return enter(made.entry)


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """End this browser's session."""
    return leave()


@blueprint.get("/audit")
@for_admins
def audit() -> str:
    """Show what admins and the operator did, newest first."""
    before = request.args.get("before", type=int)
    kind = request.args.get("kind", "")
    key = current_vault().roster_key()
    with identity.read() as session:
        page = audit_page(session, key, before, kind)
        chain = check_chain(session) if before is None else None
    return render_template(
        "accounts/audit.html",
        page=page,
        chain=chain,
        kinds=AUDIT_KINDS,
        kind=kind if kind in AUDIT_KINDS else "",
    )


def register_accounts(app: Flask) -> None:
    """Serve the pages, and guard every page of `app` by its marks, its form tokens too."""
    app.config.from_mapping(
        WTF_CSRF_CHECK_DEFAULT=False,  # the guard asks, as it knows which rooms read no cookie
        WTF_CSRF_TIME_LIMIT=None,  # a token is as good as its session; nobody types against a clock
        WTF_CSRF_SSL_STRICT=False,  # our own Referrer-Policy keeps the browser from sending one
    )
    csrf.init_app(app)
    # It would read the session for every template, the respondent's page among them.
    login_manager.init_app(app, add_context_processor=False)
    login_manager.session_protection = None  # it would put a hash of address and browser in there
    login_manager.request_loader(load_signed_in)
    app.jinja_env.globals.update(signed_in=signed_in, passkeys_work=passkey_routes.passkeys_work)
    app.extensions[TRIES] = make_tries(identity, app.config["CHORUS"].secret_key)
    app.register_blueprint(blueprint)
    app.register_blueprint(account_routes.blueprint)
    app.register_blueprint(password_routes.blueprint)
    app.register_blueprint(second_step_routes.blueprint)
    app.register_blueprint(passkey_routes.blueprint)
    app.register_blueprint(passkey_routes.own)
    app.register_error_handler(CSRFError, _out_of_date)
    install_guard(app)


def _tries() -> Tries:
    tries: Tries = current_app.extensions[TRIES]
    return tries


def _sign_in_refused(error: AccountError, address: str, status: HTTPStatus) -> Response:
    log_refusal(error)
    page = render_template("accounts/sign_in.html", error=told(error), address=address)
    return make_response(page, status)


def _link_page(
    template: str, token: str, purpose: str, error: AccountError | None = None
) -> Response:
    try:
        with identity.begin() as session:
            check_link(session, token, purpose, current_clock().now())
    except LinkGoneError as gone:
        return _gone(gone)
    page = render_template(
        template,
        error=error and told(error),
        minimum=MINIMUM_CHARACTERS,
        maximum=MAXIMUM_CHARACTERS,
    )
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK)


def _gone(error: LinkGoneError) -> Response:
    return make_response(render_template("accounts/gone.html", error=error), HTTPStatus.GONE)


def _out_of_date(_error: CSRFError) -> Response:
    return make_response(render_template("errors/expired.html"), HTTPStatus.BAD_REQUEST)
