"""dbt packages: from the package hub, else the stand-ins of `offline_packages/`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click
import requests
import yaml

from dist_perf import project

PACKAGES_FILE = "packages.yml"
# Every stand-in holds this file, and no real package does.
MARK = "STAND_IN.md"
ANSWER_SECONDS = 5
DOWNLOAD_SECONDS = 120


class HubError(Exception):
    """The hub, or what it leads to, does not deliver; the text says why."""


def _installed() -> Path:
    return project.root() / "dbt_packages"


def fetch_from_hub() -> list[str]:
    """Install what `packages.yml` names, and what that needs, from the hub.

    What is installed already is replaced when all of it has arrived, not before.

    Returns:
        Names of the packages.

    Raises:
        HubError: nothing was changed.
    """
    _require_answer()
    project.state_dir().mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=project.state_dir()) as directory:
        aside = Path(directory)
        shutil.copy(project.root() / PACKAGES_FILE, aside)
        (aside / project.PROJECT_FILE).write_text("name: packages\n", encoding="utf-8")
        dbt = Path(sys.executable).with_name("dbt")
        try:
            subprocess.run(  # noqa: S603
                [dbt, "--no-use-colors", "--log-format", "text", "deps"],
                cwd=aside,
                timeout=DOWNLOAD_SECONDS,
                check=True,
                capture_output=True,
                text=True,
            )
        except subprocess.TimeoutExpired as error:
            raise HubError(f"no packages after {DOWNLOAD_SECONDS} seconds") from error
        except subprocess.CalledProcessError as error:
            said = (error.stdout + error.stderr).strip().splitlines()[-8:]
            raise HubError("\n".join(["`dbt deps` ends with", *said])) from error
        packages = sorted((aside / "dbt_packages").iterdir())
        for package in packages:
            _replace(_installed() / package.name, package)
    return [package.name for package in packages]


def _require_answer() -> None:
    """Ask the hub once: dbt itself would ask it six times."""
    from dbt.clients import registry  # noqa: PLC0415 - slow, and only the hub's address

    url = f"{registry.DEFAULT_REGISTRY_BASE_URL}api/v1/{_declared()[0]}.json"
    try:
        requests.get(url, timeout=ANSWER_SECONDS).raise_for_status()
    except requests.RequestException as error:
        raise HubError(f"`{url}` gives {type(error).__name__}") from error


def _declared() -> list[str]:
    with (project.root() / PACKAGES_FILE).open(encoding="utf-8") as file:
        return [package["package"] for package in yaml.safe_load(file)["packages"]]


def place_stand_ins() -> tuple[list[str], list[str]]:
    """Put our stand-ins where no real package is, and refresh those that are there.

    Returns:
        Names of the stand-ins now in place, and of the real packages that stay.

    Raises:
        click.ClickException: a package of `packages.yml` is neither installed nor stood in for.
    """
    placed, kept = [], []
    for package in (name.split("/")[-1] for name in _declared()):
        target = _installed() / package
        stand_in = project.root() / "offline_packages" / package
        if (target / project.PROJECT_FILE).exists() and not (target / MARK).exists():
            kept.append(package)
        elif stand_in.exists():
            _replace(target, stand_in)
            placed.append(package)
        else:
            raise click.ClickException(
                f"package `{package}` of `{PACKAGES_FILE}` has no stand-in: put the package "
                f"itself into `{target}`"
            )
    return placed, kept


def _replace(target: Path, source: Path) -> None:
    fresh = target.with_name(f"__{target.name}")  # dbt overlooks directories that begin so
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(source, fresh)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
