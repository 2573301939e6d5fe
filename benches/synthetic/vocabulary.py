"""The 50,000 word forms of the made-up news, and how often each is drawn.

The 150 most frequent are the English function words in their order; every twelfth of the others is a figure; the rest
are made of syllables, a little longer from rank to rank, as in every language; one in eight is a name. Letters have
their English frequencies, so that words branch and end as real ones do; they mean nothing.
"""

import functools
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["FORMS", "FREQUENT", "weights", "words"]

FORMS: Final = 50_000
"""Word forms in all."""

_FREQUENT: Final = (
    "the of to and a in that is for on was with as it said he at by be from has have are his an not this but they "
    "will were who which its had been would their or more after we one about new there out two up when also year last "
    "all can people over if some other than into her she first them no years time so could what only him most against "
    "three now government before under down made week make because do between many state any these while company still "
    "may through such much where our being during country even should since those very market day percent both per "
    "just off including next month like then second group according get old your part way world take how million home "
    "public several another under back four well police national did each former my used states found set minister "
    "money end work report including top five long city high me i you"
)

FREQUENT: Final = tuple(dict.fromkeys(_FREQUENT.split()))
"""Words by falling frequency, as news has them."""

_SHIFT: Final = 2.0
_EXPONENT: Final = 1.07
_CONSONANTS: Final = np.frombuffer(b"ttttttnnnnnnssssssrrrrrrhhhllllddddcccmmmffppggwwbbvkyjxqz", np.uint8)
_VOWELS: Final = np.frombuffer(b"eeeeeeeeeeeeaaaaaaaaooooooooiiiiiiiuuu", np.uint8)
_WIDTH: Final = 26
_ACCENTS: Final = {"a": "áäå", "e": "éèë", "i": "íî", "o": "öóø", "u": "üú", "c": "çč", "n": "ñń", "s": "š", "z": "ž"}


def weights() -> npt.NDArray[np.float64]:
    """``(FORMS,)`` how often each form is drawn, by the law of Zipf and Mandelbrot; sums to 1."""
    law = (np.arange(1, FORMS + 1) + _SHIFT) ** -_EXPONENT
    result: npt.NDArray[np.float64] = law / law.sum()
    return result


@functools.cache
def words(accented: bool = False) -> tuple[str, ...]:
    """The forms by falling frequency; ``accented``: with every sixth of the others in diacritics."""
    rng = np.random.default_rng(1)
    forms = list(FREQUENT)
    rest = FORMS - len(forms)
    made = _made_up(rest, rng)
    figures = _figures(rest, rng)
    for place in range(rest):
        word = figures[place] if place % 12 == 7 else made[place]
        if accented and place % 12 in (1, 9):
            word = _accent(word, place)
        forms.append(word.capitalize() if place % 8 == 3 else word)
    return tuple(forms)


def _made_up(count: int, rng: np.random.Generator) -> list[str]:
    """Distinct words of consonants and vowels by turns, from 3 to 26 letters, longer the rarer they are."""
    rise = np.log(np.arange(count) / 50 + 1) / np.log(count / 50 + 1)
    lengths = np.rint(rng.normal(5.55 + 2.45 * rise, 2.2))
    lengths += np.where(rng.random(count) < 0.025, rng.geometric(0.2, count), 0)  # compounds and chemistry
    lengths = np.clip(lengths, 3, _WIDTH).astype(np.int64)
    letters = np.zeros((count, _WIDTH), np.uint8)
    todo = np.arange(count)
    while todo.size:
        vowel = (np.arange(_WIDTH) + rng.integers(0, 2, (todo.size, 1))) % 2 == 1
        vowel ^= rng.random((todo.size, _WIDTH)) < 0.12  # doubled consonants, diphthongs
        drawn = np.where(vowel, rng.choice(_VOWELS, vowel.shape), rng.choice(_CONSONANTS, vowel.shape))
        letters[todo] = np.where(np.arange(_WIDTH) < lengths[todo, np.newaxis], drawn, 0)
        _, first = np.unique(letters.view(f"S{_WIDTH}")[:, 0], return_index=True)
        todo = np.setdiff1d(np.arange(count), first)
    made: list[str] = letters.view(f"S{_WIDTH}")[:, 0].astype(f"U{_WIDTH}").tolist()
    return made


def _figures(count: int, rng: np.random.Generator) -> list[str]:
    """Figures as news has them: 7, 2025, 14.3, 1,250, $3.2."""
    numbers = rng.integers(1, 1000, count).tolist()
    forms = ("{0}", "20{1:02}", "{1}.{2}", "{2},{0:03}", "${1}.{2}", "{1}")
    return [forms[place % len(forms)].format(n, n % 100, n % 10 or 1) for place, n in enumerate(numbers)]


def _accent(word: str, place: int) -> str:
    """``word`` with diacritics on the first letter that can have them."""
    for at, letter in enumerate(word):
        if letter in _ACCENTS:
            marked = _ACCENTS[letter]
            return word[:at] + marked[place % len(marked)] + word[at + 1 :]
    return word
