"""Matches to stories: clustering, the canonical document, relations, credits."""
