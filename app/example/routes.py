"""`/example`: exactly what a mentor and the program team will see, from invented answers."""

from flask import Blueprint, Flask, render_template

from app.accounts.roles import public
from app.example.pages import circle_example, team_example
from app.results import words
from app.results.pages import ResultsPage
from surveys.guide import general_conversation

blueprint = Blueprint("example", __name__, url_prefix="/example")


@blueprint.get("")
@public
def shown() -> str:
    """Show a circle of which enough answered, as its mentor sees it."""
    return _page("example/circle.html", circle_example(withheld=False))


@blueprint.get("/withheld")
@public
def withheld() -> str:
    """Show a circle of which too few answered, as its mentor sees it."""
    return _page("example/circle.html", circle_example(withheld=True))


@blueprint.get("/team")
@public
def team() -> str:
    """Show a program as its team sees it."""
    return _page("example/team.html", team_example())


def register_example(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)


def _page(template: str, page: ResultsPage) -> str:
    """Return a page, the same for everyone: it reads no cookie and no database."""
    return render_template(
        template, page=page, group_id="", words=words, general_talk=general_conversation()
    )
