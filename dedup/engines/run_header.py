"""The header of a run: files, settings, thresholds, rulings, and the version of the package, by which results stand."""

import os
from collections.abc import Iterable, Mapping, Sequence

import xxhash

from dedup.core.thresholds import fingerprint
from dedup.errors import InputError
from dedup.formats import Inputs
from dedup.formats.places import STDIN, Place
from dedup.settings import Settings
from dedup.types import Ruling
from dedup.version import version


def run_header(documents: object, settings: Settings, rulings: Sequence[Ruling]) -> Mapping[str, str]:
    """Return what the results depend on, by name.

    Args:
        documents: the inputs of the run.
        settings: the settings.
        rulings: the rulings on blocks.

    Raises:
        InputError: the inputs are not files: another process cannot read them again.
    """
    if not isinstance(documents, Inputs) or not documents.places():
        raise InputError("a run that can go on reads files: give dedup.read(PATH), or leave the run out")
    header = {"dedup version": version(), "thresholds": fingerprint(), "inputs": _describe_files(documents)}
    header |= {"fields": repr(sorted(documents.options.fields.items())), "overrides": digest_rulings(rulings)}
    header |= {name: repr(value) for name, value in settings.to_mapping().items()}
    return header | {"seed": _digest([str(settings.seed)])}  # a secret seed is shown nowhere


def _describe_files(documents: Inputs) -> str:
    """Return the number of the files, their bytes, and a digest of their names, sizes and times."""
    places = documents.places()
    if any(place.file == STDIN.file for place in places):
        raise InputError("standard input cannot be read again: save it to a file, or leave the run out")
    return f"{len(places):,} files of {sum(place.size for place in places):,} bytes ({digest_files(places)})"


def digest_files(places: Sequence[Place]) -> str:
    """Return a digest of the names, the formats, the sizes and the times of files."""
    rows = (
        (place.file, place.id, place.suffix, place.packing, str(place.size), str(_changed(place.file)))
        for place in places
    )
    return _digest(map("\0".join, rows))


def digest_rulings(rulings: Sequence[Ruling]) -> str:
    """Return the number of rulings and a digest of them."""
    return f"{len(rulings):,} ({_digest(map(repr, rulings))})"


def _changed(file: str) -> int:
    """Return the time of the last change in nanoseconds, 0 for a file that is gone: the job reports that."""
    try:
        return os.stat(file).st_mtime_ns  # noqa: PTH116  a Path for each of a million files takes twice as long
    except OSError:
        return 0


def _digest(rows: Iterable[str]) -> str:
    state = xxhash.xxh3_64()
    for row in rows:
        state.update(row.encode("utf-8", "surrogatepass"))
        state.update(b"\n")
    return state.hexdigest()
