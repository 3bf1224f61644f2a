"""The `dist-perf` command: parses, calls, prints."""

from __future__ import annotations

import click

from dist_perf.cli.access import access
from dist_perf.cli.alerts import alerts
from dist_perf.cli.build import build
from dist_perf.cli.deps import deps
from dist_perf.cli.entities import entities
from dist_perf.cli.generate import generate
from dist_perf.cli.health import health
from dist_perf.cli.load import load
from dist_perf.cli.orm import orm
from dist_perf.cli.reports import reports
from dist_perf.cli.serve import serve
from dist_perf.cli.server import server


@click.group()
def main() -> None:
    """Generate feeds, load them, build from them, and run the warehouse's own PostgreSQL."""


main.add_command(access)
main.add_command(alerts)
main.add_command(build)
main.add_command(deps)
main.add_command(entities)
main.add_command(generate)
main.add_command(health)
main.add_command(load)
main.add_command(orm)
main.add_command(reports)
main.add_command(serve)
main.add_command(server)
