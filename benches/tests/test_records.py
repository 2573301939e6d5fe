"""Ratios of earlier commits."""

from pathlib import Path

import pytest
from measure import records


def test_ratios_of_the_last_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ratios of the nearest commit before come back; a changed tree is compared with its own commit."""
    answers = {"rev-list": "ccc\nbbb\naaa\n", "status": "", "rev-parse": "bbb\n"}
    monkeypatch.setattr(records, "_git", lambda *arguments: answers[arguments[0]])
    assert ("", {}) == records.last("gate", tmp_path)
    records.keep("gate", {"news": 1.5}, tmp_path)
    assert ("bbb", {"news": 1.5}) == records.last("gate", tmp_path)
    answers["rev-parse"] = "ccc\n"
    records.keep("gate", {"news": 2.0}, tmp_path)
    assert "bbb" == records.last("gate", tmp_path)[0]
    answers["status"] = " M dedup/core/text/tokens.py"
    assert ("ccc", {"news": 2.0}) == records.last("gate", tmp_path)


def test_a_changed_tree_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ratios of a tree that is no commit are not kept."""
    monkeypatch.setattr(records, "_git", lambda *_: " M dedup/core/text/tokens.py")
    records.keep("gate", {"news": 1.5}, tmp_path)
    assert not list(tmp_path.iterdir())


def test_changes() -> None:
    """A change is a share of the ratio before; a new ratio has none."""
    assert ["+10 %", "-50 %", ""] == records.changes("abc", {"a": 1.1, "b": 1.0, "c": 1.0}, {"a": 1.0, "b": 2.0})
