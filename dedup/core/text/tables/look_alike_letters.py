"""Letters of other scripts that look like Latin ones: data for `core.text.look_alikes`, after the confusables of UTS
39.

Case matters: ``В`` looks like ``B``. ``в`` looks like a small capital, but forgers use it for ``b`` too.
"""

from typing import Final

SCRIPTS: Final = {
    "latin": ((0x41, 0x5B), (0x61, 0x7B), (0xC0, 0xD7), (0xD8, 0xF7), (0xF8, 0x250), (0x1E00, 0x1F00)),
    "greek": ((0x370, 0x400), (0x1F00, 0x2000)),
    "cyrillic": ((0x400, 0x530),),
    "armenian": ((0x531, 0x588),),
    "cherokee": ((0x13A0, 0x1400), (0xAB70, 0xABC0)),
    "coptic": ((0x2C80, 0x2D00),),
    "lisu": ((0xA4D0, 0xA500),),
}
"""A script -> its code points, as (first, end)."""

LOOK_ALIKES: Final = {
    "a": "аαⲁ", "b": "вьβ", "c": "сϲⲥ", "d": "ԁꓒ", "e": "еҽε", "g": "ցԍ", "h": "нһհᏂ", "i": "іιӏⲓ", "j": "јյϳ",
    "k": "кκⲕ", "l": "ӏլ", "m": "мⲙ", "n": "пոη", "o": "оοօσⲟ", "p": "рρⲣ", "q": "ԛզ", "r": "г", "s": "ѕ",
    "t": "тτⲧ", "u": "υս", "v": "νѵ", "w": "ԝωա", "x": "хχⲭ", "y": "уγү",
    "A": "АΑᎪⲀꓮ", "B": "ВΒᏴⲂꓐ", "C": "СϹᏟⲤꓚ", "D": "ᎠꓓԀ", "E": "ЕΕᎬⲈꓰ", "F": "ҒϜꓝ", "G": "ԌᏀꓖ", "H": "НΗᎻⲎꓧҺ",
    "I": "ІΙӀⲒꓲ", "J": "ЈͿᎫꓙ", "K": "КΚᏦⲔꓗ", "L": "ᏞꓡԼ", "M": "МΜᎷⲘꓟ", "N": "ΝⲚꓠ", "O": "ОΟՕⲞꓳ", "P": "РΡᏢⲢꓑ",
    "Q": "Ԛ", "R": "ᎡꓣᏒ", "S": "ЅՏᏚꓢ", "T": "ТΤᎢⲦꓔ", "U": "ՍꓴՄ", "V": "ѴᏙꓦ", "W": "ԜᎳꓪ", "X": "ХΧⲬꓫ", "Y": "УΥⲨꓬҮ",
    "Z": "ΖᏃꓜ",
}  # fmt: skip
"""A Latin letter -> letters of other scripts that look like it. The first one of a script replaces it in that
script."""
