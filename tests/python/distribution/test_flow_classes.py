"""How a flow counts is said by reference data alone."""

from __future__ import annotations

import csv
import re

from dist_perf import project


def test_no_model_and_no_law_names_a_flow_class() -> None:
    root = project.root()
    path = root / "seeds" / "reference" / "distribution" / "flow_classes.csv"
    with path.open(encoding="utf-8", newline="") as seed:
        # Anything unknown is `unassigned`, flows or not.
        classes = {row["flow_class"] for row in csv.DictReader(seed)} - {"unassigned"}
    violations = []
    for folder in ("models", "tests", "macros"):
        for path in sorted((root / folder).rglob("*.sql")):
            # Within Jinja stand names of measures and sources, which may be called the same.
            sql = re.sub(r"{{.*?}}|{%.*?%}|{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL)
            violations += [
                f"{path.relative_to(root)}: `{literal}` is a class of `flow_classes.csv`; ask for a"
                " column of it instead"
                for literal in re.findall(r"'([^'\n]*)'", sql)
                if literal in classes
            ]
    assert not violations, "\n".join(violations)
