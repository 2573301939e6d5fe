"""Collections of any size are what they say, and the same however they are made."""

from collections import Counter
from pathlib import Path

import msgspec
import pytest
from synthetic.articles import PIECE, articles, make

from dedup.formats.typed.labels import read_truth

SEED = 3


def test_articles_measure_what_they_say() -> None:
    """The mean document has 3.7 KB, and one in ten is a copy, in the chrome of a site."""
    found = [article for piece in range(2) for article in articles(2 * PIECE, piece, SEED)]
    assert 3_700 == pytest.approx(sum(len(article.text(SEED)) for article in found) / len(found), rel=0.02)
    assert [2 * PIECE // 10, 2 * PIECE] == [sum(bool(article.source) for article in found), len(found)]
    assert list(range(2 * PIECE)) == [article.number for article in found]


def test_a_copy_is_of_an_article_that_is_there() -> None:
    """Every story has one document without chrome, its original, whose words begin all of its copies."""
    found = [article for piece in range(3) for article in articles(2_500, piece, SEED)]
    originals = {article.story: article.body for article in found if article.site < 0}
    copies = [article for article in found if article.site >= 0]
    assert len(found) - len(copies) == len(originals)
    assert all(sum(a == b for a, b in zip(c.body[:300], originals[c.story], strict=False)) > 5 for c in copies)
    assert max(Counter(copy.story for copy in copies).values()) > 1


def test_the_bytes_are_the_same_for_any_number_of_processes(tmp_path: Path) -> None:
    """Two processes make the file that one makes."""
    one, two = make(tmp_path / "one", "lines", 2_100), make(tmp_path / "two", "lines", 2_100, workers=2)
    assert one.documents.read_bytes() == two.documents.read_bytes()
    assert one.truth.read_bytes() == two.truth.read_bytes()
    rows = msgspec.json.Decoder().decode_lines(one.documents.read_bytes())
    assert sum(len(row["text"]) for row in rows) == one.size
    assert [row["id"] for row in rows] == list(read_truth(str(one.truth)).clusters)


@pytest.mark.parametrize(("kind", "suffix"), [("files", "txt"), ("pages", "html")])
def test_a_folder_has_a_file_for_each_label(tmp_path: Path, kind: str, suffix: str) -> None:
    """The labels are the paths of the files."""
    made = make(tmp_path, kind, 50)
    there = {str(path.relative_to(made.documents)) for path in made.documents.rglob(f"*.{suffix}")}
    assert there == set(read_truth(str(made.truth)).clusters)


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    """A folder that is given twice is made once; what was cut short is made again."""
    made = make(tmp_path, "lines", 20)
    whole = made.documents.read_bytes()
    made.documents.write_bytes(b"as it is")
    assert made == make(tmp_path, "lines", 20)
    assert b"as it is" == made.documents.read_bytes()
    made.truth.with_suffix(".size").unlink()
    make(tmp_path, "lines", 20)
    assert whole == made.documents.read_bytes()
