"""The header of a job in its folder: what a run must have in common with the run that it resumes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import xxhash

from dedup.core.plan import PLAN
from dedup.core.stages.stage import Repeat, Step
from dedup.core.thresholds import fingerprint
from dedup.engines.run_header import digest_files, digest_rulings
from dedup.engines.spark.folders import Files
from dedup.engines.spark.tasks import versions
from dedup.errors import SettingsError
from dedup.formats.places import Place
from dedup.settings import Settings
from dedup.types import Ruling

HEADER: Final = "_run.json"
"""The file of the header."""

_SCHEME: Final = 1
"""The number of the scheme of packets and folders."""


def make_header(
    settings: Settings,
    rulings: Sequence[Ruling],
    fields: Mapping[str, str],
    places: Sequence[Place] | None,
    driver_edges: int,
) -> dict[str, Any]:
    """Return the header of a job.

    Args:
        settings: the settings.
        rulings: the rulings of the user on blocks.
        fields: our names of fields -> the user's names.
        places: the inputs; None for a frame, whose rows are written before they are used.
        driver_edges: the edges of which the driver finds the components.
    """
    return {
        "scheme": _SCHEME,
        "versions": versions(),
        "settings": settings.fingerprint(),
        "rulings": digest_rulings(rulings),
        "thresholds": fingerprint(),
        "plan": _hash("\n".join(_describe(step) for step in PLAN)),
        "fields": dict(fields),
        "driver_edges": driver_edges,
        "inputs": None if places is None else digest_files(places),
    }


def check_header(path: str, files: Files, header: Mapping[str, Any]) -> bool:
    """Write the header of a job, or compare it with that of the run that is resumed.

    Args:
        path: the folder of the job.
        files: its file system.
        header: the header.

    Returns:
        Whether a run is resumed.

    Raises:
        SettingsError: the folder has another job.
    """
    place = f"{path}/{HEADER}"
    if not files.exists(place):
        if files.exists(path) and files.names(path):
            raise SettingsError(f"{path} holds other files: give a new folder, or that of a run of dedup")
        files.write(place, json.dumps(dict(header)))
        return False
    before = json.loads(files.read(place))
    for name, value in header.items():
        if before.get(name) != value:
            raise SettingsError(
                f"{path} has a run with other {name}, {before.get(name)!r} and not {value!r}: give the same, or a new "
                "folder"
            )
    return True


def _describe(step: Step) -> str:
    if isinstance(step, Repeat):
        return f"repeat {step.name}: {'; '.join(map(_describe, step.steps))}"
    return f"{step.name} {step.operator.value} {step.reads} {step.key} {[*map(_columns, step.gives.items())]}"


def _columns(table: tuple[str, Mapping[str, Any]]) -> str:
    return f"{table[0]}: {[(name, kind.dtype.__name__, kind.many) for name, kind in table[1].items()]}"


def _hash(text: str) -> str:
    return xxhash.xxh3_64_hexdigest(text.encode("utf-8", "backslashreplace"))
