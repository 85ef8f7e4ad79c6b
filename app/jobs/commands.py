"""`flask chorus worker`: do due work until told to stop."""

import click
from flask import current_app
from flask.cli import AppGroup

from app.jobs.leaps import time_is_trusted
from app.jobs.retention import keep_no_longer
from app.jobs.upkeep import shuffle_storage
from app.jobs.worker import run_due_work, run_worker
from app.jobs.workplace import clock_is_true, current_workplace


def register(group: AppGroup) -> None:
    """Add `worker` to the `chorus` commands."""
    group.command("worker")(worker)


@click.option("--once", is_flag=True, help="Do what is due now and end.")
@click.option("--pause", default=2.0, show_default=True, help="Seconds from one look to the next.")
def worker(once: bool, pause: float) -> None:
    """Launch, close, remind and write to people when it is due."""
    if once:
        may_work = clock_is_true(current_workplace()) and time_is_trusted(current_workplace())
        if may_work:
            run_due_work(current_workplace())
            keep_no_longer(current_workplace())
        shuffle_storage(current_workplace())
        if not may_work:
            raise click.ClickException("The clock is doubted. See: flask chorus clock")
    else:
        run_worker(current_workplace(), pause, current_app._get_current_object().app_context)
