"""Renders the content of a letter as text and as HTML with its style inlined."""

from functools import cache

from css_inline import CSSInliner
from flask_babel import gettext
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from app.languages import direction, language
from app.mail.blocks import Letter


def render_text(letter: Letter) -> str:
    """Return the text part: complete without the other one."""
    return _environment().get_template("mail/_layout.txt").render(letter=letter)


def render_html(letter: Letter) -> str:
    """Return the HTML part: style on each element, and a style tag for dark screens."""
    # Sides by name: not every mail program knows "start" and "end".
    sides = ("right", "left") if direction() == "rtl" else ("left", "right")
    page = (
        _environment()
        .get_template("mail/_layout.html")
        .render(
            letter=letter, language=language(), direction=direction(), start=sides[0], end=sides[1]
        )
    )
    # The style tag stays because media queries can't be inlined; nothing is ever fetched.
    inliner = CSSInliner(
        keep_style_tags=True, remove_inlined_selectors=True, load_remote_stylesheets=False
    )
    return inliner.inline(page)


@cache  # parsed templates, the same for every letter
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("app"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Looked up at each rendering, in the language that is spoken then.
    environment.globals["_"] = gettext
    return environment
