"""Every cap on input, with its unit and its reason. Modules look a cap up here each time that they use it."""

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
"""Decompressed bytes taken from gzip at a time."""

ZSTD_STEP_BYTES = 1024
"""Compressed bytes given to zstd at a time: one step cannot make more than about 32 MiB (4 bytes make a block)."""

MAX_DOCUMENT_BYTES = 256 * 1024**2
"""Bytes of one text, Markdown file or JSON line, decompressed: admits a document of 100 MB on one line."""

MAX_HTML_BYTES = 8 * 1024**2
"""Bytes of one HTML page, decompressed: the largest of 181 real pages has 1.5 MB; libxml2 drops a text of 10 MB."""

MAX_HTML_ELEMENTS = 20_000
"""Elements of a page whose main text is extracted (2 s at worst). A larger page gives its whole text."""

MAX_HTML_DEPTH = 250
"""Nested elements. libxml2 builds no tree below 256 and drops the page from there, so a deeper page is read flat."""

MAX_HTML_ATTRIBUTES = 1000
"""Attributes of one element. libxml2 compares all pairs of them when it builds a tree: 40,000 take 6 s."""

MAX_HEAD_BYTES = 4096
"""Bytes at the start of a page that may declare its charset (browsers search 1024)."""

MAX_NONSENSE = 0.05
"""Share of control and replacement characters in a decoded page; random bytes have 0.10 in any one-byte charset."""

MAX_EXPANSION = 2000
"""Decompressed over compressed bytes, once SUSPECT_BYTES are reached. gzip cannot pass 1032; zstd reaches 32,000."""

SUSPECT_BYTES = 1024**3
"""Decompressed bytes of one stream from which MAX_EXPANSION holds. A smaller stream may have any ratio."""

MAX_NAMED = 12
"""Keys of a row that an error message names."""

MAX_QUOTED = 60
"""Characters of a value that a message quotes."""

MAX_DATE_CHARACTERS = 80
"""Characters of a written date. The library that reads written dates takes time quadratic in them."""

MAX_BAD_DATES = 100
"""Texts of a chunk that the library of written dates refuses (some 5 ms a text). Later texts are not given to it."""

MIN_GUESS_BYTES = 4
"""Bytes of a text whose charset is guessed. A shorter one could be anything."""

SNIFF_BYTES = 1024**2
"""Bytes of a file by which its charset, its columns and its order of day and month are decided."""

HEAD_ROWS = 1000
"""Rows of a file by which its columns and its order of day and month are decided."""

MAX_SKIPS = 100
"""Skips of one reason that are listed, one a file. Further files are counted in the last of them."""

GUESS_BYTES = 32 * 1024
"""Bytes of the lines that are not ASCII, by which a charset is guessed: 3 ms."""
