"""The settings: their ranges, their files, and their fingerprint."""

import dataclasses
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import Settings, SettingsError
from dedup.settings import Limits

RANGES = {item.name: item.metadata["limits"] for item in dataclasses.fields(Settings) if item.compare}
LIMITS = {name: limits for name, limits in RANGES.items() if isinstance(limits, Limits)}
FRACTIONS = {name for name, limits in LIMITS.items() if limits.kind is float}
GOLDEN = "175b0d2b0f08dc3f"

each_setting = pytest.mark.parametrize("name", LIMITS)


def make(name, value):
    """Return settings with one value."""
    return Settings(**{name: value})


def below(name):
    """Return the next value below the range of a setting."""
    return math.nextafter(LIMITS[name].low, -math.inf) if name in FRACTIONS else LIMITS[name].low - 1


def above(name):
    """Return the next value above the range of a setting."""
    return math.nextafter(LIMITS[name].high, math.inf) if name in FRACTIONS else LIMITS[name].high + 1


@each_setting
def test_both_ends_of_a_range_are_in_it(name):
    """The lowest and the highest value of a setting are valid."""
    limits = LIMITS[name]
    assert (limits.low, limits.high) == (getattr(make(name, limits.low), name), getattr(make(name, limits.high), name))


@each_setting
@pytest.mark.parametrize("beyond", [below, above])
def test_a_value_just_outside_a_range_is_refused(name, beyond):
    """The error names the setting, the value and the range."""
    value = beyond(name)
    with pytest.raises(SettingsError) as caught:
        make(name, value)
    assert f"{name} = {value!r} is out of range: give {LIMITS[name]}" == str(caught.value)


@each_setting
@pytest.mark.parametrize("value", ["5", None, True, False, [1], b"5", 1j])
def test_a_value_of_another_type_is_refused(name, value):
    """Text, None, lists, True and False are no numbers."""
    with pytest.raises(SettingsError, match=f"^{name} = .*: give a (whole )?number, "):
        make(name, value)


@pytest.mark.parametrize("name", sorted(LIMITS.keys() - FRACTIONS))
def test_a_fraction_is_no_whole_number(name):
    """A setting that is a count does not take 64.0."""
    with pytest.raises(SettingsError, match="give a whole number"):
        make(name, 64.0)


@pytest.mark.parametrize("name", sorted(FRACTIONS))
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_not_a_number_is_out_of_range(name, value):
    """NaN and the infinities are outside every range."""
    with pytest.raises(SettingsError, match="out of range"):
        make(name, value)


def test_a_whole_number_is_a_measure():
    """The whole number 1 is a valid share."""
    assert 1 == Settings(similarity=1).similarity


@settings(deadline=None)
@given(st.integers(16, 4096))
def test_k_is_a_power_of_two(k):
    """Only powers of two are valid values of k."""
    power = k.bit_count() == 1
    assert power == LIMITS["k"].admits(k)
    if power:
        assert k == Settings(k=k).k
    else:
        with pytest.raises(SettingsError, match="a power of two"):
            Settings(k=k)


@pytest.mark.parametrize("name", RANGES)
def test_a_setting_has_a_range_and_a_help(name):
    """The metadata of each setting has the help for the command line."""
    assert RANGES[name].help
    assert "16 to 4096, a power of two" == str(LIMITS["k"])


def test_settings_cannot_be_changed():
    """Settings are frozen, so a report names the settings of its job."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().k = 128


def test_a_toml_file_changes_its_keys_only():
    """Keys of a TOML file are settings, and all other settings keep their defaults."""
    expected = Settings(shingle_size=3, similarity=0.5)
    assert expected == Settings.from_toml("shingle_size = 3\nsimilarity = 0.5\n", "my.toml")
    assert Settings() == Settings.from_toml("", "my.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("shingel_size = 3", "'shingel_size' is not a setting; there are shingle_size, k, "),
        ("[core]\nk = 256", "'core' is not a setting"),
        ("k = ", "is not valid TOML"),
        ('k = "256"', "k = '256': give a whole number"),
        ("k = 100", "k = 100 is out of range"),
        ('canonical = "oldest"', "canonical = 'oldest': give earliest, longest or source"),
        ('prefer = "reuters.com"', "prefer = 'reuters.com': give a list of names, as ['reuters.com']"),
        ("prefer = [1]", "prefer = [1]: 1 is no name; give a list of names"),
        ("scanned = 1", "scanned = 1: give true or false"),
    ],
    ids=["unknown key", "table", "TOML", "wrong type", "out of range", "no choice", "no list", "no name", "no switch"],
)
def test_an_error_in_a_toml_file_names_the_file(text, message):
    """The message names the file and the problem."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_toml(text, "my.toml")
    assert str(caught.value).startswith("my.toml")
    assert message in str(caught.value)


@settings(deadline=None)
@given(st.integers(1, 32), st.floats(0.05, 1.0), st.integers(0, 2**64 - 1))
def test_settings_survive_a_mapping(size, containment, seed):
    """``from_mapping`` returns the settings that ``to_mapping`` wrote."""
    settings = Settings(shingle_size=size, containment=containment, seed=seed)
    assert settings == Settings.from_mapping(settings.to_mapping())


@pytest.mark.parametrize("value", ["", "Earliest", "oldest", None, 1, ("earliest",)])
def test_a_choice_is_one_of_its_words(value):
    """The error for any other value names the words."""
    with pytest.raises(SettingsError, match=r"^canonical = .*: give earliest, longest or source$"):
        Settings(canonical=value)


@pytest.mark.parametrize("value", ["true", None, 1, 0, 1.0, [True]])
def test_a_switch_is_on_or_off(value):
    """Only True and False are valid, not numbers or texts."""
    with pytest.raises(SettingsError, match=r"^scanned = .*: give true or false$"):
        Settings(scanned=value)


def test_the_option_for_scanned_texts_is_off():
    """The option for scanned texts is off by default, and a file can switch it on."""
    assert (False, True) == (Settings().scanned, Settings.from_toml("scanned = true").scanned)


@pytest.mark.parametrize("value", ["reuters.com", None, 1, {"a": 1}, [""], [" "], [None], (b"a",)])
def test_names_are_a_list_of_texts(value):
    """A single name, a blank name and an item that is no text are refused."""
    with pytest.raises(SettingsError, match=r"^prefer = .* give a list of names"):
        Settings(prefer=value)


def test_a_list_of_names_keeps_its_order():
    """A list of a TOML file makes the same settings as a tuple, in the same order."""
    settings = Settings.from_toml('canonical = "longest"\nprefer = ["b.example", "a.example"]')
    assert Settings(canonical="longest", prefer=("b.example", "a.example")) == settings
    assert settings == Settings.from_mapping(settings.to_mapping())
    assert hash(settings) == hash(Settings(canonical="longest", prefer=["b.example", "a.example"]))


def test_the_fingerprint_changes_with_every_setting():
    """Each changed setting changes the fingerprint, but ``related``, which changes no story."""
    changed = [make(name, limits.high) for name, limits in LIMITS.items()]
    changed += [Settings(canonical="source"), Settings(prefer=("a", "b")), Settings(prefer=("b", "a"))]
    changed += [Settings(scanned=True), Settings(extractor="none")]
    fingerprints = {settings.fingerprint() for settings in (Settings(), *changed)}
    assert 1 + len(RANGES) == len(fingerprints)
    assert Settings().fingerprint() == Settings(related=True).fingerprint()


def test_the_fingerprint_of_the_defaults_stays():
    """The fingerprint of the defaults is equal in all processes, and in all versions with equal settings."""
    assert GOLDEN == Settings().fingerprint()


def test_equal_settings_have_equal_fingerprints():
    """The whole number 1 and the fraction 1.0 make equal settings and equal fingerprints."""
    assert Settings(similarity=1) == Settings(similarity=1.0)
    assert Settings(similarity=1).fingerprint() == Settings(similarity=1.0).fingerprint()


def test_a_secret_seed_is_not_shown():
    """The public seed is shown. Another seed is neither in the text nor among the values that are shown."""
    assert Settings().to_mapping() == Settings().shown()
    secret = Settings(seed=987654321987)
    assert "seed" not in secret.shown() and "987654321987" not in repr(secret)
    assert 987654321987 == secret.to_mapping()["seed"]
