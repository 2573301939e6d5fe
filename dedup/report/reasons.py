"""The words for reasons of a decision that are no rules on a pair, and for why a document leads its story."""

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

JOINS: Final = {
    "share": "they share enough",
    "one_site": "they share enough for one site",
    "excerpt": "one is whole in the other",
    "equal": "their words are equal",
}
"""Why two documents are a match, by the rule that decided."""

LEADS: Final = {
    "preferred": "its source is preferred",
    "no_stub": "it is more than a stub",
    "uncredited": "it credits no other source",
    "credited": "another document credits it",
    "dated": "it has a date",
    "earliest": "it is the earliest",
    "longest": "it is the longest",
    "whole": "it is whole",
    "id": "its id comes first, all else is equal",
}
"""Why a document comes before the next one, by `LeadReason.canonical_rule`."""
