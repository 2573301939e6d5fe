"""A name of a file or an address -> the reason why it is not read, and what to do instead. No file is opened."""

import re
import stat
from collections.abc import Callable, Collection, Mapping
from typing import Final

from dedup.formats.places import readable
from dedup.regular_files import kind_of
from dedup.types import Note

NO_PAGE: Final = "is no article: an image, style or script, a part of a saved page, robots.txt, a sitemap or its like"
"""The reason why the files of `is_no_page` are passed over."""

_NO_PAGES: Final = (
    *("robots.txt", "humans.txt", "ads.txt", "app-ads.txt", "security.txt", "llms.txt", "llms-full.txt"),
    *("thumbs.db", "desktop.ini", "__macosx"),
)
_PARTS: Final = (
    ".css .js .mjs .map .png .jpg .jpeg .gif .svg .svgz .webp .avif .ico .bmp .tif .tiff .woff .woff2 .ttf .otf .eot "
    ".mp3 .mp4 .m4a .m4v .webm .ogg .ogv .wav .mov .avi .swf .wasm"
)
_PART_SUFFIXES: Final = frozenset(_PARTS.split())
_SITEMAP: Final = re.compile(r"sitemap.*\.xml(?:\.\w+)?", re.DOTALL)

_COMPANION: Final = re.compile(
    r"(.+)(?:[_.]files|-dateien|_fichiers|_bestanden|_file|_archivos|-filer|_tiedostot|_pliki|_soubory|_subory|_elemei|"
    r"_ficheiros|_arquivos|_dosyalar|_datoteke|_fitxers|_failid|_fails|_bylos|_fajlovi|_fitxategiak)",
    re.IGNORECASE,
)
"""The folder of images and frames that a browser saves beside a page, in the languages of browsers and of Windows."""

_PAGE_SUFFIXES: Final = (".html", ".htm", ".xhtml")

_NEXT_STEPS: Final = (
    (".xlsx .xls .xlsm .xlsb .ods .numbers", "is a spreadsheet; save it as CSV"),
    (".pdf .ps .djvu", "is a printed page; take its text out first, e.g. pdftotext FILE.pdf"),
    (".docx .doc .odt .rtf .pages .wpd", "is a file of a word processor; save it as text or HTML"),
    (".pptx .ppt .odp .key", "holds slides; save them as text or HTML"),
    (".epub .mobi .azw3", "is an e-book; convert it to HTML first, e.g. pandoc FILE.epub -o FILE.html"),
    (".sqlite .sqlite3 .db .duckdb .mdb", "is a database; export its table as CSV, Parquet or JSON Lines"),
    (".pkl .pickle .joblib .npy .npz .h5 .hdf5 .rds .rdata", "holds objects of a program; save them as Parquet"),
    (".avro .orc", "is a table of a kind that is not read; save it as Parquet"),
    (".rar .7z .cab .lz4 .br .lzo .z", "is packed in a way that is not read; unpack it, or make it a zip or tar"),
    (".msg .pst .ost", "is mail of Outlook; save it as .eml or .mbox"),
    (".arc", "is an old crawl file; convert it, e.g. warcio recompress FILE.arc.gz FILE.warc.gz"),
    (".webarchive", "is a page saved by Safari; save it as page source (HTML)"),
)
_UNREADABLE: Final[Mapping[str, str]] = {
    suffix: reason for suffixes, reason in _NEXT_STEPS for suffix in suffixes.split()
}

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_DOWNLOADS: Final[Mapping[str, str]] = {
    "s3": "aws s3 cp {} .",
    "gs": "gcloud storage cp {} .",
    "hf": "huggingface-cli download",
}


class PassedOver:
    """Files and folders that are passed over, counted by reason."""

    def __init__(self) -> None:
        self._paths: dict[str, tuple[str, int]] = {}  # the first path and the number, by reason

    def add(self, path: str, reason: str) -> None:
        """Count a file or folder."""
        first, count = self._paths.get(reason, (path, 0))
        self._paths[reason] = first, count + 1

    def tell(self, on_note: Callable[[Note], object]) -> None:
        """Send one note for each reason, about the first path."""
        for reason, (first, count) in self._paths.items():
            subject = "1 file was passed over" if count == 1 else f"{count:,} files were passed over, this one first"
            on_note(Note(readable(first), f"{subject}: it {reason}"))


def is_no_page(name: str) -> bool:
    """Whether a file or folder of this name in a folder is no page, as ``robots.txt`` or an image."""
    name = name.lower()
    if name[name.rfind(".") :] in _PART_SUFFIXES or name in _NO_PAGES:
        return True
    return name.startswith("sitemap") and _SITEMAP.fullmatch(name) is not None


def is_companion(folder: str, beside: Collection[str]) -> bool:
    """Whether a browser saved the folder for a page.

    Args:
        folder: the name of the folder.
        beside: the names in the folder that holds it.
    """
    match = _COMPANION.fullmatch(folder)
    return match is not None and any(match[1] + suffix in beside for suffix in _PAGE_SUFFIXES)


def may_be_companion(folder: str) -> bool:
    """Whether a folder has the name of one that a browser saves beside a page."""
    return _COMPANION.fullmatch(folder) is not None


def unreadable_reason(path: str) -> str | None:
    """The reason why a file of a well-known kind cannot be read, with the next step; None for another suffix."""
    return _UNREADABLE.get(path[path.rfind(".") :].lower())


def special_reason(mode: int) -> str:
    """The reason why a folder, pipe, socket or device of this mode is not read, with the next step."""
    if stat.S_ISDIR(mode):
        return "is a folder, not a file; name a file"
    return f"is {kind_of(mode)}, not a file; hand its bytes over on standard input, as -"


def address_reason(path: str) -> str | None:
    """The reason why an address is not read, with the next step; None for a path."""
    match = _SCHEME.match(path)
    if match is None:
        return None
    if match[1].lower() == "file":
        return "is an address; give the path of the file"
    command = _DOWNLOADS.get(match[1].lower(), "curl -LO {}").format(path)
    return f"is an address, and nothing is fetched; download it first, e.g. {command}"
