"""`flask chorus audit …`: whether the log of what admins did is whole, and the log to take away."""

import json

import click
from flask.cli import AppGroup

from app.accounts.audit_chain import ChainState, check_chain, entries, holds_head
from app.extensions import identity
from app.models.identity.audit_entry import AuditEntry

_audit = AppGroup("audit", help="Check and export the log of what admins did.")


def register(group: AppGroup) -> None:
    """Add `audit` to the `chorus` group."""
    group.add_command(_audit)


@_audit.command("check")
@click.option(
    "--noted", metavar="FINGERPRINT", help="One from an earlier day; the log must still hold it."
)
def check(noted: str | None) -> None:
    """Say whether each entry follows the one before; end with 1 if one does not.

    Entries that were cut off at the end leave no gap. Note the fingerprint where others keep it,
    and give it to a later check with --noted.
    """
    with identity.read() as session:
        state = check_chain(session)
        missing = noted is not None and not holds_head(session, noted)
    if state.broken_at is not None:
        raise click.ClickException(
            f"The log is broken at entry {state.broken_at}: it was changed, or one before it was "
            "changed, removed or put in."
        )
    _print_head(state)
    if missing:
        raise click.ClickException(
            "No entry has the fingerprint that was noted: entries at the end were cut off, or the "
            "whole log was written anew."
        )


@_audit.command("export")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def export(as_json: bool) -> None:
    """Print every entry, oldest first: number, time, who, what, to what, digest."""
    with identity.read() as session:
        for entry in entries(session):
            row = _row(entry)
            click.echo(
                json.dumps(row, ensure_ascii=False)
                if as_json
                else "\t".join(map(str, row.values()))
            )


def _print_head(state: ChainState) -> None:
    noun = "entry" if state.count == 1 else "entries"
    click.echo(f"Unbroken: {state.count} {noun}.")
    click.echo(f"Digest of the newest: {state.head.hex()}")
    click.echo(f"Its fingerprint:      {state.fingerprint}")


def _row(entry: AuditEntry) -> dict[str, object]:
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "act": entry.act,
        "subject": entry.subject,
        "digest": entry.digest.hex(),
    }
