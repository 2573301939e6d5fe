"""Records to lines of JSON, for reports, the command line and the service."""

import json
import re
from typing import Any, Final

import msgspec

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def encode(row: Any) -> bytes:
    """Return ``row`` as one line of JSON, without a line end.

    A lone surrogate, as in a file name that is not UTF-8, becomes the six characters ``\\udc80``. JSON can spell it as
    an escape, but strict parsers refuse such a row.
    """
    try:
        return msgspec.json.encode(row)
    except UnicodeEncodeError:
        text = json.dumps(msgspec.to_builtins(row), ensure_ascii=False, separators=(",", ":"))
        return _LONE_SURROGATE.sub(lambda match: f"\\\\u{ord(match[0]):04x}", text).encode()
