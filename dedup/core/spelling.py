"""Misprints of scanned texts, read as the words that they resemble: from the collection's own vocabulary, in hashes.

A scanner reads one letter for another, here and there: at one word in five no two copies share a run of five words.
But most misprints are tokens that nobody else prints, one letter from a word that everybody prints. The hash of a token
is a weighted sum of its bytes (`core.shingles.byte_weights`): one letter changed at place ``p`` adds a multiple of
``W[p]``, so that neighbours are found without the letters.

A clean text has rare words too, a letter from frequent ones: "Kohl" and "coal", or another ending. So a text counts as
scanned only if many of its tokens look misprinted, and if long ones do at their beginnings, where inflection changes
nothing. Of clean texts one in a thousand or two is taken for scanned. Only scanned texts are changed, and their figures
never: no vocabulary tells what a figure was.
"""

import functools
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core.ordered import find, first_of_equals, where_set
from dedup.core.ragged import Ragged, take
from dedup.core.shingles import byte_weights, multiplier
from dedup.types import Hashes, Indices

__all__ = [
    "BLOT",
    "DOUBTFUL",
    "SUSPECT",
    "Found",
    "Mended",
    "Spelling",
    "Vocabulary",
    "collection_of_scans",
    "corrections",
    "lightly_scanned",
    "mend",
    "spelling",
    "steps",
    "suspects",
    "vocabulary",
]

MORE: Final = 30
"""How much more frequent a word is than its misprints with one given letter in one given place, at least."""

WORDS: Final = 1 << 16
"""Words that misprints are read as, at most: the most frequent ones."""

SCANNED: Final = 0.05
"""Share of the tokens that look misprinted from which a text counts as scanned; half of the clean texts have 1 %."""

STEMS: Final = 0.02
"""Share of the long tokens that look misprinted in their first `_STEM` letters; nine clean texts in ten have none."""

DOUBTFUL: Final = 0.02
"""The same in a collection of scans, where that is what a text is likely to be."""

SUSPECT: Final = 0.035
"""Share of the short tokens that look misprinted from which the long ones are looked at."""

SCANS: Final = 0.05
"""Share of the texts that surely are scanned in a collection of scans. Of a clean one it is a hundredth at most."""

LIGHTLY: Final = 0.25
"""Share of the texts, looked at for a thousand tokens, that have a long word of `OFTEN` misprinted at its beginning in
a collection that is lightly scanned: at one misprint in a hundred words it is .34 to .51, in clean ones .13 at most."""

OFTEN: Final = 16
"""How frequent a word is of whose misprints a lightly scanned collection is told: rare ones have names beside them."""

ENOUGH: Final = 20
"""Texts by which a lightly scanned collection is told."""

GARBLED: Final = 0.1
"""Share of misprinted tokens from which one such long token is enough, where a short text has no more."""

LEAST: Final = 30
"""Tokens of a text that can be told to be scanned."""

BLOT: Final = np.uint64(1 << 56)
"""Added to a figure with a letter in it, which then is no figure and, so large and so sparse, no word."""

_SHORT: Final = 6
"""Bytes up to which a token is its own hash."""

_SHORTS: Final = np.uint64(1 << 8 * _SHORT)
_BYTE: Final = np.uint64(0xFF)
_STEM: Final = 5
_PLACES: Final = 16
"""Places of a long token that are looked at."""

_LATIN: Final = 0.5
"""Share of the short tokens that must be of letters a to z: of other scripts one byte is no letter."""

_FOREIGN: Final = np.uint64(0xCE)
"""The byte in UTF-8 from which on what begins is Greek, Cyrillic, or of a script beyond; Latin letters are below."""

_SLOT_BITS: Final = 20
_TOLD_BITS: Final = 16
_MISPRINT: Final = np.uint64(1 << 63)
"""Flag beside a short token of which is told that it is a misprint."""

_FACTOR: Final = multiplier("spelling", 0)
_INVERSE: Final = np.uint64(pow(int(_FACTOR), -1, 2**64))
_LETTERS: Final = 26


class Vocabulary(NamedTuple):
    """``known`` ``(v,)``: the tokens that two texts of a sample have, sorted; ``counts`` ``(v,)`` of them there;
    ``words`` ``(v,)``: whether misprints are read as this one."""

    known: Hashes
    counts: Indices
    words: npt.NDArray[np.bool_]


class Spelling(NamedTuple):
    """A vocabulary made ready. ``shorts``: for each place of a short word the words without the letter there, sorted,
    with the most frequent word that each may be, and its count; ``slots``: a table with a mark for every word;
    ``told``: a table of short tokens that were looked up, each at its slot, with `_MISPRINT` if it is one; `suspects`
    goes on with it."""

    vocabulary: Vocabulary
    words: Hashes
    counts: Indices
    shorts: list[tuple[Hashes, Hashes, Indices]]
    slots: npt.NDArray[np.bool_]
    told: Hashes
    weights: Hashes


class Found(NamedTuple):
    """For tokens ``(m,)``: ``words`` that they are misprints of, or themselves; ``changed``, whether by a letter in
    place of another; ``stems``, whether in the first letters of a long one."""

    words: Hashes
    changed: npt.NDArray[np.bool_]
    stems: npt.NDArray[np.bool_]


def vocabulary(sample: Ragged) -> Vocabulary:
    """What the texts of ``sample`` have in common. Words are at least two letters; of tokens up to six bytes, which
    show their letters, only those of a to z count.

    One sort of the hashes counts them, another, with the number of the text in the lowest bits, their texts. Two hashes
    that differ in those bits alone are taken for one: that is chance, for they are mixed.
    """
    rows = np.repeat(np.arange(len(sample.bounds), dtype=np.uint64), sample.lengths)
    bits = np.uint64(len(sample.bounds).bit_length())
    mixed = sample.values * _FACTOR
    tagged = (mixed >> bits << bits) | rows
    mixed.sort()
    tagged.sort()
    starts = _starts(mixed >> bits)
    texts = np.diff(_starts(tagged[_starts(tagged)] >> bits), append=_starts(tagged).size)
    common = texts > 1
    tokens, counts = mixed[starts][common] * _INVERSE, np.diff(starts, append=mixed.size)[common]
    order = np.argsort(tokens)
    tokens, counts = tokens[order], counts[order]
    words = np.where(tokens < _SHORTS, _latin(tokens) & (tokens > _BYTE), True)
    if np.count_nonzero(words) > WORDS:
        words[np.lexsort((tokens, -counts * words))[WORDS:]] = False
    return Vocabulary(tokens, counts, words)


def _starts(ordered: Hashes) -> Indices:
    """Where a value differs from the one before it."""
    return np.flatnonzero(first_of_equals(ordered))


def _latin(tokens: Hashes) -> npt.NDArray[np.bool_]:
    """``(m,)`` whether a token of up to six bytes is letters a to z."""
    latin = tokens < _SHORTS
    for place in range(_SHORT):
        byte = tokens >> np.uint64(8 * place) & _BYTE
        latin &= (byte - np.uint64(ord("a")) < np.uint64(_LETTERS)) | (byte == 0)
    return latin


def spelling(vocabulary: Vocabulary, seed: int) -> Spelling:
    """``vocabulary`` made ready to look tokens of the hash family of ``seed`` up."""
    words, counts = vocabulary.known[vocabulary.words], vocabulary.counts[vocabulary.words]
    # The most frequent first, so that of equals in what follows the first one is the word that is meant.
    order = np.lexsort((words, -counts))
    order = order[words[order] < _SHORTS]
    shorts = []
    for place in range(_SHORT):
        having = order[words[order] >> np.uint64(8 * place) & _BYTE != 0]
        keys, first = np.unique(words[having] & _without(place), return_index=True)
        shorts.append((keys, words[having[first]], counts[having[first]]))
    slots = np.zeros(1 << _SLOT_BITS, np.bool_)
    slots[_slot(words)] = True
    told = np.full(1 << _TOLD_BITS, ~np.uint64(0))
    ready = Spelling(vocabulary, words, counts, shorts, slots, told, byte_weights(seed))
    known = np.flatnonzero(vocabulary.known < _SHORTS)
    _tell(vocabulary.known[known[np.argsort(vocabulary.counts[known])]], ready)
    return ready


def _tell(tokens: Hashes, spelling: Spelling) -> npt.NDArray[np.bool_]:
    """``(m,)`` whether short ``tokens``, which are different, have a letter for another; it is put down what is told of
    each, of those of one slot of the last one."""
    misprints = corrections(tokens, spelling, long=False).changed
    spelling.told[_slot(tokens, _TOLD_BITS)] = tokens | np.where(misprints, _MISPRINT, np.uint64(0))
    return misprints


def _without(place: int) -> np.uint64:
    return ~(_BYTE << np.uint64(8 * place))


def _slot(hashes: Hashes, bits: int = _SLOT_BITS) -> Indices:
    return (hashes * _FACTOR >> np.uint64(64 - bits)).view(np.int64)


def corrections(tokens: Hashes, spelling: Spelling, long: bool = True) -> Found:
    """What distinct ``tokens`` ``(m,)`` are misprints of; without ``long``, short ones that have a letter for another.

    A token is read as a word that differs in one letter, if it is not known, or less than one in `MORE` as frequent: as
    the most frequent of these, of two the one of the lower hash. One that is not known and has no such word is read as
    the word of four bytes or more that it is with a letter behind, for a scanner sees letters in full stops.
    """
    place, known = find(spelling.vocabulary.known, tokens)
    least = np.zeros(tokens.size, np.int64)
    least[known] = MORE * spelling.vocabulary.counts[place[known]]
    short = tokens < _SHORTS
    fixed = short & ((_digit(tokens) < np.uint64(10)) | (tokens <= _BYTE))
    best = _Best(tokens, tokens.copy(), least, np.zeros(tokens.size, np.bool_))
    _correct_short(np.flatnonzero(short & ~fixed), spelling, best)
    if long:
        _correct_long(np.flatnonzero(~short), spelling, best)
    changed = best.words != tokens
    if long:
        _correct_ends(np.flatnonzero(~changed & ~known & ~fixed), spelling, best)
    return Found(best.words, changed, best.stems)


def _digit(tokens: Hashes) -> Hashes:
    """The first byte of short tokens less that of "0", which wraps for what is below."""
    return (tokens & _BYTE) - np.uint64(ord("0"))


class _Best(NamedTuple):
    """The best words so far of ``tokens``, all ``(m,)``, their counts, which others must exceed, and `Found.stems`."""

    tokens: Hashes
    words: Hashes
    counts: Indices
    stems: npt.NDArray[np.bool_]

    def offer(self, places: Indices, words: Hashes, counts: Indices, stem: bool) -> None:
        """Take the word offered to each of these places if it is better."""
        equal = (counts == self.counts[places]) & (self.words[places] != self.tokens[places])
        better = (counts > self.counts[places]) | equal & (words < self.words[places])
        chosen = places[better]
        self.words[chosen], self.counts[chosen], self.stems[chosen] = words[better], counts[better], stem


def _correct_short(places: Indices, spelling: Spelling, best: _Best) -> None:
    """Tokens of up to six bytes: without the byte of one place they are equal to the word without it."""
    for place, (keys, words, counts) in enumerate(spelling.shorts):
        places = places[best.tokens[places] >> np.uint64(8 * place) != 0]
        at, found = find(keys, best.tokens[places] & _without(place))
        found &= words[at] != best.tokens[places] if keys.size else found
        best.offer(places[found], words[at[found]], counts[at[found]], False)


def _correct_long(places: Indices, spelling: Spelling, best: _Best, upto: int = _PLACES) -> None:
    """Longer tokens: those that are a word less some letters' distance in one of the first ``upto`` places."""
    for place in range(upto):
        for distance in (*range(1 - _LETTERS, 0), *range(1, _LETTERS)):
            _probe(places, place, distance, spelling, best, place < _STEM)


def _correct_ends(places: Indices, spelling: Spelling, best: _Best) -> None:
    """Tokens that are a word of four bytes or more and a letter."""
    for place in range(4, _PLACES + 1):
        short = best.tokens[places] < np.uint64(1) << np.uint64(8 * min(place + 1, _SHORT))
        right = places[short == (place < _SHORT)]
        for letter in range(ord("a"), ord("a") + _LETTERS):
            _probe(right, place, -letter, spelling, best, False)


def _probe(places: Indices, place: int, distance: int, spelling: Spelling, best: _Best, stem: bool) -> None:
    """Offer the words that are ``distance`` from the tokens in one place of their letters."""
    step = np.uint64(distance * int(spelling.weights[place]) % 2**64)
    wanted = best.tokens[places] + step
    marked = np.flatnonzero(spelling.slots.take(_slot(wanted), mode="clip"))
    if not marked.size:
        return
    at, found = find(spelling.words, wanted[marked])
    best.offer(places[marked[found]], spelling.words[at[found]], spelling.counts[at[found]], stem)


def suspects(texts: Ragged, spelling: Spelling, share: float = SUSPECT, scans: bool = False) -> Indices:
    """The rows of ``texts``, between which there are no gaps, that may be scanned: a ``share`` of their short tokens
    are misprints, and most are of letters a to z. In a collection of ``scans``, those in other scripts do not count."""
    short = _native(texts.values) if scans else texts.values < _SHORTS
    # One look into a table tells nearly all of them; the others are numbered, so that each is looked up once.
    told = spelling.told.take(_slot(texts.values, _TOLD_BITS), mode="clip")
    told ^= texts.values
    odd = where_set(short & (told != 0))
    misprinted = told[odd] == _MISPRINT
    new = np.flatnonzero(~misprinted)
    tokens, number = np.unique(texts.values[odd[new]], return_inverse=True)
    misprinted[new] = _tell(tokens, spelling)[number]
    ends = np.searchsorted(odd[misprinted], texts.bounds)
    misprints, shorts = ends[:, 1] - ends[:, 0], _per_text(texts, short)
    rows = np.flatnonzero((texts.lengths >= LEAST) & (misprints > 0) & (misprints >= share * shorts))
    if scans:
        return rows
    likely = take(texts, rows)
    return rows[_per_text(likely, _latin(likely.values)) >= _LATIN * shorts[rows]]


class Mended(NamedTuple):
    """``words`` ``(m,)``: the tokens of texts as they should be; ``scanned`` ``(n,)``: the texts that surely are;
    ``doubtful`` ``(n,)``: those that may be, if others of the collection are."""

    words: Hashes
    scanned: npt.NDArray[np.bool_]
    doubtful: npt.NDArray[np.bool_]


def mend(texts: Ragged, spelling: Spelling) -> Mended:
    """``texts`` ``(n,)``, between which there are no gaps, without their misprints."""
    tokens, number = np.unique(texts.values, return_inverse=True)
    found = corrections(tokens, spelling)
    changed = _per_text(texts, found.changed[number])
    stems = _per_text(texts, found.stems[number])
    longs = _per_text(texts, texts.values >= _SHORTS)
    enough = np.where(changed >= GARBLED * texts.lengths, 1, 2)
    scanned = (changed >= SCANNED * texts.lengths) & (stems >= enough) & (stems >= STEMS * longs)
    native = _native(texts.values)
    natives, misprints = _per_text(texts, native), _per_text(texts, native & found.changed[number])
    # On a page in two scripts the misprints of the one are few among all tokens.
    doubtful = (changed >= DOUBTFUL * texts.lengths) | (misprints >= DOUBTFUL * np.maximum(natives, LEAST))
    doubtful &= ~scanned
    return Mended(_blotted(found.words)[number], scanned, doubtful)


def _native(tokens: Hashes) -> npt.NDArray[np.bool_]:
    """``(m,)`` whether a token is short and does not begin in Greek, Cyrillic, or a script beyond."""
    return (tokens < _SHORTS) & (tokens & _BYTE < _FOREIGN)


def _per_text(texts: Ragged, flags: npt.NDArray[np.bool_]) -> Indices:
    """``(n,)`` how many flags are true in each of some texts, between which there are no gaps."""
    found, full = np.zeros(len(texts.bounds), np.int64), np.flatnonzero(texts.lengths)
    if full.size:
        found[full] = np.add.reduceat(flags, texts.bounds[full, 0], dtype=np.int32)
    return found


def lightly_scanned(sample: Ragged, spelling: Spelling) -> bool:
    """Whether so many texts of ``sample``, between which there are no gaps, have a frequent long word misprinted in its
    first letters that the collection is scanned, if too well for any text of it to be told: `LIGHTLY` of those that
    have `LEAST` long tokens, these being `ENOUGH` or more."""
    longs = sample.values >= _SHORTS
    tokens = np.unique(sample.values[longs])
    tokens = tokens[~find(spelling.vocabulary.known, tokens)[1]]
    best = _Best(tokens, tokens.copy(), np.zeros(tokens.size, np.int64), np.zeros(tokens.size, np.bool_))
    _correct_long(np.arange(tokens.size), spelling, best, _STEM)
    misprinted = _per_text(sample, find(tokens[best.stems & (best.counts >= OFTEN)], sample.values)[1])
    told = _per_text(sample, longs) >= LEAST
    return bool(told.sum() >= ENOUGH and misprinted[told].astype(bool).mean() >= LIGHTLY)


def collection_of_scans(scanned: npt.NDArray[np.bool_]) -> bool:
    """Whether so many texts are ``scanned`` ``(n,)`` that any other is likely to be."""
    return bool(scanned.any() and scanned.mean() >= SCANS)


@functools.cache
def steps(seed: int) -> Hashes:
    """What one misprint adds to the hash of a token or takes from it, sorted: another letter, a letter for a digit,
    with its `BLOT` or without, a letter behind."""
    letters = range(ord("a"), ord("a") + _LETTERS)
    digits = range(ord("0"), ord("0") + 10)
    steps = {*range(1, _LETTERS), *letters, *(letter - digit for letter in letters for digit in digits)}
    found = [step * weight for weight in byte_weights(seed).tolist() for step in steps]
    found += [int(BLOT), *(step + int(BLOT) for step in found)]
    return np.unique(np.array([sign * step % 2**64 for step in found for sign in (-1, 1)], np.uint64))


def _blotted(tokens: Hashes) -> Hashes:
    """``tokens`` with a `BLOT` on each short one that starts with a digit and has something else in it."""
    found = tokens.copy()
    figures = np.flatnonzero((tokens < _SHORTS) & (_digit(tokens) < np.uint64(10)))
    odd = np.zeros(figures.size, np.bool_)
    for place in range(_SHORT):
        byte = tokens[figures] >> np.uint64(8 * place) & _BYTE
        odd |= (byte != 0) & (byte - np.uint64(ord("0")) >= np.uint64(10))
    found[figures[odd]] += BLOT
    return found
