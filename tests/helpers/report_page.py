"""A reader of the page of a report: its blocks of data, its policy, and what the views take from them."""

import base64
import json
import re
import zlib
from typing import Any

_BLOCK = re.compile(r'<script type="application/(json|octet-stream)" id="([^"]+)">([^<]*)</script>\n')


class ReportPage:
    """The data of a page.

    - ``head``, ``list``: the blocks of these names.
    - ``parts``: the entries of all parts, by their names.
    - ``blocks``: the data of each block as it stands in the file, by its id.
    - ``fixed``: the page without its data.
    """

    def __init__(self, data: bytes) -> None:
        text = data.decode("utf-8")
        self.blocks = {id: block for _, id, block in _BLOCK.findall(text)}
        self.fixed = _BLOCK.sub("", text)
        self.head: dict[str, Any] = json.loads(self.blocks["head"])
        self.list = inflated(self.blocks["list"])
        self.parts: dict[str, Any] = {}
        for id, block in self.blocks.items():
            if id.startswith("part-"):
                self.parts |= inflated(block)

    def stories(self) -> list[Any]:
        """The entries of the stories, in the order of the list."""
        return [self.parts[f"story/{place}"] for place in range(len(self.list["size"]))]

    def texts(self) -> list[str]:
        """All texts of the page, those of the stories first."""
        return [text[0] for entry in self.parts.values() for text in entry["texts"] if text is not None]


def inflated(block: str) -> Any:
    """The value of a packed block."""
    return json.loads(zlib.decompress(base64.b64decode(block), -zlib.MAX_WBITS))


def units(text: str, begin: int, end: int) -> str:
    """What a browser gets for a place in a text: `String.slice` by units of UTF-16."""
    return text.encode("utf-16-le", "surrogatepass")[2 * begin : 2 * end].decode("utf-16-le", "surrogatepass")
