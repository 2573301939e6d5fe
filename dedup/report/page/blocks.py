"""The bytes of the page: the fixed parts of it, with their hashes, and blocks of data, in which nothing is markup."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from functools import cache
from importlib.resources import files
from typing import Any, BinaryIO, Final, NamedTuple

from dedup.json_rows import encode

TEXTS_LIMIT: Final = 20_000_000
"""Characters of texts in a page."""

_PART: Final = 1 << 18
"""Bytes of a part before it is packed. A part of one large story has more."""

_STYLES: Final = ("colours", "base", "views", "texts", "media")
_SCRIPTS: Final = (
    "nodes",
    "data",
    "words",
    "overview",
    "stories",
    "story",
    "rows",
    "comparison",
    "apart",
    "run",
    "frame",
)

_SPACES: Final = re.compile(r"\s*([{};])\s*|(?<=[a-z-]:) ")
"""White space of a style that means nothing."""

_BREAKS: Final = re.compile(r"(?<=[{(\[,;])\n")
"""Ends of lines of the script that mean nothing. No text and no regular expression of the script has more lines."""


class Frame(NamedTuple):
    """The page before its data and behind it."""

    before: bytes
    behind: bytes


@cache
def frame() -> Frame:
    """Return the fixed parts of the page. The policy names the hashes of its style and its script."""
    style = _SPACES.sub(lambda match: match[1] or "", _joined("style", _STYLES, ".css"))
    script = _BREAKS.sub("", _joined("script", _SCRIPTS, ".js"))
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    page = _read("page.html").replace("@POLICY@", policy).replace("@STYLE@", style)
    before, _, behind = page.partition("@DATA@")
    return Frame(before.encode(), behind.replace("@SCRIPT@", script).encode())


def _joined(folder: str, names: tuple[str, ...], suffix: str) -> str:
    """Return files of a folder as one, without indentation and without lines that are comments."""
    lines = (line.strip() for name in names for line in _read(f"{folder}/{name}{suffix}").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))


def _read(name: str) -> str:
    return files("dedup.report.page").joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def plain_block(id: str, value: Any) -> bytes:
    """Return data as a block of JSON without a ``<``."""
    data = encode(value).replace(b"<", b"\\u003c")
    return b'<script type="application/json" id="%s">%s</script>\n' % (id.encode(), data)


def packed_block(id: str, value: Any) -> bytes:
    """Return data as a block that is packed."""
    return b"".join(_packed(id, encode(value)))


def _packed(id: str, data: bytes) -> tuple[bytes, bytes, bytes]:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = base64.b64encode(packer.compress(data) + packer.flush())
    return b'<script type="application/octet-stream" id="%s">' % id.encode(), packed, b"</script>\n"


class PageParts:
    """The parts of the page. A part is written when it is full, and forgotten."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._entries: list[bytes] = []
        self._size = 0
        self.number = 0
        """The number of the part that is not yet written."""

    def add(self, name: str, entry: Any) -> int:
        """Add an entry, and return the number of its part."""
        data = encode(entry)
        self._entries.append(b'"%s":%s' % (name.encode(), data))
        self._size += len(data)
        number = self.number
        if self._size >= _PART:
            self.flush()
        return number

    def flush(self) -> None:
        """Write the part that is not yet written."""
        if self._entries:
            self._stream.writelines(_packed(f"part-{self.number}", b"{%s}" % b",".join(self._entries)))
            self._entries.clear()
            self._size, self.number = 0, self.number + 1
