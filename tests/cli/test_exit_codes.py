"""The exit codes: their numbers, and their use by the library for command lines."""

import click

from dedup.cli.exit_codes import ExitCode
from dedup.cli.output import CannotWriteError


def test_numbers() -> None:
    """The numbers are public and stay."""
    assert [0, 1, 2, 3, 4, 5, 130] == list(ExitCode)


def test_meanings() -> None:
    """Each code has a meaning of its own."""
    assert len(ExitCode) == len({code.meaning for code in ExitCode if code.meaning})


def test_wrong_use() -> None:
    """Usage errors of click, and results that cannot be written, have the code of wrong use."""
    assert [ExitCode.WRONG_USE] * 2 == [click.UsageError.exit_code, CannotWriteError.exit_code]
