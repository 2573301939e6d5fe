"""Writes the file of the entries of characters for the version of Unicode of this Python (`dedup.unicode_files`).

``python tests/helpers/unicode_entries.py``, with the package on the path, for each supported Python.
"""

import zlib
from pathlib import Path

from dedup.core.text.characters import entries
from dedup.unicode_files import FILE

if __name__ == "__main__":
    path = Path(entries.__file__).with_name(FILE)
    path.write_bytes(zlib.compress(entries.pack(entries.make_entries()), 9))
    print(path)
