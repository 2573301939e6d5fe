"""stub"""
from typing import NamedTuple
class Cleaned(NamedTuple):
    text: str
    repairs: tuple[str, ...] = ()
def clean(text): return Cleaned(text, ())
