"""`dist-perf generate`."""

from __future__ import annotations

import click

from dist_perf import project
from dist_perf.generate import Generator, generators, write_sample

EVERYTHING = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


@click.command(context_settings=EVERYTHING)
@click.option("--area")
@click.option("--sample", is_flag=True)
@click.option("--help", "wants_help", is_flag=True)
@click.pass_context
def generate(context: click.Context, area: str | None, sample: bool, wants_help: bool) -> None:
    """Make believable feeds of an area, one file for each feed.

    `--area` names the area; where only one takes the options that are given, it may be left out.
    The other options are the area's own. `--sample` rewrites the project's seeds/sample instead,
    of the area or of all.
    """
    if sample:
        directory = project.root() / "seeds" / "sample"
        for generator in [_of(area)] if area else generators().values():
            write_sample(generator, directory)
        click.echo(f"Wrote the sample to {directory}.")
    elif wants_help:
        click.echo(context.get_help())
        for generator in [_of(area)] if area else generators().values():
            click.echo(f"\nOptions with `--area {generator.area}`:\n")
            with click.Context(generator.command, info_name=context.command_path) as own:
                formatter = own.make_formatter()
                generator.command.format_options(own, formatter)
                click.echo(formatter.getvalue().rstrip())
    else:
        generator = _of(area) if area else _that_takes(context.args)
        generator.command.main(context.args, prog_name=context.command_path, standalone_mode=False)


def _of(area: str) -> Generator:
    found = generators()
    if area not in found:
        names = ", ".join(f"`{name}`" for name in found)
        raise click.UsageError(f"no generator for the area `{area}`; there are {names}")
    return found[area]


def _that_takes(arguments: list[str]) -> Generator:
    """Return the one generator that takes all the options given."""
    given = {each.partition("=")[0] for each in arguments if each.startswith("--")}
    taking = [
        generator
        for generator in generators().values()
        if given <= {name for parameter in generator.command.params for name in parameter.opts}
    ]
    if len(taking) == 1:
        return taking[0]
    if len(generators()) == 1:
        # It says itself which option it does not know.
        return next(iter(generators().values()))
    names = ", ".join(f"`{name}`" for name in generators())
    raise click.UsageError(f"give `--area`; there are {names}")
