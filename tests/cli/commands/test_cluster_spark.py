"""``dedup cluster --engine spark``: what is wrong with a command is said before Spark starts."""

import socket

import pytest
from click.testing import CliRunner

from dedup.cli import main
from dedup.engines.spark import session


@pytest.fixture
def run(tmp_path, monkeypatch):
    """``dedup cluster`` on one page. Gives the exit code and the error."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.txt").write_text("A page of one sentence.")

    def run(*arguments):
        result = CliRunner().invoke(main, ["cluster", "page.txt", *arguments], catch_exceptions=False)
        return result.exit_code, result.stderr

    return run


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--engine", "spark"), "--engine spark writes a folder: give --output FOLDER"),
        (("--engine", "spark", "--output", "o", "--keep", "k"), "--keep does not go with --engine spark: leave it out"),
        (("--engine", "spark", "--output", "o", "--stats"), "--stats does not go with --engine spark"),
        (("--engine", "spark", "--output", "o", "--format", "parquet"), "--format does not go with --engine spark"),
        (("--master", "local[2]"), "--master is for Spark: add --engine spark"),
    ],
)
def test_options_of_one_engine_are_refused_with_the_other(run, arguments, problem):
    """The error names the option and the cure."""
    code, error = run(*arguments)
    assert 2 == code
    assert problem in error


def test_without_pyspark_the_error_says_how_to_install_it(run, monkeypatch):
    """The error has the command that installs the library."""
    monkeypatch.setattr(session, "find_spec", lambda _name: None)
    code, error = run("--engine", "spark", "--output", "stories")
    assert 2 == code
    assert "pip install 'news-dedup[spark]'" in error


def test_without_java_the_error_says_what_is_missing(run, monkeypatch):
    """The error names the version of Java that Spark needs."""
    monkeypatch.setattr(session, "find_spec", lambda name: name)
    monkeypatch.setattr(session.shutil, "which", lambda _name: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    code, error = run("--engine", "spark", "--output", "stories")
    assert 2 == code
    assert "Spark needs Java 17 or newer" in error


def test_an_output_of_the_local_engine_is_a_file(run, tmp_path):
    """A folder is refused, as before there was another engine."""
    code, error = run("--output", str(tmp_path))
    assert 2 == code
    assert "is a directory" in error


@pytest.mark.spark
def test_a_master_that_does_not_answer_is_named(run, monkeypatch):
    """The error comes before Spark tries for a minute, and says what to do."""
    monkeypatch.setattr(session, "find_spec", lambda name: name)
    monkeypatch.setattr(session.shutil, "which", lambda name: name)
    with socket.create_server(("127.0.0.1", 0)) as server:
        master = f"127.0.0.1:{server.getsockname()[1]}"
    code, error = run("--engine", "spark", "--output", "stories", "--master", f"spark://{master}")
    assert 2 == code
    assert f"no master of Spark answers at {master}: Connection refused; start the master, or give" in error
