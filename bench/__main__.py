"""`python -m bench`, in the project's directory; it is no part of the installed package."""

from __future__ import annotations

import importlib
import signal
import sys
from pathlib import Path
from types import ModuleType

import click

from bench import ENGINES, SECTIONS

# Each area that is measured has a folder.
AREAS = tuple(sorted(path.parent.name for path in Path(__file__).parent.glob("*/__init__.py")))
AREA = click.option(
    "--area", type=click.Choice(AREAS), default=AREAS[0], show_default=True, help="What to measure."
)


@click.group()
def bench() -> None:
    """Measure the warehouse at size, beside other ways to do the same."""


@bench.command()
@AREA
@click.option(
    "--seconds",
    type=click.FloatRange(min=1),
    default=5,
    show_default=True,
    help="How long each question is asked.",
)
@click.option(
    "--target",
    type=click.Choice(ENGINES),
    default="postgres",
    show_default=True,
    help="Warehouse that the figures of pages are read from.",
)
@click.option("--only", type=click.Choice(("load", "figures")), help="Part to measure.")
def serve(area: str, seconds: float, target: str, only: str | None) -> None:
    """Measure pages and API of the built warehouse, and write docs/serving/benchmarks.md.

    Many people who ask at once are measured on PostgreSQL; what the figures of each page take where
    nothing is kept, on either target.
    """
    # It needs what only pages need.
    from bench import serving  # noqa: PLC0415

    parts = (only,) if only else serving.PARTS
    click.echo(f"Wrote {serving.write(area, seconds, target, parts)}.")


@bench.command()
@AREA
@click.option("--flows", type=click.IntRange(1_000), default=1_000_000, show_default=True)
@click.option(
    "--engine", "engines", multiple=True, type=click.Choice(ENGINES), default=ENGINES,
    show_default=True, help="Engine to measure; may be given twice.",
)  # fmt: skip
@click.option("--only", help=f"Sections to measure, with commas: {', '.join(SECTIONS)}.")
@click.option(
    "--repeats", type=click.IntRange(1), default=3, show_default=True,
    help="Runs of the floor, the lot engine and all that is short; the page shows medians.",
)  # fmt: skip
@click.option(
    "--build-repeats", type=click.IntRange(1), default=1, show_default=True,
    help="Runs of the whole build.",
)  # fmt: skip
@click.option(
    "--check", is_flag=True,
    help="Compare every table after the day with those of a full build of the same feeds.",
)  # fmt: skip
def run(  # noqa: PLR0913, PLR0917 - one parameter an option
    area: str,
    flows: int,
    engines: tuple[str, ...],
    only: str | None,
    repeats: int,
    build_repeats: int,
    check: bool,
) -> None:
    """Measure, keep the figures in docs/<area>/benchmarks.json and write the page beside it.

    What is not measured now keeps its earlier figures.
    """
    sections = tuple(only.split(",")) if only else SECTIONS
    unknown = [section for section in sections if section not in SECTIONS]
    if unknown:
        raise click.UsageError(f"no section `{unknown[0]}`; give some of {', '.join(SECTIONS)}")
    measuring, results, page = _part(f"{area}.run"), _part("results"), _part(f"{area}.page")
    # The server and the files of the run go with it, however it ends.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    asked = measuring.Asked(flows, engines, sections, repeats, build_repeats, check)
    for engine, section, figures in measuring.measured(asked, click.echo):
        results.keep(area, flows, engine, section, figures)
        page.write()
    click.echo(page.goals_summary(flows))


@bench.command()
@AREA
def page(area: str) -> None:
    """Write docs/<area>/benchmarks.md again from the recorded figures."""
    _part(f"{area}.page").write()


def _part(name: str) -> ModuleType:
    """Import a module of the benchmark when it is used: its libraries are an extra, and slow."""
    try:
        return importlib.import_module(f"bench.{name}")
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"the benchmark needs `{error.name}`: run it with `make bench`, or install the extra "
            "`bench` of this package"
        ) from None


if __name__ == "__main__":
    bench(prog_name="python -m bench")
