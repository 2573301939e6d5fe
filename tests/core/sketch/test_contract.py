"""The recall contract: bands and sample of settings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sketch.bands import Plan, probability
from dedup.core.sketch.contract import contract
from dedup.core.sketch.reference import bands as slow
from dedup.errors import SettingsError
from dedup.settings import Settings

SETTINGS = st.builds(
    Settings,
    k=st.sampled_from([16, 64, 128]),
    similarity=st.floats(0.05, 1.0),
    overlap=st.integers(2, 500),
    recall=st.floats(0.5, 0.9999),
)


@given(SETTINGS)
def test_the_bands_fulfil_the_contract(settings: Settings) -> None:
    """The bands are the most selective ones that keep the recall, or the settings are refused."""
    expected = slow.plan(settings.similarity, settings.recall, settings.k)
    if expected is None:
        with pytest.raises(SettingsError, match="slots cannot find pairs"):
            contract(settings)
    else:
        plan = contract(settings).plan
        assert expected == plan
        assert probability(plan, settings.similarity) >= settings.recall - 1e-9


@given(st.integers(2, 1000), st.floats(0.5, 0.9999))
def test_the_sample_fulfils_the_contract(overlap: int, recall: float) -> None:
    """A pair with the overlap shares two sampled shingles with the promised probability."""
    share = int(contract(Settings(k=4096, overlap=overlap, recall=recall)).max_hash) / 2**64
    missed = (1 - share) ** overlap + overlap * share * (1 - share) ** (overlap - 1)
    assert pytest.approx(recall, abs=1e-9) == 1 - missed


def test_the_contract_of_the_defaults_stays() -> None:
    """Stored indexes have the 61 bands and the sample, 12.55 % of the shingles, of the default settings."""
    plan, max_hash = contract(Settings())
    assert Plan(61, 2) == plan
    assert pytest.approx(0.12552, abs=5e-6) == int(max_hash) / 2**64


def test_other_settings_do_not_change_the_contract() -> None:
    """Only similarity, overlap, recall and the number of slots change the contract."""
    assert contract(Settings()) == contract(Settings(seed=1, shingle_size=9, containment=0.9, max_bucket=2))
