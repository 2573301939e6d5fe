"""Each token has a place in the text as it came: as many places as tokens, in every script."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.workspace import Workspace
from dedup.core.explanations.token_spans import token_spans
from dedup.core.text import folding
from dedup.core.text.batches import encode
from dedup.core.text.folding import fold
from dedup.core.text.reference import folding as slow
from dedup.core.text.tokens import tokenize
from tests.helpers.texts import TEXTS

MIXED = st.text(
    st.sampled_from(
        "aB00123456789,,.  ''-\n\u00a0\u2009\u202fé\u0301\u0308漢字か\u3099ｶﾞ１٣\u200b\u00ad²½⅐ก\u0e31\u0e4d\u0e48\u0e32"
        "℃㈱⑴\u1112\u1161\u11ab한\u0915\u093c😀ﬁİßŒ"
    ),
    max_size=24,
)


def spans_of(text: str) -> list[str]:
    """Returns the part of the text at the place of each token."""
    data = text.encode()
    spans = token_spans(np.frombuffer(data, np.uint8), np.array([0, len(data)]))
    assert spans.counts.tolist() == [spans.starts.size]
    return [data[start:end].decode() for start, end in zip(spans.starts.tolist(), spans.ends.tolist(), strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't  STOP—me, now.", ["Don", "t", "STOP", "me", "now"]),
        ("1,214 of 70 000 or 3,5km 007", ["1,214", "of", "70 000", "or", "3,5", "km", "007"]),
        ("at 12:05 on 2026-01-03", ["at", "12", "05", "on", "2026", "01", "03"]),
        ("cafe\u0301 co\u00adop Straße", ["cafe\u0301", "co\u00adop", "Straße"]),
        ("漢字かな ไท 한국어", ["漢", "字", "か", "な", "ไ", "ท", "한국어"]),
        ("น้ำ นํ้า", ["น้", "ำ", "นํ้า", "นํ้า"]),
        ("ｶﾞ ﾊﾟ １٣", ["ｶﾞ", "ﾊﾟ", "１٣"]),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8 up😀down", ["\u1112\u1161\u11ab\u1100\u116e\u11a8", "up", "down"]),
        ("10² 3½ m²", ["10", "²", "3", "½", "½", "m", "²"]),
    ],
)
def test_places_of_tokens(text: str, expected: list[str]) -> None:
    """A token reaches over its marks, a figure over its written value. Tokens of one character have one place."""
    assert expected == spans_of(text)


@given(st.one_of(MIXED, TEXTS.map(" ".join)))
def test_there_are_as_many_places_as_tokens(text: str) -> None:
    """Every text has a place for each token of the slow twin, and the places rise."""
    spans = spans_of(text)
    assert len(slow.tokens(text, figures=True)) == len(spans)
    assert all(spans)


@given(st.lists(st.one_of(MIXED, TEXTS.map(" ".join)), max_size=4), st.sampled_from([1, 7, 1 << 18]))
def test_many_documents_and_pieces(texts: list[str], piece: int) -> None:
    """Documents of a buffer have the places that they have alone, in pieces of any size."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folding, "_PIECE", piece)
        buffer, offsets = encode([f"{text}\n" for text in texts])
        spans = token_spans(buffer, offsets)
        tokens = tokenize(fold(buffer, offsets, Workspace(), figures=True), 1, Workspace())
    assert tokens.lengths.tolist() == spans.counts.tolist()
    alone = [part for text in texts for part in spans_of(f"{text}\n")]
    data = buffer.tobytes()
    found = [data[start:end].decode() for start, end in zip(spans.starts.tolist(), spans.ends.tolist(), strict=True)]
    assert alone == found


@given(st.one_of(MIXED, TEXTS.map(" ".join)))
def test_folding_a_place_gives_the_token(text: str) -> None:
    """The part of the text at a place is folded to the token, or to all tokens that have this place."""
    for part, token in zip(spans_of(text), slow.tokens(text, figures=True), strict=True):
        assert token in slow.tokens(part, figures=True)
