"""Pictures of pages that the README shows, and what each says that it shows.

A picture holds the words of its page in a text of its own, a chunk `iTXt` of the PNG, so that a
test compares words with words: how fonts draw them differs from machine to machine.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page

from dist_perf import project

FOLDER = project.root() / "docs" / "serving" / "screenshots"
LARGEST = 150_000
KEYWORD = b"Page"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
SHOWN = re.compile(r"!\[(?P<alt>[^\]]+)\]\(docs/serving/screenshots/(?P<file>[^)]+)\)")
# What a reader reads; ticks of an axis depend on how wide letters are.
WORDS = """
[...document.querySelectorAll(
    '#content :is(h1, h2, .question, .note, .chips, dt, dd, th, td, .legendtext, .xtitle, .ytitle)'
)].map(each => each.textContent.trim()).filter(Boolean)
"""
# The pixels of a picture, a number of red, green, blue and opacity each.
PIXELS = """
async address => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const bytes = context.getImageData(0, 0, image.width, image.height).data;
    const reader = new FileReader();
    return new Promise(done => {
        reader.onload = () => done(reader.result.split(',')[1]);
        reader.readAsDataURL(new Blob([bytes]));
    });
}
"""
COLOURS = 256


def words(page: Page) -> list[str]:
    """Return what a page says, and a digest of each of its figures."""
    content = json.loads(page.locator("#data").text_content() or "")
    figures = [
        f"{block['title']}: {_digest(block['figure'])}"
        for block in content["blocks"]
        if "figure" in block
    ]
    return [*page.evaluate(WORDS), *figures]


def _digest(figure: Any) -> str:
    text = json.dumps(figure, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def with_words(picture: bytes, said: list[str]) -> bytes:
    """Return a PNG that holds the words of its page."""
    text = zlib.compress("\n".join(said).encode(), 9)
    # Keyword, compressed by deflate, without a language.
    content = KEYWORD + b"\0\1\0\0\0" + text
    (first, header), *rest = _chunks(picture)
    chunks = [(first, header), (b"iTXt", content), *rest]
    return SIGNATURE + b"".join(_chunk(kind, each) for kind, each in chunks)


def taken(page: Page) -> bytes:
    """Return a picture of a page, in its commonest colours: a third of the size, and as clear."""
    picture = page.screenshot()
    wide, high = size_of(picture)
    colours, places, counts = np.unique(
        pixels(page, picture), return_inverse=True, return_counts=True
    )
    channels = colours.view(np.uint8).reshape(-1, 4)[:, :3]
    common = channels[np.argsort(-counts, kind="stable")[:COLOURS]]
    apart = np.abs(channels[:, None, :].astype(int) - common[None, :, :]).sum(axis=2)
    rows = apart.argmin(axis=1).astype(np.uint8)[places.reshape(high, wide)]
    # Each row begins with how it is filtered, which is not at all.
    lines = np.concatenate([np.zeros((high, 1), np.uint8), rows], axis=1)
    header = struct.pack(">IIBBBBB", wide, high, 8, 3, 0, 0, 0)
    chunks = [
        (b"IHDR", header),
        (b"PLTE", common.tobytes()),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    ]
    return SIGNATURE + b"".join(_chunk(kind, each) for kind, each in chunks)


def pixels(page: Page, picture: bytes) -> np.ndarray[Any, np.dtype[np.uint32]]:
    """Return the pixels of a PNG by row and column, as a browser decodes it."""
    wide, high = size_of(picture)
    address = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    content = base64.b64decode(page.evaluate(PIXELS, address))
    return np.frombuffer(content, "<u4").reshape(high, wide)


def drawn_parts(page: Page, picture: bytes) -> list[float]:
    """Return the share of each quarter, from top to bottom, that is not of its commonest colour."""
    shares = []
    for part in np.array_split(pixels(page, picture), 4):
        _, counts = np.unique(part, return_counts=True)
        shares.append(1 - float(counts.max() / counts.sum()))
    return shares


def words_in(picture: bytes) -> list[str]:
    """Return the words that a PNG holds."""
    for kind, content in _chunks(picture):
        if kind == b"iTXt" and content.startswith(KEYWORD + b"\0"):
            return zlib.decompress(content[len(KEYWORD) + 5 :]).decode().split("\n")
    return []


def size_of(picture: bytes) -> tuple[int, int]:
    """Return how wide and high a PNG is."""
    (_, header), *_ = _chunks(picture)
    wide, high = struct.unpack(">II", header[:8])
    return wide, high


def in_readme() -> list[str]:
    """Return the pictures that the README shows, each with a text for who does not see it."""
    text = (project.root() / "README.md").read_text(encoding="utf-8")
    return [found["file"] for found in SHOWN.finditer(text)]


def kept() -> list[str]:
    """Return the pictures that there are."""
    return sorted(path.name for path in Path(FOLDER).glob("*"))


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    assert picture.startswith(SIGNATURE), "this is no PNG"
    at = len(SIGNATURE)
    while at < len(picture):
        (length,) = struct.unpack_from(">I", picture, at)
        yield picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        at += length + 12
