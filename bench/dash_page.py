"""A page in Dash, to measure beside ours: the same queries, the same figures."""

from __future__ import annotations

import sys
from typing import Any

import dash
from psycopg.rows import dict_row

from dist_perf import warehouse
from dist_perf.serve.database import with_schemas
from dist_perf.serve.pages import find
from dist_perf.serve.pages.definition import Chart, Choice


def charts_of(area: str, name: str) -> list[Chart]:
    """Return the charts of a page."""
    page = find(area, name)
    assert page is not None  # noqa: S101 - named by who measures
    return [block for block in page.blocks if isinstance(block, Chart)]


def _figure(block: Chart, choice: Choice, value: str) -> dict[str, Any]:
    condition = f"{block.filters[choice.name]} = %(value)s"
    text = with_schemas(block.sql.replace("{where}", condition))
    with warehouse.connect_postgres() as connection:
        cursor = connection.cursor(row_factory=dict_row)
        rows = cursor.execute(text, {"value": value}).fetchall()
    return block.draw(rows)


def main(area: str, name: str, port: int) -> None:
    """Serve the page on loopback, with its first filter that has a default."""
    page = find(area, name)
    assert page is not None  # noqa: S101 - named by who measures
    choice = next(each for each in page.filters if isinstance(each, Choice) and each.default)
    with warehouse.connect_postgres() as connection:
        found = connection.execute(with_schemas(choice.options)).fetchall()
    app = dash.Dash(__name__)
    charts = charts_of(area, name)
    app.layout = dash.html.Div(
        [
            dash.html.H1(page.title),
            dash.dcc.Dropdown([row[0] for row in found], choice.default, id="choice"),
            *[dash.dcc.Graph(id=block.name) for block in charts],
        ]
    )
    for block in charts:
        app.callback(dash.Output(block.name, "figure"), dash.Input("choice", "value"))(
            lambda value, block=block: _figure(block, choice, value)
        )
    app.run(host="127.0.0.1", port=str(port), debug=False)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
