"""Figures of Plotly as plain dicts: quick to make, and all drawn alike.

Amounts stay text with all their digits; the browser reads them as it draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
Figure = dict[str, Any]

# Colours that people with any colour vision tell apart (Okabe and Ito, 2008), as lines and bars
# on white; names of series and patterns say the same without colour.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")
SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up", "x", "star")
GAIN, LOSS, TOTAL = "#0072B2", "#D55E00", "#595959"
# From light to dark, so that it reads in grey too, and light enough for dark figures on it.
SEQUENCE = [[0, "#ffffff"], [0.5, "#b3d3ea"], [1, "#5aa5d4"]]
INK = "#1c2733"
# Pixels of a row of a heatmap that has figures in it.
LOWEST_WITH_TEXT = 16

_AXIS_FORMATS = {
    # k, M, B as people of finance write them; `~s` would say G.
    "money": {"exponentformat": "B"},
    "share": {"tickformat": ".0%"},
    "bps": {"tickformat": ".1f", "ticksuffix": " bps"},
    "count": {"tickformat": "~s"},
    "number": {},
}
_HOVER_FORMATS = {"money": ",.2f", "share": ".2%", "bps": ".2f", "count": ",d", "number": ""}


def value(given: Any) -> Any:
    """Return a value as it goes into a figure."""
    if isinstance(given, Decimal):
        return str(given)
    return given.isoformat() if hasattr(given, "isoformat") else given


def values(rows: Iterable[Row], column: str) -> list[Any]:
    """Return a column of the rows as it goes into a figure."""
    return [value(row[column]) for row in rows]


def months_axis(made: Figure) -> Figure:
    """Have the x axis of a figure show months."""
    made["layout"]["xaxis"] |= {"type": "date", "tickformat": "%Y-%m", "hoverformat": "%Y-%m"}
    return made


def layout(form: str = "number", **more: Any) -> Figure:
    """Return a layout whose y axis shows values of a form."""
    return {
        "yaxis": {"type": "linear", "automargin": True, "zeroline": True, **_AXIS_FORMATS[form]},
        "xaxis": {"automargin": True},
        "margin": {"l": 48, "r": 16, "t": 40 if more.get("showlegend") else 16, "b": 36},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "hovermode": "closest",
        "height": 300,
        **more,
    }


def lines(  # noqa: PLR0913 - a figure of three columns
    rows: Sequence[Row], x: str, y: str, series: str | None, form: str, *, height: int = 300
) -> Figure:
    """Return lines of `y` over `x`, one for each value of `series`, in the order of the rows."""
    names = list(dict.fromkeys(row[series] for row in rows)) if series else [None]
    traces = []
    for number, name in enumerate(names):
        part = [row for row in rows if series is None or row[series] == name]
        kind = number % len(COLOURS)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": "" if name is None else str(name),
                "x": values(part, x),
                "y": values(part, y),
                "line": {"color": COLOURS[kind], "dash": DASHES[kind], "width": 2},
                "marker": {"symbol": SYMBOLS[kind], "size": 7},
                # A value that is not known is a gap, and no line leads over it.
                "connectgaps": False,
                "hovertemplate": f"%{{x}}: %{{y:{_HOVER_FORMATS[form]}}}<extra>%{{fullData.name}}"
                "</extra>",
            }
        )
    return {"data": traces, "layout": layout(form, showlegend=series is not None, height=height)}


def bars(  # noqa: PLR0913 - a figure of several columns
    rows: Sequence[Row],
    x: str,
    columns: Sequence[tuple[str, str]],
    form: str,
    *,
    stacked: bool = True,
    line: tuple[str, str] | None = None,
) -> Figure:
    """Return bars over `x`, for each column and its label; negative ones hang below.

    A column and label given as `line` is drawn over them.
    """
    patterns = ("", "/", "x", "-", "|", "+", ".")
    traces: list[Figure] = [
        {
            "type": "bar",
            "name": label,
            "x": values(rows, x),
            "y": values(rows, column),
            "marker": {
                "color": COLOURS[number % len(COLOURS)],
                "pattern": {"shape": patterns[number % len(patterns)], "solidity": 0.2},
            },
            "hovertemplate": f"%{{x}}: %{{y:{_HOVER_FORMATS[form]}}}"
            "<extra>%{fullData.name}</extra>",
        }
        for number, (column, label) in enumerate(columns)
    ]
    if line:
        column, label = line
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": label,
                "x": values(rows, x),
                "y": values(rows, column),
                "line": {"color": "#000000", "width": 2},
                "marker": {"size": 6},
                "connectgaps": False,
                "hovertemplate": f"%{{x}}: %{{y:{_HOVER_FORMATS[form]}}}"
                "<extra>%{fullData.name}</extra>",
            }
        )
    mode = "relative" if stacked else "group"
    return {"data": traces, "layout": layout(form, barmode=mode, showlegend=len(traces) > 1)}


def monthly_bars(
    month: str,
    columns: Sequence[tuple[str, str]],
    form: str,
    *,
    line: tuple[str, str] | None = None,
) -> Callable[[Sequence[Row]], Figure]:
    """Return what draws `bars` over the months of a column."""
    return lambda rows: months_axis(bars(rows, month, columns, form, line=line))


def ranked(rows: Sequence[Row], label: str, column: str, form: str) -> Figure:
    """Return horizontal bars, the first row on top."""
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": values(rows, column),
        "y": values(rows, label),
        "marker": {"color": COLOURS[0]},
        "hovertemplate": f"%{{y}}: %{{x:{_HOVER_FORMATS[form]}}}<extra></extra>",
    }
    return {"data": [trace], "layout": _lying(rows, form)}


def waterfall(rows: Sequence[Row], label: str, column: str, total: str, form: str) -> Figure:
    """Return a waterfall of steps; a row whose column `total` is true stands on the ground."""
    trace = {
        "type": "waterfall",
        # Lying, the steps have room for their names on a phone too.
        "orientation": "h",
        "x": values(rows, column),
        "y": values(rows, label),
        "measure": ["absolute" if row[total] else "relative" for row in rows],
        "increasing": {"marker": {"color": GAIN}},
        "decreasing": {"marker": {"color": LOSS}},
        "totals": {"marker": {"color": TOTAL}},
        "hovertemplate": f"%{{y}}: %{{delta:{_HOVER_FORMATS[form]}}}<extra></extra>",
    }
    made = _lying(rows, form)
    made["margin"] |= {"r": 64}
    # A step beside a large one is too small to be read off the axis.
    made["annotations"] = [
        {
            "x": 1,
            "xref": "paper",
            "xanchor": "left",
            "y": row[label],
            "text": _short(row[column]),
            "showarrow": False,
        }
        for row in rows
    ]
    return {"data": [trace], "layout": made}


def _lying(rows: Sequence[Row], form: str) -> Figure:
    """Return a layout whose bars lie, the first row on top."""
    made = layout("number", height=max(140, 60 + 24 * len(rows)), showlegend=False)
    made["xaxis"] |= {"type": "linear", **_AXIS_FORMATS[form]}
    made["yaxis"] = {"type": "category", "autorange": "reversed", "automargin": True}
    return made


def _short(given: Any) -> str:
    """Return an amount with three digits, as labels beside bars have room for."""
    if given is None:
        return "not known"
    for size, unit in ((10**9, "B"), (10**6, "M"), (10**3, "k")):
        if abs(given) >= size:
            digits = 2 - len(str(abs(int(given)) // size)) + 1
            return f"{given / size:,.{max(digits, 0)}f}{unit}"
    return f"{given:.2f}"


def _tenth_below(rows: Sequence[Row], column: str) -> float:
    """Return where the colours of shares begin, so that those that differ look different."""
    known = [row[column] for row in rows if row[column] is not None]
    return max(0, min(9, int(min(known, default=0) * 10))) / 10


def heatmap(  # noqa: PLR0913 - a figure of three columns
    rows: Sequence[Row], x: str, y: str, column: str, form: str, *, marked: str | None = None
) -> Figure:
    """Return a heatmap of `column`; `marked` names the text to show where it is not known."""
    across = list(dict.fromkeys(value(row[x]) for row in rows))
    down = list(dict.fromkeys(value(row[y]) for row in rows))
    cells = {(value(row[x]), value(row[y])): row for row in rows}

    def text(row: Row | None) -> str:
        if row is None:
            return ""
        if row[column] is None:
            return str(row[marked] or "") if marked else ""
        return f"{row[column]:.0%}" if form == "share" else str(row[column])

    grid = [[cells.get((right, below)) for right in across] for below in down]
    trace = {
        "type": "heatmap",
        "x": [str(each) for each in across],
        "y": [str(each) for each in down],
        "z": [[None if row is None else value(row[column]) for row in line] for line in grid],
        "text": [[text(row) for row in line] for line in grid],
        "texttemplate": "%{text}",
        "hovertemplate": "%{y}, %{x}: %{text}<extra></extra>",
        "textfont": {"color": INK},
        "colorscale": SEQUENCE,
        "xgap": 2,
        "ygap": 2,
        "colorbar": {"tickformat": ".0%" if form == "share" else "", "thickness": 12},
        **({"zmin": _tenth_below(rows, column), "zmax": 1} if form == "share" else {}),
    }
    # With many rows they get lower, and too low for a text in them.
    height = max(12, min(24, 520 // max(len(down), 1)))
    if height < LOWEST_WITH_TEXT:
        del trace["texttemplate"]
    made = layout("number", height=max(240, 70 + height * len(down)))
    made["xaxis"] |= {"type": "category", "side": "top"}
    made["yaxis"] = {"type": "category", "autorange": "reversed", "automargin": True}
    made["margin"] |= {"t": 32, "b": 8}
    return {"data": [trace], "layout": made}
