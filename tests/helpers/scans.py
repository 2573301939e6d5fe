"""Made-up articles, and their scans with misprints."""

import random

LETTERS = "abcdefghijklmnopqrstuvwxyz"
FORMS = ["".join(random.Random(number).choices(LETTERS, k=3 + number % 8)) for number in range(900)]


def article(number):
    """Return the article of a number: 250 words with some figures."""
    rng = random.Random(f"article {number}")
    return " ".join(str(rng.randrange(10, 9999)) if rng.random() < 0.03 else rng.choice(FORMS) for _ in range(250))


def scanned(text, number, share=0.2):
    """Return the text with one character changed in a share of its words."""
    rng = random.Random(f"scan {number}")
    words = text.split()
    for index, word in enumerate(words):
        if rng.random() < share:
            place = rng.randrange(len(word))
            words[index] = word[:place] + rng.choice(LETTERS) + word[place + 1 :]
    return " ".join(words)
