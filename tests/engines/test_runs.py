"""A run folder: a job that was interrupted goes on, and gives the report of a job that was not."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

import dedup
from dedup.engines.pool import run_folder
from dedup.engines.pool.run_folder import remove_run
from dedup.errors import InputError, SettingsError, WorkError
from dedup.formats import limits

WORDS = "the harbour council voted on monday to raise the price of berths and to mend the old stone pier before winter"


@pytest.fixture
def articles(tmp_path):
    """A file of articles of which some are copies, in so many rows that it is read in several tasks."""
    rows = []
    for number in range(600):
        text = " ".join(f"{word}{number % 550}" if place % 3 else word for place, word in enumerate(WORDS.split() * 20))
        rows.append(json.dumps({"id": str(number), "text": text, "title": f"Title {number % 550}"}))
    path = tmp_path / "articles.jsonl"
    path.write_text("\n".join(rows * 2), "utf-8")
    return path


def comparable(report):
    """Return a report without its costs."""
    return replace(report, seconds=0.0, stats=None)


class Interrupted(Exception):
    """Ends a job in the middle."""


def interrupt(monkeypatch, ask):
    """Let a job die after the first result of an ask, or before it if it has none."""
    real = run_folder.RunFolder.write_results

    def write(folder, number, results):
        for result in real(folder, number, results):
            if number == ask:
                raise Interrupted
            yield result
        if number == ask:
            raise Interrupted

    monkeypatch.setattr(run_folder.RunFolder, "write_results", write)


@pytest.mark.parametrize(("workers", "scanned"), [(1, True), (2, False)])
def test_a_job_goes_on_after_an_interruption_in_each_ask(articles, tmp_path, monkeypatch, workers, scanned):
    """A job that dies in any of its asks gives the same report when it is started again."""
    documents, run = dedup.read(articles), tmp_path / "run"
    expected = comparable(dedup.cluster(documents, workers=workers, scanned=scanned))
    for ask in range(20):
        with monkeypatch.context() as patch:
            interrupt(patch, ask)
            try:
                report = dedup.cluster(documents, workers=workers, scanned=scanned, run=run)
            except Interrupted:
                continue
        assert comparable(report) == expected
        break
    else:
        raise AssertionError("the job asks too often")
    assert ask > 3


def test_a_job_that_surveys_files_goes_on(articles, tmp_path, monkeypatch):
    """A job whose workers count lines while it reads gives the same report after an interruption behind the reading."""
    monkeypatch.setattr(limits, "CHUNK_BYTES", 100_000)
    articles.write_text("\n".join(articles.read_text("utf-8").splitlines()[:600]), "utf-8")  # each text is new
    documents, run = dedup.read(articles), tmp_path / "run"
    expected = comparable(dedup.cluster(documents, workers=2))
    for ask in (1, 2):
        with monkeypatch.context() as patch, pytest.raises(Interrupted):
            interrupt(patch, ask)
            dedup.cluster(documents, workers=2, run=run)
    assert comparable(dedup.cluster(documents, workers=2, run=run)) == expected


def reasons(report):
    """Return all reasons of a report."""
    explanation = report.explanation
    stories = [explanation.evidence(story.id) for story in report.stories]
    return explanation.members, explanation.leads, stories, explanation.evidence()


def test_a_job_with_reasons_goes_on(articles, tmp_path, monkeypatch):
    """A job that explains its stories gives the same reasons after an interruption, and another folder is refused."""
    documents, run = dedup.read(articles), tmp_path / "run"
    expected = reasons(dedup.cluster(documents, workers=1, explain=True))
    for ask in (0, 1, 3):
        with monkeypatch.context() as patch, pytest.raises(Interrupted):
            interrupt(patch, ask)
            dedup.cluster(documents, workers=1, explain=True, run=run)
    assert expected == reasons(dedup.cluster(documents, workers=1, explain=True, run=run))
    with pytest.raises(SettingsError, match="has texts kept, and this one has texts none"):
        dedup.cluster(documents, workers=1, run=run)


def test_complete_stages_are_not_done_again(articles, tmp_path, monkeypatch):
    """A job whose stages are complete asks its workers for nothing."""
    documents, run = dedup.read(articles), tmp_path / "run"
    expected = comparable(dedup.cluster(documents, workers=1, run=run))
    monkeypatch.setattr("dedup.engines.tasks.runner.TaskRunner.do", None)
    assert comparable(dedup.cluster(documents, workers=1, run=run)) == expected


def test_a_run_of_other_settings_is_refused(articles, tmp_path):
    """A folder of a run with another setting is refused, and the message names both values."""
    documents, run = dedup.read(articles), tmp_path / "run"
    dedup.cluster(documents, run=run)
    with pytest.raises(SettingsError, match=r"has containment 0\.3, and this one has containment 0\.9"):
        dedup.cluster(documents, run=run, containment=0.9)


def test_a_run_of_other_inputs_is_refused(articles, tmp_path):
    """A folder of a run is refused if a file has changed."""
    run = tmp_path / "run"
    dedup.cluster(dedup.read(articles), run=run)
    articles.write_text(articles.read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(SettingsError, match="inputs 1 files of"):
        dedup.cluster(dedup.read(articles), run=run)


def test_a_folder_of_other_files_is_refused(articles, tmp_path):
    """A folder that holds other files is no folder of a run."""
    with pytest.raises(SettingsError, match="is no folder of a run"):
        dedup.cluster(dedup.read(articles), run=tmp_path)


def test_documents_of_a_program_have_no_run(tmp_path):
    """Documents that no file holds cannot be read again."""
    with pytest.raises(InputError, match="a run that can go on reads files"):
        dedup.cluster(["a text"], run=tmp_path / "run")


def test_results_of_other_tasks_are_an_error(articles, tmp_path):
    """A folder whose results are short names the cure."""
    documents, run = dedup.read(articles), tmp_path / "run"
    dedup.cluster(documents, workers=1, run=run)
    (run / "0.results").write_bytes(b"")
    with pytest.raises(WorkError, match="remove the folder"):
        dedup.cluster(documents, workers=1, run=run)


def test_the_command_goes_on_after_a_kill_and_removes_the_folder(articles, tmp_path):
    """A command that is killed goes on when it is given again. The folder is gone after the results are written."""
    command = [sys.executable, "-m", "dedup", "cluster", str(articles), "-q", "--workers", "2"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run, expected, again = tmp_path / "night", tmp_path / "expected.csv", tmp_path / "again.csv"
    subprocess.run([*command, "--output", str(expected)], env=environment, check=False)
    command += ["--run", str(run), "--output", str(again)]
    with subprocess.Popen(command, env=environment) as process:
        while process.poll() is None and not (run / "0.results").is_file():
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert run.is_dir()
    assert not again.exists()
    subprocess.run(command, env=environment, check=False)
    assert again.read_bytes() == expected.read_bytes()
    assert not run.exists()


def test_files_of_others_stay(tmp_path):
    """The removal of a run leaves files that are not its own."""
    run = tmp_path / "run"
    run.mkdir()
    for name in ("run.json", "0.results", "notes.txt"):
        (run / name).write_text("x", "utf-8")
    remove_run(run)
    assert [path.name for path in run.iterdir()] == ["notes.txt"]
