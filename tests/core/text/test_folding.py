"""Texts are folded to the same words in any batch, in any buffer and beside any neighbours."""

from itertools import pairwise
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.core.arrays.workspace import Workspace
from dedup.core.text import folded_text, folding
from dedup.core.text.batches import encode
from dedup.core.text.reference import folding as slow
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


def words(folded: folded_text.Folded) -> list[list[bytes]]:
    """Return the words of each document, and empty words between two zero bytes."""
    edges = folded.offsets.tolist()
    data = folded.buffer.tobytes()
    return [data[begin:end].split(b"\0") for begin, end in pairwise(edges)]


def folded_words(texts: list[str]) -> list[list[bytes]]:
    """Return the words of texts that are encoded and folded."""
    return [[word for word in row if word] for row in words(folding.fold(*encode(texts), Workspace()))]


def figure_words(texts: list[str]) -> list[list[bytes]]:
    """Return the words of texts that are folded with figures by their value."""
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
    """Punctuation and spaces separate, spellings of a word are equal, and a character without spaces is a word."""
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
    """Marks of thousands and leading zeros go, a decimal comma becomes a point, and a figure is a word of its own."""
    plain = [bytes(byte | 0x20 if byte >= 0xC0 else byte for byte in word.encode()) for word in expected]
    assert plain == slow.tokens(given_text, figures=True)
    assert plain == figure_words([given_text])[0]


@settings(deadline=None)
@given(st.lists(FIGURES, max_size=5))
def test_figures_equal_their_twin(texts: list[str]) -> None:
    """Figures of a batch equal those of the twin in each text alone, wherever a large text is cut."""
    expected = [slow.tokens(text, figures=True) for text in texts]
    assert expected == figure_words(texts)
    with patch.object(folding, "_PIECE", 16), patch.object(folded_text, "_SPARSE", 0):
        assert expected == figure_words(texts)


@settings(deadline=None)
@given(TEXTS)
def test_fold_equals_its_twin(texts: list[str]) -> None:
    """The words of a batch equal those of the twin in each text alone."""
    assert [slow.tokens(text) for text in texts] == folded_words(texts)


@settings(deadline=None)
@given(TEXTS, st.sampled_from([np.int32, np.int64]))
def test_buffers_without_separators(texts: list[str], kind: type) -> None:
    """Documents side by side inside of a buffer stay apart."""
    encoded = [text.encode() for text in texts]
    buffer = np.frombuffer(b"xx" + b"".join(encoded) + b"yy", np.uint8)
    offsets = np.cumsum([2, *map(len, encoded)]).astype(kind)
    rows = words(folding.fold(buffer, offsets, Workspace()))
    assert [slow.tokens(text) for text in texts] == [[word for word in row if word] for row in rows]


@settings(deadline=None)
@given(st.lists(st.lists(PIECES, max_size=6).map(b"".join), max_size=5))
@example(["\u07ca".encode()])
def test_bytes_that_are_not_utf8(documents: list[bytes]) -> None:
    """Bytes that are not UTF-8 separate words, and change no other document."""
    buffer = np.frombuffer(b"".join(documents), np.uint8)
    rows = words(folding.fold(buffer, np.cumsum([0, *map(len, documents)]), Workspace()))
    expected = [slow.tokens(document.decode(errors="replace")) for document in documents]
    assert expected == [[word for word in row if word] for row in rows]


@settings(deadline=None)
@given(TEXTS)
def test_large_documents_are_folded_in_pieces(texts: list[str]) -> None:
    """The cut of a large document changes no word."""
    with patch.object(folding, "_PIECE", 64):
        assert [slow.tokens(text) for text in texts] == folded_words(texts)


@settings(deadline=None)
@given(TEXTS)
def test_inside_flags_word_bytes(texts: list[str]) -> None:
    """`inside` flags the bytes that are not 0, the padding is 0, and first bytes of words have the case bit."""
    folded = folding.fold(*encode(texts), Workspace())
    assert np.array_equal(folded.buffer != 0, folded.inside)
    assert 0 == folded.buffer[-folded_text.PADDING :].max()
    firsts = folded.buffer[1:][folded.inside[1:] & ~folded.inside[:-1]]
    assert (firsts & 0x20).all()
