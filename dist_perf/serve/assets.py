"""Scripts and styles, each compressed once and kept by browsers until it changes."""

from __future__ import annotations

import gzip
import hashlib
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


@cache
def _content(name: str) -> tuple[bytes, bytes, str]:
    """Return a file's bytes, the same compressed, and a digest of them."""
    plain = FILES[name].read_bytes()
    return plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:16]


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
