"""Damaged texts are compared as a reader sees them, are stored unchanged, and a note names the repairs."""

import pytest

import dedup
from dedup import Document, Index

DAMAGED = {
    "entities": lambda text: text.replace(" ", "&nbsp;", 7).replace("a", "&#97;", 9),
    "markup": lambda text: "<p>" + text.replace(" ", "</p>\n<p>", 5).replace(" ", " <b>", 3) + "</b></p>",
    "mojibake": lambda text: text.replace("e", "é", 40).encode().decode("cp1252"),
    "hidden": lambda text: text.replace("o", "o\u200b", 40),
    "look-alike": lambda text: text.replace("o", "\u043e", 40),
    "hyphens": lambda text: "".join(f"{word[:2]}-\n{word[2:]} " for word in text.split()),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_repaired_text_is_an_exact_copy_and_that_is_noted(kind, prose):
    """A damaged copy is an exact copy, and the note has the kind of damage and the number of texts."""
    clean = prose(1).replace("e", "é", 40) if kind == "mojibake" else prose(1)
    documents = [Document(clean, "a"), Document(DAMAGED[kind](prose(1)), "b"), Document(prose(2), "c")]
    report = dedup.cluster(documents)
    assert [["exact"]] == [[copy.relation for copy in story.copies] for story in report.stories]
    (note,) = report.notes
    assert ("repairs", True, True) == (note.about, kind in note.reason, note.reason.endswith(" in 1"))


def test_clean_texts_bring_no_note(prose):
    """Clean texts with signs that look like damage make no note."""
    texts = [f"{prose(1)} AT&T 5 < 7 > 3 well-known", f"{prose(2)}\nProfits rise - slowly -\nbut surely & so on"]
    assert () == dedup.cluster(texts).notes


def test_a_stored_text_is_unchanged(tmp_path, prose):
    """An index returns the damaged text unchanged, and knows it when it comes again."""
    damaged = DAMAGED["entities"](prose(1))
    with Index.open(tmp_path / "index") as index:
        index.add(Document(prose(1), "a"))
        assert "exact" == index.add(Document(damaged, "b")).relation
        assert damaged == index.get("b").text
        assert index.add(Document(damaged, "b")).known
