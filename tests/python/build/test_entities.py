"""`dist-perf entities` on the contracts of the sample."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from dbt_warehouse import Warehouse

from dist_perf import project
from dist_perf.cli import main

README = "# A\n\n<!-- star, written by `make docs` -->\nold\n<!-- /star -->\n\nB\n"


@pytest.fixture
def root(sample: dict[str, Warehouse], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with dbt's artifacts and a README whose picture is old."""
    monkeypatch.setattr(project, "root", lambda: tmp_path)
    schema = "https://schemas.getdbt.com/dbt/catalog/v1.json"
    catalog = {"metadata": {"dbt_schema_version": schema}, "nodes": {}, "sources": {}}
    (tmp_path / "catalog.json").write_text(json.dumps(catalog), encoding="utf-8")
    manifest = json.dumps(sample["duckdb"].manifest)
    (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    (tmp_path / "README.md").write_text(README, encoding="utf-8")
    (tmp_path / "docs").mkdir()
    return tmp_path


def area(root: Path, model: str) -> str:
    """Return the folder of marts that has a model."""
    manifest = json.loads((root / "manifest.json").read_bytes())
    return Path(manifest["nodes"][f"model.dist_perf_dw.{model}"]["path"]).parts[1]


def draw(root: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["entities", *options, str(root)])


def test_keys_of_the_contracts_are_drawn(root: Path) -> None:
    assert draw(root).exit_code == 0
    page = (root / "docs" / area(root, "fact_aum_flows") / "entities.md").read_text("utf-8")
    assert "## Schema `dist_perf_dw`" in page
    assert "        bigint flow_key PK\n" in page
    assert 'fact_aum_flows }o--|| dim_dates : "trade_date, booked_date"' in page


def test_every_area_has_a_page_that_the_page_of_what_areas_share_leads_to(root: Path) -> None:
    assert draw(root).exit_code == 0
    shared = (root / "docs" / "entities.md").read_text(encoding="utf-8")
    assert "        date date_day PK\n" in shared
    assert "flow_key" not in shared
    manifest = json.loads((root / "manifest.json").read_bytes())
    paths = [Path(node["path"]).parts for node in manifest["nodes"].values()]
    areas = {parts[1] for parts in paths if parts[0] == "marts"} - {project.COMMON}
    assert areas
    for area in areas:
        assert f"[{area}]({area}/entities.md)" in shared
        own = (root / "docs" / area / "entities.md").read_text(encoding="utf-8")
        assert "date date_day PK" not in own


def test_readme_keeps_what_stands_around_the_star(root: Path) -> None:
    assert draw(root).exit_code == 0
    before, star, after = (root / "README.md").read_text(encoding="utf-8").split("```")
    assert before + after.removeprefix("\n") == README.replace("old\n", "")
    assert 'dim_firms }o--|| dim_channels : "channel_key"' in star


def test_check_fails_until_a_changed_contract_is_drawn(root: Path) -> None:
    assert draw(root).exit_code == 0
    assert draw(root, "--check").exit_code == 0
    text = (root / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    manifest["nodes"]["model.dist_perf_dw.dim_firms"]["columns"].pop("firm_name")
    (root / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    stale = draw(root, "--check")
    assert stale.exit_code == 1
    page = f"`docs/{area(root, 'dim_firms')}/entities.md`"
    assert f"{page} no longer shows the contracts: run `make docs`" in stale.output


def test_readme_without_a_place_for_the_star_is_an_error(root: Path) -> None:
    (root / "README.md").write_text("# A\n", encoding="utf-8")
    result = draw(root)
    assert result.exit_code == 1
    assert "`README.md` has no place for the star" in result.output


def test_without_a_model_for_the_star_there_is_an_error(root: Path) -> None:
    text = (root / "manifest.json").read_text(encoding="utf-8")
    (root / "manifest.json").write_text(text.replace('"readme_star"', '"other"'), encoding="utf-8")
    result = draw(root)
    assert result.exit_code == 1
    assert "give one `config.meta.readme_star: true`" in result.output
