"""Differences are marked as a reader looks for them: dates, figures, negations and names."""

import pytest

from dedup.core.explanations.differences import kind_of


@pytest.mark.parametrize(
    ("a", "b", "beside", "kind"),
    [
        ("850", "920", "drained million", "figure"),
        ("six", "7", "the dead", "figure"),
        ("3,44", "3.46", "at percent", "figure"),
        ("Dec 30", "Jan 13", "on The", "date"),
        ("13", "27", "January in", "date"),
        ("13", "270", "January in", "figure"),
        ("2026-01-13", "2026-01-27", "", "date"),
        ("lundi", "mardi", "le matin", "date"),
        ("März", "April", "im war", "date"),
        ("", "not", "did say", "negation"),
        ("denies", "confirms", "minister it", "negation"),
        ("may", "can", "it be", "words"),
        ("Anna Kovar", "Petr Kovar", "said that", "name"),
        ("said", "says", "he that", "words"),
        ("", "Reuters", "by on", "name"),
        ("", "he said. I gather", "wet that", "words"),
    ],
)
def test_kinds(a: str, b: str, beside: str, kind: str) -> None:
    """The first kind that fits counts; a number word is a figure, and a word of one month beside it makes a date."""
    assert kind == kind_of(a, b, beside)
    assert kind == kind_of(b, a, beside)
