"""Typed options to arguments of the library: settings, names of fields, a format, a file for the results.

Each check of this module comes before any work.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from dedup.cli.output import replaceable
from dedup.errors import SettingsError
from dedup.regular_files import read_regular
from dedup.report import FORMATS, Listing, check_library, format_of
from dedup.settings import Choice, InputLimits, Limits, NameList, Settings, Switch

FIELDS = (
    *("id", "text", "html", "title", "source", "url", "published"),
    *("canonical_url", "syndicated_from", "publisher"),
)
"""The fields of a row: a copy of `dedup.formats.FIELDS`, because that room is too heavy for ``--help``.

A test holds the two equal.
"""

_LARGEST_CONFIG: Final = 1 << 20
"""Bytes that a file of settings may have."""

_Command = TypeVar("_Command", bound=Callable[..., Any])


def report_options(command: _Command) -> _Command:
    """Add ``--format``, ``--output``, ``--singletons``, ``--members`` and ``--limit``, the options of a report."""
    options = (
        click.option(
            "--format",
            type=click.Choice(list(FORMATS)),
            help="How to write the stories.  [default: by the suffix of --output, else table]",
        ),
        output_option,
        click.option("--singletons", is_flag=True, help="List the documents that are nobody's copy as well."),
        click.option("--members", is_flag=True, help="List the documents of each story in the table."),
        click.option(
            "--limit",
            type=click.IntRange(min=0),
            metavar="N",
            help="Stories in the table, 0 for all.  [default: 20 on a terminal, else all]",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def quiet_option(command: _Command) -> _Command:
    """Add ``--quiet``: errors are printed, and nothing else."""
    option = click.option("-q", "--quiet", is_flag=True, help="Print no progress, notes and counts; errors stay.")
    return option(command)


def id_options(command: _Command) -> _Command:
    """Add ``--keep``, ``--drop`` and ``--null``, the lists of ids."""
    options = (
        click.option(
            "--keep",
            type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
            metavar="FILE",
            callback=replaceable,
            help="Write the ids of all documents that are no copies to FILE, an id a line; - is standard "
            "output, without the report.",
        ),
        click.option(
            "--drop",
            type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
            metavar="FILE",
            callback=replaceable,
            help="Write the ids of the copies to FILE, an id a line; - is standard output, without the report.",
        ),
        click.option("--null", is_flag=True, help="End each id of --keep and --drop with a NUL byte, not a line end."),
    )
    for option in reversed(options):
        command = option(command)
    return command


SPARK_FOLDER: Final = "dedup.spark_folder"
"""The key of the context under which the folder of ``--output`` stands with ``--engine spark``."""


def output_option(command: _Command) -> _Command:
    """Add ``--output``, a file that can be written; with ``--engine spark`` a folder on any file system."""
    option = click.option(
        "--output",
        metavar="FILE",
        callback=_parse_output,
        help="Write to FILE, all at once when all is done, instead of standard output.",
    )
    return option(command)


def _parse_output(ctx: click.Context, parameter: click.Parameter, value: str | None) -> Path | None:
    if value is not None and ctx.params.get("engine") == "spark":
        ctx.meta[SPARK_FOLDER] = value
        return None
    path: Path | None = click.Path(dir_okay=False, path_type=Path).convert(value, parameter, ctx) if value else None
    return replaceable(ctx, parameter, path)


def engine_options(command: _Command) -> _Command:
    """Add ``--engine`` and ``--master``."""
    options = (
        click.option(
            "--engine",
            type=click.Choice(("local", "spark")),
            default="local",
            is_eager=True,
            help="Run on this machine, or on Spark, which writes the report to the folder of --output.  "
            "[default: local]",
        ),
        click.option(
            "--master",
            metavar="URL",
            help="The master of Spark, as spark://host:7077 or local[4].  [default: that of spark-submit]",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def format_from(format: str | None, output: Path | None) -> str:
    """Return the named format, else the format of the suffix of ``output``, else the table.

    Raises:
        SettingsError: no format has the suffix, or the format needs a file and there is none.
        LibraryMissing: the library of the format is not installed.
    """
    chosen = format or ("table" if output is None else format_of(output))
    if chosen == "parquet" and output is None:
        raise SettingsError("a report as parquet is no text: give its file, --output stories.parquet")
    check_library(chosen)
    return chosen


def listing_from(format: str, *, singletons: bool, members: bool, limit: int | None) -> Listing:
    """Return the part of a report that is written.

    Args:
        format: the format of the report.
        singletons: the option ``--singletons``.
        members: the option ``--members``.
        limit: the option ``--limit``.

    Raises:
        click.UsageError: the format does not have one of the options.
    """
    if format != "table" and (members or limit is not None):
        option = "--members" if members else "--limit"
        raise click.UsageError(f"{option} is for the table, and {format} has all documents: leave it out")
    return Listing(singletons, members, limit)


def field_option(command: _Command) -> _Command:
    """Add ``--field NAME=THEIRS``, as a mapping of our names to theirs."""
    option = click.option(
        "--field",
        "fields",
        multiple=True,
        metavar="NAME=THEIRS",
        callback=_parse_fields,
        help="Read our field NAME from a field of another name, as text=body, or text=post.body in an object. Usual "
        f"names need no option. NAME: {', '.join(FIELDS)}. Repeatable.",
    )
    return option(command)


def input_format_option(command: _Command) -> _Command:
    """Add ``--input-format``, the format of all inputs."""
    option = click.option(
        "--input-format",
        metavar="NAME",
        help="Read all inputs, and all members of archives, as NAME: jsonl, html, warc, or another suffix. "
        " [default: by suffix, else by the first bytes]",
    )
    return option(command)


def boilerplate_option(command: _Command) -> _Command:
    """Add ``--boilerplate``, a file of rulings on blocks."""
    option = click.option(
        "--boilerplate",
        "rulings",
        type=click.Path(exists=True, dir_okay=False),
        metavar="FILE",
        help="Overrule what is judged to be boilerplate: JSON Lines as `dedup boilerplate` writes them, with block, "
        "chrome (true or false), and source for one source only.",
    )
    return option(command)


def pairs_option(command: _Command) -> _Command:
    """Add ``--pairs``, a file with the word of a person on pairs of documents."""
    option = click.option(
        "--pairs",
        type=click.Path(exists=True, dir_okay=False),
        metavar="FILE",
        help="Overrule the decision on pairs: JSON Lines with a, b (ids), and same (true or false).",
    )
    return option(command)


def workers_option(command: _Command) -> _Command:
    """Add ``--workers``, the number of processes."""
    option = click.option(
        "--workers",
        type=click.IntRange(min=1),
        metavar="N",
        help="Processes that do the work; the results are the same.  [default: one a processor; one for a small job]",
    )
    return option(command)


class _Size(click.ParamType[int]):
    """A number of bytes with a unit, as ``4G``."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number of bytes."""
        parsed = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT])?i?B?", str(value).strip(), re.IGNORECASE)
        if parsed is None:
            self.fail(f"{value!r} is no size: give a number with a unit, as 500M or 4G", param, ctx)
        return int(float(parsed[1]) * 1000 ** " KMGT".index((parsed[2] or " ").upper()))


def run_options(command: _Command) -> _Command:
    """Add ``--memory`` and ``--run``, the options of a long run."""
    options = (
        click.option(
            "--memory",
            type=_Size(),
            metavar="SIZE",
            help="Memory that all processes may use, as 4G. Fewer workers run if that is enough; else nothing is run."
            "  [default: that of the machine]",
        ),
        click.option(
            "--run",
            "run_folder",
            type=click.Path(file_okay=False, path_type=Path),
            metavar="FOLDER",
            help="Keep the complete stages in FOLDER. The same command goes on from there after an interruption. "
            "FOLDER is removed when the results are written.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _parse_fields(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for value in values:
        name, _, theirs = value.partition("=")
        if name not in FIELDS or not theirs:
            raise click.BadParameter(
                f"{value!r} is not NAME=THEIRS with NAME one of {', '.join(FIELDS)}", ctx, parameter
            )
        if fields.setdefault(name, theirs) != theirs:
            raise click.BadParameter(f"{name!r} is given two names, {fields[name]!r} and {theirs!r}", ctx, parameter)
    return fields


def settings_options(command: _Command) -> _Command:
    """Add a flag for every setting, and ``--config``. Type, range, help and default come from `Settings`."""
    command = limits_options(command)
    for item in reversed(dataclasses.fields(Settings)):
        default = f"  [default: {item.default}]" if item.repr else ""  # the default of a secret is of no use
        if item.name != "limits":
            command = _make_flag(item.name, default, item.metadata["limits"])(command)
    config = click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE.toml",
        help="Settings from a TOML file, a key for each flag below: shingle_size = 5. A flag has the last word. Of a "
        "pyproject.toml, the table [tool.dedup]. The table [limits] has the flags --max-*, as page_seconds = 60.",
    )
    return config(command)


def limits_options(command: _Command) -> _Command:
    """Add a flag for every limit on input, ``--max-page-bytes``, from `InputLimits`."""
    for item in reversed(dataclasses.fields(InputLimits)):
        default = f"  [default: {item.default:,}]"
        command = _make_flag(f"max_{item.name}", default, item.metadata["limits"])(command)
    return command


def take_limits(flags: dict[str, Any]) -> dict[str, Any]:
    """Take the limits that are given out of the values of flags, and return them by their names."""
    names = [item.name for item in dataclasses.fields(InputLimits)]
    return {name: value for name in names if (value := flags.pop(f"max_{name}", None)) is not None}


def _make_flag(name: str, default: str, limits: Limits | Choice | NameList | Switch) -> Callable[[_Command], _Command]:
    text = f"{limits.help[0].upper()}{limits.help[1:]}"
    kind: dict[str, Any]
    match limits:
        case Limits():
            kind = {"type": _Size() if name.endswith("_bytes") else limits.kind, "help": f"{text}: {limits}.{default}"}
        case Choice():
            kind = {"type": click.Choice(limits.words), "help": f"{text}.{default}"}
        case Switch():
            kind = {"is_flag": True, "default": None, "help": f"{text}."}
        case NameList():
            kind = {"multiple": True, "metavar": limits.item.upper(), "help": f"{text}. Repeatable."}
            kind["callback"] = lambda _ctx, _parameter, values: values or None  # None without a value, as other flags
    return click.option(f"--{name.replace('_', '-')}", name, **kind)


def settings_from(config: Path | None, flags: Mapping[str, Any]) -> Settings:
    """Return the settings: a flag goes before the file ``config``, and the file before the default.

    A flag that is None was not given. Raises `SettingsError` if the file cannot be read or a value is out of range.
    """
    settings = Settings()
    if config is not None:
        table = ("tool", "dedup") if config.name == "pyproject.toml" else ()
        settings = Settings.from_toml(_read_config(config), str(config), table)
    chosen = {name: value for name, value in flags.items() if value is not None}
    limits = dataclasses.replace(settings.limits, **take_limits(chosen))
    return dataclasses.replace(settings, **chosen, limits=limits)


def _read_config(config: Path) -> str:
    try:
        return read_regular(config, _LARGEST_CONFIG).decode("utf-8")
    except OSError as error:
        raise SettingsError(f"{config}: cannot read the settings: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{config}: the settings are not UTF-8 text; save the file as UTF-8") from error


def job_options(command: _Command) -> _Command:
    """Add the options of a job: of fields, formats, boilerplate and workers, ``--quiet``, and the settings."""
    for add in (settings_options, quiet_option, workers_option, boilerplate_option, input_format_option, field_option):
        command = add(command)
    return command
