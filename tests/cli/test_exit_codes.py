"""The exit codes: their numbers, and their use by the library for command lines."""

import click
import pytest

from dedup.cli import main
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


def test_a_program_gets_the_error() -> None:
    """A program that calls a command without ``standalone_mode`` gets its error, and goes on after a good end."""
    assert main(["--version"], standalone_mode=False) in (None, 0)
    with pytest.raises(click.UsageError):
        main(["nothing"], standalone_mode=False)
