"""The header of a job in its folder: what a run must have in common with the run that it resumes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import xxhash

from dedup.core.plan import steps_of
from dedup.core.stages.stage import Repeat, Step
from dedup.engines.run_header import header_of
from dedup.engines.spark.folders import SUCCESS, Files, JobFolder
from dedup.engines.spark.inputs import NAME as FIRST_STAGE
from dedup.engines.spark.tasks import versions
from dedup.errors import SettingsError
from dedup.settings import Settings
from dedup.types import Ruling, Skip

HEADER: Final = "_run.json"
"""The file of the header."""

_SCHEME: Final = "2"
"""The number of the scheme of packets and folders."""


def make_header(
    inputs: str,
    skips: Sequence[Skip],
    fields: Mapping[str, str],
    settings: Settings,
    rulings: Sequence[Ruling],
    driver_edges: int,
) -> dict[str, str]:
    """Return the header of a job.

    Args:
        inputs: the inputs in words, with a digest that changes with them.
        skips: inputs that cannot be found. A stage has them too.
        fields: our names of fields -> the user's names.
        settings: the settings.
        rulings: the rulings of the user on blocks.
        driver_edges: the edges of which the driver finds the components.
    """
    plan = _hash("\n".join(map(_describe, steps_of(settings))))
    return {
        "scheme of folders": _SCHEME,
        "versions": versions(),
        **header_of(inputs, fields, settings, rulings),
        "inputs not found": f"{len(skips):,} ({_hash(repr([skip.path for skip in skips]))})",
        "plan": plan,
        "driver_edges": str(driver_edges),
    }


def check_header(path: str, files: Files, header: Mapping[str, str]) -> None:
    """Write the header of a job, or compare it with that of the run that is resumed.

    A run that has no complete stage is not resumed: the header replaces its header.

    Args:
        path: the folder of the job.
        files: its file system.
        header: the header.

    Raises:
        SettingsError: the folder has another job or other files, or it is a file.
    """
    place = f"{path}/{HEADER}"
    if not files.exists(place):
        if files.is_file(path):
            raise SettingsError(f"{path} is a file: give a folder")
        if files.exists(path) and files.names(path):
            raise SettingsError(f"{path} holds other files: give a new folder, or that of a run of dedup")
    elif files.exists(f"{path}/{SUCCESS}") or JobFolder(path, files).next_stage(FIRST_STAGE).counts() is not None:
        _compare(path, json.loads(files.read(place)), header)
        return
    files.write(place, json.dumps(dict(header)))


def _compare(path: str, before: Mapping[str, str], header: Mapping[str, str]) -> None:
    """Raise `SettingsError` that names all that differs between the header of the folder and that of this run."""
    names = [name for name in sorted({*before, *header}) if before.get(name) != header.get(name)]
    if names:
        its, mine = (", ".join(f"{name} {of.get(name, 'none')}" for name in names) for of in (before, header))
        raise SettingsError(
            f"the run {path} has {its}, and this one has {mine}: give what it had, name another folder, or remove this "
            "one"
        )


def _describe(step: Step) -> str:
    if isinstance(step, Repeat):
        return f"repeat {step.name}: {'; '.join(map(_describe, step.steps))}"
    return f"{step.name} {step.operator.value} {step.reads} {step.key} {[*map(_columns, step.gives.items())]}"


def _columns(table: tuple[str, Mapping[str, Any]]) -> str:
    return f"{table[0]}: {[(name, kind.dtype.__name__, kind.many) for name, kind in table[1].items()]}"


def _hash(text: str) -> str:
    return xxhash.xxh3_64_hexdigest(text.encode("utf-8", "backslashreplace"))
