"""Golden vectors: a changed hash makes every stored index useless, so it must not change by accident."""

import pytest

from dedup.core.sketch.signatures import of_texts
from dedup.settings import Settings

GOLDEN = {
    (
        "Harbour officials said on Tuesday that the 14 ferries of the line "
        "would sail again by Friday, weather allowing."
    ): [3346903188, 2927175111, 1785910867, 2750281568, 1523339476, 1746557789],
    (
        "Le Conseil d’État a jugé mardi que l’arrêté du préfet — contesté dès 2024 — n’était pas légal, a-t-il précisé."
    ): [1159303322, 59405720, 2323730521, 3622458207, 1929087013, 1682291328],
    "市政府星期二宣布，老城区的三座桥梁将于明年春天重新开放。": [
        875048417,
        36175893,
        812706833,
        812706833,
        708996045,
        3176863685,
    ],
    (
        "Donaudampfschifffahrtsgesellschaftskapitän trifft "
        "Internationalisierungsbeauftragten der Arbeiterunfallversicherung am Hafen"
    ): [482400441, 651796311, 1837920885, 1568523192, 1025754462, 2320752963],
    "one two three four five": [243131564, 2266882807, 2613028579, 4083073975, 3546911952, 4083073975],
}
"""Text -> the first six of its 64 slots."""


@pytest.mark.parametrize("text", GOLDEN, ids=["ascii", "accented", "ideographs", "long words", "one shingle"])
def test_signatures_are_what_they_were(text: str) -> None:
    """The first slots of the signature of a text, with the default key."""
    assert GOLDEN[text] == of_texts([text], Settings(k=64))[0, :6].tolist()
