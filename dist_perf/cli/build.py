"""`dist-perf build`."""

from __future__ import annotations

import sys

import click

from dist_perf import build as builds
from dist_perf import project
from dist_perf.cli import options
from dist_perf.loading import store


@click.command()
@options.target("The dbt target to build.")
@click.option("--vars", "variables", default="", help="The project's variables, as for dbt.")
@click.option("--all", "everything", is_flag=True, help="Build everything, changed or not.")
@click.option("--full-refresh", is_flag=True, help="Build all, as if for the first time.")
def build(target: str, variables: str, everything: bool, full_refresh: bool) -> None:
    """Build and test with dbt what changed inputs require; exit with dbt's status.

    If the last build was complete, only what depends on feeds that changed since is built: nothing
    at all if none did. If the project or its settings changed, or dbt ran in another way,
    everything is. The results go to the mart `warehouse_health`.
    """
    try:
        seen = builds.inputs(target, variables)
        if everything or full_refresh:
            chosen = builds.Plan("Building all, as asked.")
        else:
            chosen = builds.plan(target, seen)
        click.echo(chosen.reason)
        if not chosen.is_needed:
            return
        status = builds.run(target, variables, chosen, full_refresh=full_refresh)
        _record_health()
        if status == 0 and not builds.record(target, seen):
            click.echo("Another run of dbt began meanwhile, so the next build builds all.")
    except store.DatabaseError as error:
        problem = str(error).strip().splitlines()[0]
        raise click.ClickException(f"the database says: {problem}") from None
    sys.exit(status)


def _record_health() -> None:
    """Record dbt's results. The build is valid even if that fails."""
    # The models of dbt's artifacts take long to import.
    from dist_perf import health  # noqa: PLC0415

    try:
        for run in health.record(project.artifacts_dir()):
            if run.is_new:
                click.echo(f"Recorded the {run.results:,} results of `dbt {run.command}`.")
    except click.ClickException as error:
        click.echo(f"dbt's results are not in `warehouse_health`:  {error.message}", err=True)
