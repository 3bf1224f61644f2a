"""Scripts and styles, each compressed once and kept by browsers until it changes."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import plotly
import swagger_ui_bundle
from starlette.requests import Request
from starlette.responses import Response

from dist_perf.serve.problems import Problem

STATIC = Path(__file__).parent / "static"
TYPES = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
_SWAGGER = Path(str(swagger_ui_bundle.swagger_ui_path))
FILES = {
    "swagger-ui.js": _SWAGGER / "swagger-ui-bundle.js",
    "swagger-ui.css": _SWAGGER / "swagger-ui.css",
    "plotly.js": Path(plotly.__file__).parent / "package_data" / "plotly.min.js",
    **{file.name: file for file in sorted(STATIC.iterdir()) if file.suffix[1:] in TYPES},
}
# What figures here are made of; lines and points are always there.
TRACES = ("bar", "heatmap", "waterfall")
# Where Plotly takes up its kinds of traces, each a function that makes it.
_REGISTER = ".register(["
_REGISTERED = re.compile(r"((?:[\w$]+\(\),?)+)\]\)")


def with_traces(script: str, kinds: Iterable[str] = TRACES) -> str:
    """Return the script of Plotly without the kinds of traces that are not named.

    A browser takes longer to make all fifty than to draw a page. They stay in the file, where they
    cost nothing as long as nobody calls them. A script that is built otherwise is returned whole.
    """
    start = script.rfind(_REGISTER) + len(_REGISTER)
    found = _REGISTERED.match(script, start)
    makers: dict[str, str] = {}
    for name in re.findall(r"[\w$]+", found[1]) if found else []:
        makers[_kind(script, name)] = name
        if found and makers.keys() >= {*kinds}:
            chosen = ",".join(f"{makers[kind]}()" for kind in kinds)
            return script[:start] + chosen + script[found.end(1) :]
    return script


def _kind(script: str, name: str) -> str:
    """Return the kind of trace that a function of the script makes, "" if it is another's."""
    start = script.find(f"{name}=W(")
    text = script[start : script.find("});var ", start)]
    found = re.search(r'moduleType:"trace",name:"(\w+)"', text)
    if found:
        return found[1]
    passed_on = re.search(r"\.exports=([\w$]+)\(\)\Z", text)
    return _kind(script, passed_on[1]) if passed_on else ""


@cache
def _content(name: str) -> tuple[bytes, bytes, str]:
    """Return a file's bytes, the same compressed, and a digest of them."""
    plain = FILES[name].read_bytes()
    if name == "plotly.js":
        plain = with_traces(plain.decode()).encode()
    return plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:16]


def text_of(name: str) -> str:
    """Return a script or style as it is sent."""
    return _content(name)[0].decode()


@cache
def address_of(name: str) -> str:
    """Return the address of a script or style, which changes when its content does."""
    return f"/static/{_content(name)[2]}/{name}"


async def send(request: Request) -> Response:
    """Return a script or style."""
    name = request.path_params["name"]
    if name not in FILES or request.path_params["digest"] != _content(name)[2]:
        raise Problem("not-found", "There is no such file.")
    plain, compressed, _ = _content(name)
    is_compressed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Vary": "Accept-Encoding",
        **({"Content-Encoding": "gzip"} if is_compressed else {}),
    }
    return Response(
        compressed if is_compressed else plain,
        media_type=TYPES[name.rsplit(".", 1)[1]],
        headers=headers,
    )
