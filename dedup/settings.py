"""The settings of the engine: one frozen dataclass, the ranges as data, and the fingerprint for the files of an index.

The metadata of a field holds its range (`Limits`, `Choice`, `NameList` or `Switch`) and its help. The validation, the
flags of the command line and their help text read the metadata. A setting has a flag (``--shingle-size``), a key in a
TOML file (``shingle_size``) and an argument (``shingle_size``).
"""

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

import xxhash

from dedup.errors import SettingsError

HASHES: Final = "dedup-hashes 2"
"""The name and the version of the scheme of hashes (`core/text/README.md`). It is part of the fingerprint of settings,
so an index of another scheme is recognised."""

PUBLIC_SEED: Final = 0x5DEECE66D
"""The seed of a job whose settings name none. Anybody knows it. A new index draws a secret seed instead."""

Rule = Literal["earliest", "longest", "source"]
"""The rule that chooses the canonical document of a story. `core.stories.canonical` explains each rule."""

Extractor = Literal["trafilatura", "resiliparse", "none"]
"""The extractor of the main text of HTML pages. `formats.pages.extractors` has each of them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The range of a number of type ``kind``, both ends included. ``power_of_two`` admits powers of two alone."""

    low: float
    high: float
    help: str
    power_of_two: bool = False
    kind: type = int

    def __str__(self) -> str:
        return f"{self.low:g} to {self.high:g}" + (", a power of two" if self.power_of_two else "")

    def admits(self, value: float) -> bool:
        """Return whether ``value`` lies in the range."""
        return self.low <= value <= self.high and not (self.power_of_two and int(value) & (int(value) - 1))

    def checked(self, name: str, value: Any) -> Any:
        """Return ``value`` as ``kind``.

        Raises:
            SettingsError: ``value`` is no number of this kind, or it is out of the range. The message calls it
                ``name``.
        """
        if isinstance(value, bool) or not isinstance(value, (int, float) if self.kind is float else int):
            kind = "a number" if self.kind is float else "a whole number"
            raise SettingsError(f"{name} = {value!r}: give {kind}, {self}")
        if not self.admits(value):
            raise SettingsError(f"{name} = {value!r} is out of range: give {self}")
        return self.kind(value)  # 1 and 1.0 have one fingerprint


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a few ``words``."""

    words: tuple[str, ...]
    help: str

    def __str__(self) -> str:
        return f"{', '.join(self.words[:-1])} or {self.words[-1]}"

    def checked(self, name: str, value: Any) -> Any:
        """Return ``value``.

        Raises:
            SettingsError: ``value`` is none of the words. The message calls it ``name``.
        """
        if not isinstance(value, str) or value not in self.words:
            raise SettingsError(f"{name} = {value!r}: give {self}")
        return value


@dataclass(frozen=True, slots=True)
class NameList:
    """Any number of names, in an order that counts. ``item`` says what one name stands for."""

    item: str
    help: str

    def __str__(self) -> str:
        return "a list of names"

    def checked(self, name: str, value: Any) -> Any:
        """Return ``value`` as a tuple.

        Raises:
            SettingsError: ``value`` is no list or tuple, or an item is blank or no text. The message calls ``value``
                ``name``.
        """
        if not isinstance(value, (list, tuple)):
            raise SettingsError(f"{name} = {value!r}: give {self}, as [{value!r}]")
        for item in value:
            if not isinstance(item, str) or not item.strip():
                raise SettingsError(f"{name} = {value!r}: {item!r} is no name; give {self}")
        return tuple(value)


@dataclass(frozen=True, slots=True)
class LimitTable:
    """Limits on input by their names."""

    help: str

    def checked(self, name: str, value: Any) -> "InputLimits":
        """Return ``value`` as `InputLimits`.

        Raises:
            SettingsError: ``value`` is neither a mapping nor `InputLimits`, or a limit is unknown or out of its range.
        """
        if not isinstance(value, (InputLimits, Mapping)):
            raise SettingsError(f"{name} = {value!r}: give limits by their names, as {{'page_seconds': 60}}")
        _check_names(() if isinstance(value, InputLimits) else value, InputLimits, name, "limit")
        return value if isinstance(value, InputLimits) else InputLimits(**value)


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off."""

    help: str

    def __str__(self) -> str:
        return "true or false"

    def checked(self, name: str, value: Any) -> Any:
        """Return ``value``.

        Raises:
            SettingsError: ``value`` is neither true nor false. The message calls it ``name``.
        """
        if not isinstance(value, bool):
            raise SettingsError(f"{name} = {value!r}: give {self}")
        return value


def _setting(default: Any, low: float, high: float, text: str, power_of_two: bool = False, repr: bool = True) -> Any:
    """Return the field of a number, with its range from ``low`` to ``high`` and its help ``text``."""
    return field(default=default, repr=repr, metadata={"limits": Limits(low, high, text, power_of_two, type(default))})


@dataclass(frozen=True, slots=True)
class InputLimits:
    """The most that one input may have. Input beyond a limit is a skip, or a note where its text is still read.

    Each limit has a flag (``--max-page-bytes``) and a key of ``limits`` (``page_bytes``) in TOML files and arguments.

    Raises:
        SettingsError: a limit is outside its range.
    """

    document_bytes: int = _setting(256 * 1024**2, 1, 10**12, "bytes of a text, of a line, or of an object of JSON")
    record_bytes: int = _setting(64 * 1024**2, 1, 10**12, "bytes of a feed, a line to a service, a mail, a WARC record")
    page_bytes: int = _setting(8 * 1024**2, 1, 2 * 10**9, "bytes of an HTML page")
    page_elements: int = _setting(20_000, 1, 10**9, "elements of a page whose main text is searched for")
    page_attributes: int = _setting(250_000, 1, 10**9, "attributes of such a page")
    page_seconds: float = _setting(30.0, 0.1, 86_400, "seconds for a page")
    tokens: int = _setting(50_000_000, 1, 10**12, "words of a document")
    unpacked_bytes: int = _setting(1024**3, 1, 10**15, "bytes to which a packed file may always expand")
    unpacked_ratio: int = _setting(2000, 1, 10**9, "times its size to which a packed file may expand beyond these")
    members: int = _setting(10_000_000, 1, 10**12, "members of an archive")
    archive_depth: int = _setting(1, 1, 16, "archives in each other")
    skips: int = _setting(100, 1, 10**9, "files that are listed for one reason to skip them; others are counted")

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            value = item.metadata["limits"].checked(f"limits.{item.name}", getattr(self, item.name))
            object.__setattr__(self, item.name, value)


DEFAULT_LIMITS: Final = InputLimits()
"""The limits on input where nobody chooses them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings for the comparison of documents. The defaults suit every kind of news input.

    Raises:
        SettingsError: a value is outside its range.
    """

    shingle_size: int = _setting(5, 1, 32, "words in a shingle")
    k: int = _setting(128, 16, 4096, "slots in a signature", power_of_two=True)
    similarity: float = _setting(
        0.27, 0.05, 1.0, "resemblance at which a pair becomes a candidate with the promised recall"
    )
    overlap: int = _setting(
        50, 2, 1_000_000, "shared shingles at which it becomes one with that recall, whatever its resemblance"
    )
    recall: float = _setting(0.99, 0.5, 0.9999, "share of these pairs which become candidates")
    containment: float = _setting(
        0.3, 0.05, 1.0, "share of the shorter text, in shared passages, from which two texts are copies"
    )
    max_bucket: int = _setting(
        64, 2, 4096, "documents compared with each other in one bucket; a larger one compares representatives"
    )
    seed: int = _setting(PUBLIC_SEED, 0, 2**64 - 1, "key of the hash functions; an index draws its own", repr=False)
    canonical: Rule = field(
        default="earliest",
        metadata={
            "limits": Choice(
                get_args(Rule),
                "who leads a story: the earliest document that credits nobody else, the longest, or the source that "
                "others credit",
            )
        },
    )
    scanned: bool = field(default=False, metadata={"limits": Switch("mend the misprints of scanned texts")})
    related: bool = field(default=False, metadata={"limits": Switch("tell which stories report one event")})
    prefer: tuple[str, ...] = field(
        default=(), metadata={"limits": NameList("source", "sources whose documents lead, the most preferred first")}
    )

    extractor: Extractor = field(
        default="trafilatura",
        metadata={"limits": Choice(get_args(Extractor), "what finds the main text of HTML pages; none takes all text")},
    )
    limits: InputLimits = field(
        default=DEFAULT_LIMITS, compare=False, metadata={"limits": LimitTable("the most that one input may have")}
    )

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            limits: Limits | Choice | NameList | Switch | LimitTable = item.metadata["limits"]
            object.__setattr__(self, item.name, limits.checked(item.name, getattr(self, item.name)))

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any], where: str = "settings") -> "Settings":
        """Return the settings of a mapping of names to values.

        Raises:
            SettingsError: a name is unknown or a value is outside its range. The message begins with ``where``.
        """
        _check_names(values, cls, where, "setting")
        try:
            return cls(**values)
        except SettingsError as error:
            raise SettingsError(f"{where}: {error}") from error

    @classmethod
    def from_toml(cls, text: str, where: str = "settings", table: tuple[str, ...] = ()) -> "Settings":
        """Return the settings of the text of a TOML file.

        Args:
            text: the text of the file.
            where: names the file in errors.
            table: the keys that lead to the settings, as ``("tool", "dedup")``; none for a file of settings only.

        Raises:
            SettingsError: it is no valid TOML, has no such table, an unknown name, or a value outside its range.
        """
        import tomllib  # few jobs have a file of settings

        try:
            values: Any = tomllib.loads(text)
        except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a plain ValueError
            raise SettingsError(f"{where} is not valid TOML: {error}") from error
        for key in table:
            values = values.get(key) if isinstance(values, dict) else None
        if not isinstance(values, dict):
            raise SettingsError(f"{where} has no table [{'.'.join(table)}]: write the settings below that heading")
        return cls.from_mapping(values, where)

    def to_mapping(self) -> dict[str, Any]:
        """Return the settings of the comparison as plain values by their names: all but ``limits``."""
        return {name: value for name, value in self.to_message().items() if name != "limits"}

    def to_message(self) -> dict[str, Any]:
        """Return all settings as plain values by their names, ``limits`` too."""
        return dataclasses.asdict(self)

    def shown(self) -> dict[str, Any]:
        """Return the settings that may be shown: all but a seed that is not the public one."""
        values = self.to_mapping()
        if self.seed != PUBLIC_SEED:
            del values["seed"]
        return values

    def fingerprint(self) -> str:
        """Return 16 hexadecimal digits that change with every setting of stories, and with the scheme of hashes.

        The database of an index has the digits, and so has each of its segments. ``related`` changes no story.
        """
        values = {name: value for name, value in self.to_mapping().items() if name != "related"}
        return fingerprint_of({**values, "hashes": HASHES})


def make_settings(
    settings: "Settings | Mapping[str, Any] | None", changes: Mapping[str, Any], arguments: Collection[str] = ()
) -> Settings:
    """Return the settings that a caller gives.

    Args:
        settings: settings, a mapping of names to values, or None for the defaults.
        changes: values by name, which go before ``settings``.
        arguments: names of other arguments of the caller, which a misspelled name may mean.

    Raises:
        SettingsError: a name is unknown, a value is outside its range, or ``settings`` is of another type.
    """
    names = [*arguments, *(item.name for item in dataclasses.fields(Settings))]
    for name in changes:
        if name not in names:
            raise SettingsError(f"{name!r} is neither a setting nor another argument; {_describe_names(name, names)}")
    if isinstance(settings, Settings):
        return Settings.from_mapping({**settings.to_message(), **changes}) if changes else settings
    if settings is None or isinstance(settings, Mapping):
        return Settings.from_mapping({**(settings or {}), **changes})
    raise SettingsError(f"settings are of type {type(settings).__name__}: give Settings, or a mapping as {{'k': 256}}")


def names_seed(settings: "Settings | Mapping[str, Any] | None", changes: Mapping[str, Any]) -> bool:
    """Return whether the arguments of `make_settings` name a seed. `Settings` with the public seed name none."""
    if isinstance(settings, Settings):
        return "seed" in changes or settings.seed != PUBLIC_SEED
    return "seed" in changes or "seed" in (settings or {})


def _check_names(values: Collection[object], record: type, where: str, kind: str) -> None:
    """Raise `SettingsError` for the first of the values that is no name of a field."""
    names = [item.name for item in dataclasses.fields(record)]
    for name in values:
        if name not in names:
            raise SettingsError(f"{where}: {name!r} is not a {kind}; {_describe_names(name, names)}")


def _describe_names(name: object, names: Collection[str]) -> str:
    """Return all names, and the name that is nearest to a wrong name, as text."""
    from difflib import get_close_matches  # few jobs have an error

    nearest = get_close_matches(str(name), names, 1)
    return f"there are {', '.join(names)}" + (f"; the nearest is {nearest[0]!r}" if nearest else "")


def fingerprint_of(settings: Mapping[str, Any]) -> str:
    """Return the fingerprint of plain values, also for settings of an older version of the package."""
    text = "\n".join(f"{name}={value!r}" for name, value in sorted(settings.items()))
    return xxhash.xxh3_64_hexdigest(text.encode())
