"""Decisions -> the bytes that an index stores with each document, and back."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

from dedup.index_types import Match, Reason
from dedup.types import Member, Relation

_FORMER: Final = 8
"""Former texts of a document that its row remembers."""

_BYTES: Final = 8
"""Bytes of the fingerprint of a former text."""


def _short(fingerprint: int) -> bytes:
    """The lowest bytes of a fingerprint."""
    return (fingerprint & (1 << 8 * _BYTES) - 1).to_bytes(_BYTES, "little")


class Answer(NamedTuple):
    """The part of a decision that stays as it was when the document was first added: a retry repeats it.

    The fields are those of `dedup.index_types.Decision`. ``relation`` is the relation to ``duplicate_of``.
    """

    is_new: bool = True
    duplicate_of: str = ""
    relation: Relation = "original"
    reason: Reason = "new"
    cold: bool = False
    seen: int = 1
    replaced: str = ""

    @property
    def is_told(self) -> bool:
        """Whether the document is an article. A text that is no article has no reason."""
        return bool(self.reason)


NEW = Answer()
"""The answer for a document that begins a story."""


NO_ARTICLE = Answer(is_new=False, reason="", seen=0)
"""The answer for a text that is no article."""


class StoredDecision(msgspec.Struct, frozen=True, array_like=True):
    """The part of a decision that an index stores.

    The first five fields are the document in its story, and its matches when it arrived. ``no_article`` is the reason
    why the text is no article. ``answer`` is the first answer. ``former`` are the fingerprints of the last texts that
    the document had before, eight bytes each, the latest last. ``is_digest`` says whether the text
    is a digest, or was one when it was compared.

    A row of an older format ends earlier, so a new field stands at the end and has a default.
    """

    relation: Relation = "original"
    containment: float = 1.0
    resemblance: float = 1.0
    credit: str = ""
    matches: tuple[tuple[str, float, float], ...] = ()
    no_article: str = ""
    answer: Answer = NEW
    former: bytes = b""
    is_digest: bool = False

    @classmethod
    def read(cls, data: bytes) -> "StoredDecision":
        """Decodes the bytes from `packed`."""
        return msgspec.msgpack.decode(data, type=cls)

    def packed(self) -> bytes:
        """Encodes the decision as bytes."""
        return msgspec.msgpack.encode(self)

    def in_story(self, member: Member, is_digest: bool) -> "StoredDecision":
        """The decision with another place in a story: the place of a ``member`` of it, which may be a digest."""
        return msgspec.structs.replace(
            self,
            relation=member.relation,
            containment=member.containment,
            resemblance=member.resemblance,
            credit=member.credit,
            no_article=member.no_article,
            is_digest=is_digest,
        )

    def with_matches(self, matches: Iterable[Match]) -> "StoredDecision":
        """The decision with other ``matches``."""
        pairs = tuple((match.id, match.containment, match.resemblance) for match in matches)
        return msgspec.structs.replace(self, matches=pairs)

    def after(self, older: "StoredDecision", fingerprint: int) -> "StoredDecision":
        """The decision on a document that replaces an ``older`` one, whose text has a ``fingerprint``."""
        return msgspec.structs.replace(self, former=(older.former + _short(fingerprint))[-_FORMER * _BYTES :])

    def had(self, fingerprint: int) -> bool:
        """Whether one of the former texts has a ``fingerprint``."""
        parts = range(0, len(self.former), _BYTES)
        return any(self.former[first : first + _BYTES] == _short(fingerprint) for first in parts)

    @property
    def named(self) -> tuple[Match, ...]:
        """The matches, as records."""
        return tuple(Match(*match) for match in self.matches)
