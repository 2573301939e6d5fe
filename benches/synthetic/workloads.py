"""The named workloads of the benchmarks: what is measured, and nothing about how.

Articles are made from a seed, so that no one's text is needed and every machine measures the same bytes. The words are
drawn by the law of Zipf and Mandelbrot from the 50,000 forms of `vocabulary`. Copies with known truth are in `copies`.
What real news measures (four sets of pages, 5.8 to 6.5 bytes a token with its
white space, 4.7 to 5.0 letters a word, one word in nine of more than eight letters) these texts measure too:
`test_workloads.py` holds them to it.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
from synthetic.vocabulary import FORMS, weights, words

__all__ = [
    "CJK",
    "LONG",
    "NEWS",
    "NEWS_ACCENTED",
    "SHORT",
    "WIRE",
    "WORKLOADS",
    "Workload",
    "megabytes",
    "places",
    "surface",
]

Script = Literal["ascii", "accented", "cjk"]


@dataclass(frozen=True, slots=True)
class Workload:
    """Texts to measure: how many documents of how many words, evenly spread between ``shortest`` and ``longest``."""

    name: str
    documents: int
    shortest: int
    longest: int
    script: Script = "ascii"
    seed: int = 20251104

    def texts(self) -> list[str]:
        """The texts, the same ones at every call; made at the first."""
        return _texts(self)


NEWS: Final = Workload("news", 5_000, 400, 800)
"""The usual case: articles of about 600 words, all ASCII."""

NEWS_ACCENTED: Final = Workload("news, accented", 5_000, 400, 800, "accented")
"""The same articles with 2 % of the characters beyond ASCII: accented letters, curly quotes, dashes."""

WIRE: Final = Workload("wire", 20_000, 60, 240)
"""Wire takes: of fewer shingles than make a full signature at once, the dearest by the byte."""

SHORT: Final = Workload("short", 50_000, 5, 30)
"""Posts and headlines: where work per document, not per byte, shows."""

LONG: Final = Workload("long", 100, 50_000, 50_000)
"""Books and day-long live tickers: a document is larger than a batch."""

CJK: Final = Workload("cjk", 2_000, 600, 1_200, "cjk")
"""Chinese text, a token a character; ``shortest`` and ``longest`` are characters."""

WORKLOADS: Final = (NEWS, NEWS_ACCENTED, WIRE, SHORT, LONG, CJK)


def megabytes(texts: Sequence[str]) -> float:
    """The size of texts as UTF-8, in units of 10^6 bytes."""
    return sum(len(text) if text.isascii() else len(text.encode()) for text in texts) / 1e6


@functools.cache
def _texts(workload: Workload) -> list[str]:
    """Make the texts of a workload."""
    rng = np.random.default_rng(workload.seed)
    lengths = rng.integers(workload.shortest, workload.longest + 1, workload.documents)
    return _ideographs(lengths, rng) if workload.script == "cjk" else _articles(lengths, rng, workload.script)


def _articles(lengths: npt.NDArray[np.int64], rng: np.random.Generator, script: Script) -> list[str]:
    """Articles of ``lengths`` words in sentences and paragraphs, with quotations, figures and names."""
    chosen = np.searchsorted(np.cumsum(weights()), rng.random(int(lengths.sum())), "right")
    tokens = surface(script)[places(lengths, rng), np.minimum(chosen, FORMS - 1)]
    ends = np.cumsum(lengths).tolist()
    return [
        "".join(tokens[end - size : end].tolist()).rstrip() for end, size in zip(ends, lengths.tolist(), strict=True)
    ]


(PLAIN, OPENING, COMMA, CLOSING, PARAGRAPH, QUOTE, UNQUOTE, UNQUOTE_PARAGRAPH, GENITIVE, DASH) = range(10)
"""What stands around a word: nothing, a capital, a comma, a full stop and so on."""


def places(lengths: npt.NDArray[np.int64], rng: np.random.Generator) -> npt.NDArray[np.int8]:
    """``(words,)`` what stands around each word: sentences of 8 to 32 words, one in eight of them quoted, three to a
    paragraph, a comma at one word in sixteen."""
    count = int(lengths.sum())
    closing = np.zeros(count, np.bool_)
    closing[np.minimum(np.cumsum(rng.integers(8, 33, count // 8 + 1)), count - 1)] = True
    closing[np.cumsum(lengths) - 1] = True
    opening = np.roll(closing, 1)
    sentence = np.cumsum(opening)
    quoted = (rng.random(count + 1) < 0.12)[sentence]
    last = (rng.random(count + 1) < 0.35)[sentence]
    inside = rng.random(count)
    around = np.select([inside < 0.06, inside < 0.075, inside < 0.08], [COMMA, GENITIVE, DASH], PLAIN)
    around = np.where(opening, np.where(quoted, QUOTE, OPENING), around)
    ends = np.where(last, np.where(quoted, UNQUOTE_PARAGRAPH, PARAGRAPH), np.where(quoted, UNQUOTE, CLOSING))
    return np.where(closing, ends, around).astype(np.int8)


@functools.cache
def surface(script: Script) -> npt.NDArray[Any]:
    """``(10, FORMS)`` every word with what stands around it, the white space behind it included."""
    plain = words(accented=script == "accented")
    left, right, tick, dash = "\u201c\u201d\u2019\u2013" if script == "accented" else '""\'-'
    capital = [word[:1].upper() + word[1:] for word in plain]
    table = np.empty((10, FORMS), object)
    table[PLAIN] = [f"{word} " for word in plain]
    table[OPENING] = [f"{word} " for word in capital]
    table[COMMA] = [f"{word}, " for word in plain]
    table[CLOSING] = [f"{word}. " for word in plain]
    table[PARAGRAPH] = [f"{word}.\n\n" for word in plain]
    table[QUOTE] = [f"{left}{word} " for word in capital]
    table[UNQUOTE] = [f"{word}.{right} " for word in plain]
    table[UNQUOTE_PARAGRAPH] = [f"{word}.{right}\n\n" for word in plain]
    table[GENITIVE] = [f"{word}{tick}s " for word in plain]
    table[DASH] = [f"{word} {dash} " for word in plain]
    return table


def _ideographs(lengths: npt.NDArray[np.int64], rng: np.random.Generator) -> list[str]:
    """Chinese characters by the same law, a comma or a full stop at one in twelve."""
    alphabet = rng.permutation(np.arange(0x4E00, 0x4E00 + 6_000, dtype=np.uint32))
    ranks = np.arange(1, alphabet.size + 1)
    law = np.cumsum(1 / (ranks + 10.0))
    text = alphabet[np.searchsorted(law, rng.random(int(lengths.sum())) * law[-1])]
    marks = rng.random(text.size)
    text[marks < 1 / 12] = ord("\uff0c")
    text[marks < 1 / 36] = ord("\u3002")
    whole = text.tobytes().decode("utf-32-le" if np.little_endian else "utf-32-be")
    ends = np.cumsum(lengths).tolist()
    return [whole[end - size : end] for end, size in zip(ends, lengths.tolist(), strict=True)]
