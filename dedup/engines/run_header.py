"""The header of a run: files, settings, thresholds, rulings, and the version of the package, by which results stand."""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import xxhash

from dedup.core.thresholds import fingerprint
from dedup.errors import InputError
from dedup.formats import Inputs
from dedup.formats.places import STDIN, Place
from dedup.settings import HASHES, Settings
from dedup.types import Ruling
from dedup.version import version

_NANOSECONDS: Final = 10**9
"""Nanoseconds of a second."""


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
    if any(place.file == STDIN.file for place in documents.places()):
        raise InputError("standard input cannot be read again: save it to a file, or leave the run out")
    return header_of(describe_files(documents.places()), documents.options.fields, settings, rulings)


def header_of(inputs: str, fields: Mapping[str, str], settings: Settings, rulings: Sequence[Ruling]) -> dict[str, str]:
    """Return what the results of a run of any engine depend on, by name.

    Args:
        inputs: the inputs in words, with a digest that changes with them.
        fields: our names of fields -> the user's names.
        settings: the settings.
        rulings: the rulings on blocks.
    """
    header = {"dedup version": version(), "thresholds": fingerprint(), "hashes": HASHES, "inputs": inputs}
    header |= {"fields": repr(sorted(fields.items())), "overrides": _describe_rulings(rulings)}
    header |= {name: repr(value) for name, value in settings.to_message().items()}
    return header | {"seed": _digest([str(settings.seed)])}  # a secret seed is shown nowhere


def describe_files(places: Sequence[Place]) -> str:
    """Return the number of files, their bytes, their last change, and a digest of their names, sizes and times."""
    times = [_changed(place.file) for place in places]
    rows = (
        (place.file, place.id, place.suffix, place.packing, str(place.size), str(time))
        for place, time in zip(places, times, strict=True)
    )
    digest, size, last = _digest(map("\0".join, rows)), sum(place.size for place in places), max(times, default=0)
    changed = f", changed at {datetime.fromtimestamp(last // _NANOSECONDS, UTC).isoformat()}" if last else ""
    return f"{len(places):,} files of {size:,} bytes{changed} ({digest})"


def _describe_rulings(rulings: Sequence[Ruling]) -> str:
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
