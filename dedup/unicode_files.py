"""The files of the package with the entries of characters, one for each version of Unicode (`core.text.characters`).

`tests/helpers/unicode_entries.py` writes the file of the Python that runs it.
"""

import pkgutil
import unicodedata
import zlib
from typing import Final

FILE: Final = f"unicode-{unicodedata.unidata_version}.zlib"
"""The name of the file for the version of Unicode of this Python, beside `core.text.characters`."""


def read_entries() -> bytes | None:
    """Return the entries for the version of Unicode of this Python, or None if the package has no file of it."""
    try:
        data = pkgutil.get_data("dedup.core.text.characters", FILE)
    except FileNotFoundError:
        return None
    return None if data is None else zlib.decompress(data)
