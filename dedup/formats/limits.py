"""The caps on input that nobody chooses, with their units and reasons. `settings.InputLimits` has all others.

Modules look a cap up here each time that they use it.
"""


def raise_hint(name: str) -> str:
    """Return the end of a message on input beyond a limit of `InputLimits`: the flag that raises it."""
    return f"or raise --max-{name.replace('_', '-')}"


CHUNK_BYTES = 2 * 1024**2
"""Bytes of JSON Lines that one process reads at a time: enough to make the cost of sending them negligible."""

CHUNK_FILE_BYTES = 1024**2
"""Bytes of files, as stored, that one process reads at a time: a third of a second's work for pages of HTML."""

CHUNK_FILES = 256
"""Files that one process reads at a time."""

BATCH_BYTES = 4 * 1024**2
"""Bytes of texts that a reader gives at a time, about: a chunk of JSON Lines is one batch."""

ROW_BYTES = 128
"""Bytes that a document counts for in a batch beside its text, so that a batch of empty documents ends too."""

READ_BYTES = 64 * 1024
"""Bytes read from a file at a time."""

UNPACK_BYTES = 256 * 1024
"""Decompressed bytes taken from gzip, bzip2 and xz at a time."""

ZSTD_STEP_BYTES = 1024
"""Compressed bytes given to zstd at a time: one step cannot make more than about 32 MiB (4 bytes make a block)."""

XZ_MEMORY_BYTES = 256 * 1024**2
"""Bytes that xz may take to decompress: four times what ``xz -9`` needs. A header can ask for 4 GiB."""

MAX_REREAD_BYTES = 16 * 1024**2
"""Bytes of one file that are read again after torn quotes or brackets: two seconds' work at most."""

DIALECT_BYTES = 64 * 1024
"""Bytes at the start of CSV that tell how the file writes its rows."""

MAX_HTML_DEPTH = 250
"""Nested elements. libxml2 builds no tree below 256 and drops the page from there, so a deeper page is read flat."""

MAX_HTML_ATTRIBUTES = 1000
"""Attributes of one element. libxml2 compares all pairs of them when it builds a tree: 40,000 take 6 s."""

MAX_PAGE_MEMORY = 4 * 1024**3
"""Bytes of addresses that the process of pages may have: pages of 8 MiB take less than a tenth."""

MAX_JSON_LD = 1000
"""Objects of a JSON-LD script that are searched for an article, and names of its authors."""

MAX_BROKEN_JSON_LD = 16 * 1024
"""Characters of JSON-LD that is not JSON. trafilatura takes time quadratic in them: 90,000 take 11 s."""

MAX_URL = 2048
"""Characters of an address that a page declares; browsers and crawlers accept no longer ones."""

MAX_LABEL = 300
"""Characters of a name or a language that a page declares."""

MAX_HEAD_BYTES = 4096
"""Bytes at the start of a page that may declare its charset (browsers search 1024)."""

MAX_NONSENSE = 0.05
"""Share of control and replacement characters in a decoded page; random bytes have 0.10 in any one-byte charset."""

FORMAT_BYTES = 4096
"""Decompressed bytes at the start of a file that may tell its format: a tar tells it at byte 257."""

MAX_HEADER_BYTES = 64 * 1024
"""Bytes of the header of a record in which its length must stand."""

MAX_HEADER_CHARACTERS = 10_000
"""Characters of one header of a mail. Decoding takes time in their square at worst."""

MAX_PARSED_HEADER_CHARACTERS = 2000
"""Characters of a header of a part of a mail, as of its type. The library parses some in time quadratic in them."""

MAX_WAITING_BYTES = 64 * 1024**2
"""Bytes of members of an archive that wait for a page: a browser may have saved them as parts of it."""

TAR_ZERO_BLOCKS = 2048
"""Blocks of 512 zeros in a row that end a tar: 1 MiB. A tar ends with 2 to 128, and another tar can follow."""

MAX_NAME_BYTES = 1024**2
"""Bytes of a long name or of other words about a member of a tar, which are read at once."""

MAX_SPOOL_BYTES = 16 * 1024**3
"""Bytes of a zip on standard input: a temporary file holds it, for the list of members stands at its end."""

SPOOL_MEMORY_BYTES = 16 * 1024**2
"""Bytes of a zip on standard input that stay in memory and need no temporary file."""

MAX_NAMED = 12
"""Keys of a row that an error message names."""

MAX_QUOTED = 60
"""Characters of a value that a message quotes."""

ID_BOUND = 10**1000
"""Ids, titles and other labels that are numbers are below this. Python writes no number of more than 4,300 digits."""

MAX_DATE_CHARACTERS = 80
"""Characters of a written date. The library that reads written dates takes time quadratic in them."""

MAX_BAD_DATES = 100
"""Texts of a chunk that the library of written dates refuses (some 5 ms a text). Later texts are not given to it."""

MIN_GUESS_BYTES = 4
"""Bytes of a text whose charset is guessed. A shorter text can be in any charset."""

SNIFF_BYTES = 1024**2
"""Bytes of a file by which its charset, its columns and its order of day and month are decided."""

HEAD_ROWS = 1000
"""Rows of a file by which its columns and its order of day and month are decided."""

GUESS_BYTES = 32 * 1024
"""Bytes of the lines that are not ASCII, by which a charset is guessed: 3 ms."""
