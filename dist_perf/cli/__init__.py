"""The `dist-perf` command: parses, calls, prints."""

from __future__ import annotations

import importlib

import click

# Each in the module of its name.
COMMANDS = (
    "access",
    "alerts",
    "build",
    "deps",
    "entities",
    "generate",
    "health",
    "load",
    "orm",
    "reports",
    "serve",
    "server",
)


class _Commands(click.Group):
    """Commands that are imported when they are used: what one needs, others should not hold."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - of click
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command by its name, None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(importlib.import_module(f"{__name__}.{cmd_name}"), cmd_name)
        return found


@click.group(cls=_Commands)
def main() -> None:
    """Generate feeds, load them, build from them, and run the warehouse's own PostgreSQL."""
