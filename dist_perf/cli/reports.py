"""`dist-perf reports`."""

from __future__ import annotations

from pathlib import Path

import click

from dist_perf.cli import options
from dist_perf.cli.serve import require_extra


@click.command()
@options.target("The dbt target whose warehouse the reports show.")
@click.option("--area", help="Only the reports of this area.")
@click.option("--only", multiple=True, help="Only the report of this name; may be given again.")
@click.option(
    "--out",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("target/reports"),
    show_default=True,
    help="Directory to write to, made if missing.",
)
@click.option("--images", type=click.Choice(["svg", "png"]), help="Write each chart too.")
def reports(
    target: str, area: str | None, only: tuple[str, ...], directory: Path, images: str | None
) -> None:
    """Write reports as HTML files that open without a server or a network.

    They show all rows of the warehouse: give them to those who may see all. The same data gives
    the same bytes.
    """
    require_extra()
    # The packages of the extra take long to import.
    from dist_perf.serve import reports as of_areas  # noqa: PLC0415
    from dist_perf.serve.reports import writing  # noqa: PLC0415

    known = of_areas.all_reports()
    if area is not None and area not in {each for each, _ in known}:
        areas = sorted({each for each, _ in known})
        raise click.ClickException(f"no reports of `{area}`: there are some of {', '.join(areas)}")
    chosen = [
        (of_area, report)
        for (of_area, name), report in known.items()
        if area in (None, of_area) and (not only or name in only)
    ]
    missing = set(only) - {report.name for _, report in chosen}
    if missing:
        names = ", ".join(sorted(name for _, name in known))
        raise click.ClickException(f"no report `{', '.join(sorted(missing))}`: there is {names}")
    for file in writing.write(target, chosen, directory, images):
        click.echo(f"{file} ({file.stat().st_size / 1e6:,.1f} MB)")
