"""`flask chorus results`: the stored release of a round."""

import json

import click
from flask.cli import AppGroup

from app.extensions import identity
from app.results.service import NotReleasedError, released_round


def register(group: AppGroup) -> None:
    """Add `results` to the `chorus` commands."""
    group.command("results")(results)


@click.argument("round_id", metavar="ROUND")
@click.option("--json", "as_json", is_flag=True, help="Print the stored release as JSON.")
def results(round_id: str, as_json: bool) -> None:
    """Print what was released of ROUND: frozen tables, nothing withheld in them."""
    try:
        with identity.begin() as session:
            released = released_round(session, round_id)
    except NotReleasedError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        content = {
            "round": released.round_id,
            "closed_on": released.closed_on.isoformat(),
            "k": released.k,
            "release": released.tables,
        }
        click.echo(json.dumps(content, ensure_ascii=False))
        return
    for name, cell in released.tables["cells"].items():
        click.echo(f"{name}: {'withheld' if 'withheld' in cell else json.dumps(cell)}")
