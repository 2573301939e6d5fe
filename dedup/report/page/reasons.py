"""The words for reasons of a decision that are no rules on a pair."""

from typing import Final

REASONS: Final = {
    "story": "the average with the other documents decides",
    "address": "one address joins the two",
    "headline": "items of one headline join the two",
    "by hand": "a person decided",
    "digest": "one of the two is a digest, which holds several articles",
    "no_article": "at least one of the two is no article",
    "not_a_candidate": "the two share too few keys, and were not compared",
}
"""Reasons that are no rules on a pair."""
