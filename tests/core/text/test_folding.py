"""Text to folded text: what is a word, whatever the batch, the buffer and the neighbours."""

from itertools import pairwise
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.core.arrays.workspace import Workspace
from dedup.core.text import folding
from dedup.core.text.batches import batches, encode
from dedup.core.text.reference import folding as slow
from dedup.errors import InputError
from tests.helpers.texts import TEXTS

FIGURES = st.text(
    st.sampled_from(
        "a00123456789000111,,..，．٬  ''a-\n\u00a0\u2009\u202f’é\u0301漢１٣\u200b²½ก\u0e31℃㈱⑴–\u1112\u1161"
    ),
    max_size=24,
)
PIECES = st.one_of(
    st.binary(max_size=6),
    st.sampled_from([b"abc ", "é".encode(), "漢".encode()[:2], b"\xc3", b"\xf0\x9f", b"\xed\xa0\x80", b"\xe0\x80\x80"]),
    st.sampled_from(
        [b"\xf8\x88\x80\x80", b"\xf5\x80\x80\x80", b"\xc1\x81", b"\x80", "\U0002f800".encode(), b"abcdefgh"]
    ),
)


def words(folded: folding.Folded) -> list[list[bytes]]:
    """The words of each document, cut at the zero bytes."""
    edges = folded.offsets.tolist()
    data = folded.buffer.tobytes()
    return [data[begin:end].split(b"\0") for begin, end in pairwise(edges)]


def folded_words(texts: list[str]) -> list[list[bytes]]:
    """The words of texts through `encode` and `fold`."""
    return [[word for word in row if word] for row in words(folding.fold(*encode(texts), Workspace()))]


def figure_words(texts: list[str]) -> list[list[bytes]]:
    """The words of texts with figures by their value."""
    folded = folding.fold(*encode(texts), Workspace(), figures=True)
    return [[word for word in row if word] for row in words(folded)]


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("Don't  STOP—me, now.", ["don", "t", "stop", "me", "now"]),
        ("“No\u00a0break” and 3.5", ["no", "break", "and", "3", "5"]),
        ("ÀÉÎ Ωμέγα ЖУК", ["aei", "ωμεγα", "жук"]),
        ("ΟΔΟΣ οδός οδόσ", ["οδοσ", "οδοσ", "οδοσ"]),
        ("cafe\u0301 CAFÉ", ["cafe", "cafe"]),
        ("co\u00adop\u200berate", ["cooperate"]),
        ("漢字かな ไท 한국어", ["汉", "字", "か", "な", "ไ", "ท", "한국어"]),
        ("a漢b", ["a", "汉", "b"]),
        ("\uff21\uff42\uff13 ｱ", ["ab3", "ア"]),
        ("\U00020000\U0002a6df", ["\U00020000", "\U0002a6df"]),
        ("up😀down", ["up", "down"]),
        ("Straße ŁÓDŹ Æsir İzmir IŞIK ışık", ["strasse", "lodz", "aesir", "izmir", "isik", "isik"]),
        ("ﬁfth ＡＢ ²³ 10² 3½ m²", ["fifth", "ab", "23", "10", "2", "3", "1", "2", "m2"]),
        ("١٢٠ १२ ៣", ["120", "12", "3"]),
        ("بَيْتـُ كتاب کتاب ي", ["بیت", "کتاب", "کتاب", "ی"]),
        ("שָׁלוֹם ёж Ёж еж", ["שלום", "еж", "еж", "еж"]),
        ("น้ำ นํ้า น้ํา", ["น้", "ำ", "น้", "ำ", "น้", "ำ"]),
        ("ｶﾞ か\u3099 が ﾊﾟ", ["ガ", "が", "が", "パ"]),
        ("क़लम \u0915\u093cलम", ["कलम", "कलम"]),
        ("한국 \u1112\u1161\u11ab\u1100\u116e\u11a8", ["한국", "한국"]),
        ("a\U000e0041b\U000e0100c ⓗⓘ 𝒜𝓫 ʜɪ", ["abc", "hi", "ab", "hi"]),
        ("z̸͎̈a̶̛̱l̴̙̃g̵̱͘o̷̻͝", ["zalgo"]),
    ],
)
def test_what_a_word_is(given_text: str, expected: list[str]) -> None:
    """Punctuation and spaces of all kinds separate, spellings of a word are one, unspaced scripts go by characters."""
    plain = [bytes(byte | 0x20 if byte >= 0xC0 else byte for byte in word.encode()) for word in expected]
    assert plain == folded_words([given_text])[0]
    assert plain == slow.tokens(given_text)


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("70 000 70\u00a0000 70\u2009000 70\u202f000 70'000 70’000 70,000 70.000", ["70000"] * 8),
        ("1 234 567 1,234,567 1.234.567", ["1234567"] * 3),
        ("3.5 3,5 0.375 0,375 1234.567", ["3.5", "3.5", "0.375", "0.375", "1234.567"]),
        ("1,234.56 1.234,56 1 234,56", ["1234.56"] * 3),
        ("12.05.2018 7 500 1999 200 12 34", ["12.05.2018", "7500", "1999", "200", "12", "34"]),
        ("007 05.04. 00 0 0.0", ["7", "5.04", "0", "0", "0.0"]),
        ("5km G7 3rd A380x", ["5", "km", "g", "7", "3", "rd", "a", "380", "x"]),
        ("10日 5г 20ème 4ก", ["10", "日", "5", "г", "20", "eme", "4", "ก"]),
        ("1, 2 and 3. 4", ["1", "2", "and", "3", "4"]),
        ("10–200 5€000 3½", ["10", "200", "5", "0", "3", "1", "2"]),
        ("2.50 000", ["2.50", "0"]),
        ("４．２５ ５，６００ ١٬٢٠٠ ٣٫٥", ["4.25", "5600", "1200", "3.5"]),
    ],
)
def test_figures_by_their_value(given_text: str, expected: list[str]) -> None:
    """Marks of thousands go, a decimal comma is a point, zeros before a figure go, and a figure is a word alone."""
    plain = [bytes(byte | 0x20 if byte >= 0xC0 else byte for byte in word.encode()) for word in expected]
    assert plain == slow.tokens(given_text, figures=True)
    assert plain == figure_words([given_text])[0]


@settings(deadline=None)
@given(st.lists(FIGURES, max_size=5))
def test_figures_are_their_twins(texts: list[str]) -> None:
    """Figures of a batch are those that the twin finds in each text alone, wherever a large text is cut."""
    expected = [slow.tokens(item, figures=True) for item in texts]
    assert expected == figure_words(texts)
    with patch.object(folding, "_PIECE", 16), patch.object(folding, "_APART", 0):
        assert expected == figure_words(texts)


@settings(deadline=None)
@given(TEXTS)
def test_fold_is_its_twin(texts: list[str]) -> None:
    """The words of a batch are those that the twin finds in each text alone."""
    assert [slow.tokens(item) for item in texts] == folded_words(texts)


@settings(deadline=None)
@given(TEXTS, st.sampled_from([np.int32, np.int64]))
def test_buffers_without_separators(texts: list[str], kind: type) -> None:
    """Documents side by side in the middle of a buffer are not glued, and the buffer is not changed."""
    encoded = [item.encode() for item in texts]
    buffer = np.frombuffer(b"xx" + b"".join(encoded) + b"yy", np.uint8)
    offsets = np.cumsum([2, *map(len, encoded)]).astype(kind)
    found = words(folding.fold(buffer, offsets, Workspace()))
    assert [slow.tokens(item) for item in texts] == [[word for word in row if word] for row in found]


@settings(deadline=None)
@given(st.lists(st.lists(PIECES, max_size=6).map(b"".join), max_size=5))
@example(["\u07ca".encode()])
def test_bytes_that_are_not_utf8(documents: list[bytes]) -> None:
    """Broken bytes separate, and break no document but their own."""
    buffer = np.frombuffer(b"".join(documents), np.uint8)
    found = words(folding.fold(buffer, np.cumsum([0, *map(len, documents)]), Workspace()))
    expected = [slow.tokens(document.decode(errors="replace")) for document in documents]
    assert expected == [[word for word in row if word] for row in found]


@settings(deadline=None)
@given(TEXTS)
def test_large_documents_are_folded_in_pieces(texts: list[str]) -> None:
    """Where a large document is cut makes no difference."""
    with patch.object(folding, "_PIECE", 64):
        assert [slow.tokens(item) for item in texts] == folded_words(texts)


@settings(deadline=None)
@given(TEXTS)
def test_inside_tells_word_bytes(texts: list[str]) -> None:
    """`inside` is where the buffer is not 0, padding included, and first bytes of words have the case bit."""
    folded = folding.fold(*encode(texts), Workspace())
    assert np.array_equal(folded.buffer != 0, folded.inside)
    assert 0 == folded.buffer[-folding.PADDING :].max()
    firsts = folded.buffer[1:][folded.inside[1:] & ~folded.inside[:-1]]
    assert (firsts & 0x20).all()


@settings(deadline=None)
@given(TEXTS)
def test_encode_gives_every_text(texts: list[str]) -> None:
    """Every text lies between its offsets, a line feed after it."""
    buffer, offsets = encode(texts)
    data = buffer.tobytes()
    found = [data[begin:end] for begin, end in pairwise(offsets)]
    assert [item.encode() for item in texts] == [row[:-1] for row in found[:-1]] + found[-1:]


def test_lone_surrogate_is_named() -> None:
    """A text that is not Unicode is named by its place."""
    with pytest.raises(InputError, match="text 7 has a lone surrogate at character 2"):
        encode(["fine", "é", "no\ud800"], 5)


@settings(deadline=None)
@given(st.lists(st.integers(0, 50), max_size=30), st.integers(1, 100))
def test_batches_cover_all(sizes: list[int], size: int) -> None:
    """Runs follow each other without gaps and are no larger than asked, but for single documents."""
    offsets = np.cumsum([0, *sizes])
    runs = list(batches(offsets, size))
    assert list(range(len(sizes))) == [row for first, last in runs for row in range(first, last)]
    assert all(last - first == 1 or offsets[last] - offsets[first] <= size for first, last in runs)


def test_batches_of_empty_documents_end() -> None:
    """A run has an end in documents too: a million empty texts are not one batch."""
    assert [(0, 512), (512, 1000)] == list(batches(np.zeros(1001, np.int64)))
