"""Whether the port of the warehouse's own server is free, and who has it if not.

`make` runs this before there is an environment: nothing is imported but Python's own library.
"""

from __future__ import annotations

import errno
import hashlib
import os
import pwd
import re
import socket
import sys
from pathlib import Path

# `server.py` keeps its files in the first, and in the second where the server's account cannot
# enter the project.
HOME = Path(".dist_perf") / "postgres"
SYSTEM_DIR = Path("/var/lib/dist_perf_dw")
PID_FILE = Path("cluster") / "data" / "postmaster.pid"
# States and columns of Linux's tables of sockets.
TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
LISTENS = "0A"
FURTHER_PORTS = 1000


class PortError(Exception):
    """The port cannot be used; the message says why and how to fix it."""


def addresses() -> list[str]:
    """Return the loopback addresses; some machines have no IPv6."""
    return [address for address in ("127.0.0.1", "::1") if is_free(address, 0)]


def is_free(address: str, port: int) -> bool:
    """Return whether no process listens on a port.

    Raises:
        PortError: this account may not use it.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind((address, port))
    except OSError as error:
        if error.errno == errno.EACCES:
            raise PortError(f"port {port} is not allowed: give `PGPORT` above 1023") from error
        return False
    return True


def require_free(port: int) -> None:
    """Refuse a port that is in use.

    Raises:
        PortError: a process listens there; the message says which, and names a free port.
    """
    if all(is_free(address, port) for address in addresses()):
        return
    last = min(port + FURTHER_PORTS, 65535)
    free = next(
        (
            other
            for other in range(port + 1, last)
            if all(is_free(address, other) for address in addresses())
        ),
        None,
    )
    other = f"another port with `export PGPORT={free}`" if free else "a free port in `PGPORT`"
    raise PortError(
        f"port {port} is taken by {listener(port)}: end that, or give this server {other} for this "
        "and every later command"
    )


def listener(port: int) -> str:
    """Describe who listens on a port, as far as we may see it."""
    sockets = _sockets(port)
    for inode, _ in sockets:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if any(str(each.readlink()) == f"socket:[{inode}]" for each in _open(process)):
                    name = (process / "comm").read_text(encoding="utf-8").strip()
                    owner = _account(process.stat().st_uid)
                    place = (process / "cwd").readlink()
                    return f"`{name}` (process {process.name} of `{owner}`, in `{place}`)"
            except OSError:
                # It is gone, or it is another account's.
                continue
    if sockets:
        owner = _account(sockets[0][1])
        return f"a process of account `{owner}`, whom you can ask what it is"
    return f"a process that this account may not see; `lsof -i :{port}` as its owner shows it"


def _sockets(port: int) -> list[tuple[str, int]]:
    """Return inode and account of the sockets that listen on a port; none but on Linux."""
    found = []
    for table in TABLES:
        try:
            lines = table.read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            _, local, _, state, _, _, _, owner, _, inode, *_ = line.split()
            if state == LISTENS and int(local.rsplit(":", 1)[1], 16) == port:
                found.append((inode, int(owner)))
    return found


def _open(process: Path) -> list[Path]:
    return list((process / "fd").iterdir())


def _account(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _wanted(project: Path) -> int:
    """Return the port of `PGPORT`, else that of `profiles.yml`."""
    profile = (project / "profiles.yml").read_text(encoding="utf-8")
    default = re.search(r"env_var\('PGPORT', '(\d+)'\)", profile)
    port = os.environ.get("PGPORT") or (default[1] if default else "")
    if not port.isdecimal() or int(port) > 65535:  # noqa: PLR2004
        raise PortError(f"`PGPORT` is `{port}`: give a number up to 65535")
    return int(port)


def _is_ours(project: Path, port: int) -> bool:
    """Return whether this checkout's own server runs on a port."""
    elsewhere = SYSTEM_DIR / hashlib.sha256(bytes(project)).hexdigest()[:16]
    for home in (project / HOME, elsewhere):
        try:
            lines = (home / PID_FILE).read_text(encoding="utf-8").splitlines()
            os.kill(int(lines[0]), 0)
        except PermissionError:
            # Its process lives, as another account; its files we could not read.
            return True
        except (OSError, ValueError, IndexError):
            continue
        if lines[3:4] == [str(port)]:
            return True
    return False


def main() -> None:
    """Exit with 1 if the server of the project in this directory could not start."""
    if os.environ.get("PGHOST"):
        return
    project = Path.cwd()
    try:
        port = _wanted(project)
        if not _is_ours(project, port):
            require_free(port)
    except PortError as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
