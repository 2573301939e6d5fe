"""``dedup eval``: the scores of stories against labels, as figures or as a gate."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from dedup.cli.exit_codes import ExitCode
from dedup.cli.jobs import JobArguments, read_labels, read_report, rulings_from, run, score_stories
from dedup.cli.options import (
    job_options,
    settings_from,
)
from dedup.cli.output import results, tell
from dedup.report import summary

FORMATS = ("table", "json")
"""The formats of scores: a copy of `dedup.report.scores.FORMATS`, because that room is too heavy for ``--help``.

A test holds the two equal.
"""

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _check_share(ctx: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    # Not click.FloatRange: it lets nan through, and nothing is below nan.
    if value is not None and not 0 <= value <= 1:
        raise click.BadParameter(f"{value} is out of range: give 0 to 1", ctx, parameter)
    return value


def _score_options(command: _Command) -> _Command:
    """Add ``--truth``, ``--min-f1``, ``--format`` and ``--worst``: the labels, the gate, and the form of the scores."""
    options = (
        click.option(
            "--truth",
            required=True,
            type=click.Path(exists=True, dir_okay=False),
            metavar="FILE",
            help="The labels, as JSON Lines.",
        ),
        click.option(
            "--min-f1",
            type=float,
            callback=_check_share,
            metavar="X",
            help="Exit with 1 if the pairwise F1 is below X, 0 to 1; that of labelled pairs if FILE has no cluster.",
        ),
        click.option(
            "--format", type=click.Choice(FORMATS), default="table", show_default=True, help="How to write the scores."
        ),
        click.option(
            "--worst",
            type=click.IntRange(min=0),
            default=10,
            show_default=True,
            metavar="N",
            help="Name the N stories that join the most wrong pairs, and the N true clusters that miss the most.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command("eval", short_help="Score the stories against labels.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_score_options
@job_options
@click.pass_context
def evaluate(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    truth: str,
    min_f1: float | None,
    format: str,
    worst: int,
    fields: Mapping[str, str],
    input_format: str | None,
    rulings: str | None,
    workers: int | None,
    quiet: bool,
    config: Path | None,
    **flags: Any,
) -> None:
    """Score the stories in PATH against labels: precision, recall, F1, adjusted Rand index, B-cubed.

    PATH is what `dedup cluster` takes, or one report that it wrote as Parquet, JSON Lines or JSON: then nothing is
    clustered again. A line of FILE is {"id", "cluster"}, the true cluster of a document, or {"a", "b", "label"}, a
    labelled pair: "dup" belongs together, "ignore" is left out, any other label does not, nor does a pair that is not
    listed. Of the pairs of `dedup cluster --to-label` only those that are listed count.

    \b
    Examples:
      dedup eval articles/ --truth labels.jsonl
      dedup eval articles/ --truth labels.jsonl --min-f1 0.8 --containment 0.7
      dedup eval stories.jsonl --truth labels.jsonl --format json
    """
    from dedup.report.scores import remarks, write
    from dedup.report.summary import skipped

    settings = settings_from(config, flags)
    labels = read_labels(truth)
    report = read_report(paths)
    if report is None:
        task = JobArguments(paths, fields, settings, rulings_from(rulings), workers, (), quiet, input_format)
        report = run(task)
    elif fields or input_format or config or rulings or workers or any(value is not None for value in flags.values()):
        options = "--field, --boilerplate, --workers and settings"
        raise click.UsageError(f"{paths[0]} is a report, so nothing is clustered: leave {options} out", ctx)
    scores = score_stories(report, labels, worst)
    with results(None) as stream:
        write(scores, report, truth, stream, format)
    tell(skipped(report.skipped) if quiet else (*summary(report), *remarks(scores)))
    if min_f1 is not None and scores.f1 < min_f1:
        tell([f"F1 {scores.f1:.6g} is below --min-f1 {min_f1:g}, by {min_f1 - scores.f1:.4g}"])
        ctx.exit(ExitCode.LIMIT_BROKEN)
    ctx.exit(ExitCode.INPUT_SKIPPED if report.skipped or not report.documents else ExitCode.OK)
