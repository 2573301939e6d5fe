"""Decided pairs to pairs that a person labels."""

from dedup.comparison_types import PairToLabel
from dedup.core.collection import Collection
from dedup.core.evaluation.doubtful_pairs import choose_doubtful
from dedup.core.pairs.rule import units
from dedup.core.pairs.rules import RULES
from dedup.core.thresholds import ONE
from dedup.engines.stages.verify import VerifiedPairs
from dedup.formats.typed.labels import IGNORE
from dedup.settings import Settings


def pairs_to_label(
    verified: VerifiedPairs, texts: Collection, settings: Settings, count: int
) -> tuple[PairToLabel, ...]:
    """Return the pairs that a person labels with most profit: near to the bound, and of many sites.

    Args:
        verified: the decided pairs.
        texts: the documents and texts.
        settings: the settings of the job.
        count: the number of pairs, at most.
    """
    if not count:
        return ()
    verdicts, least = verified.verdicts, units(settings.containment)
    pairs = verdicts.pairs
    rows = choose_doubtful(verdicts.shares, least, verified.decider.sites[pairs], count)
    ids = texts.members.ids
    documents = texts.first[pairs[rows]].tolist()
    columns = zip(documents, verdicts.shares[rows].tolist(), verdicts.rules[rows].tolist(), strict=True)
    return tuple(
        PairToLabel(ids[a], ids[b], IGNORE, share >= least, RULES[rule].name, round(share / ONE, 4))
        for (a, b), share, rule in columns
    )
