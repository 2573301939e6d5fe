"""Matches -> stories: clustering, digests, the canonical document, relations, credits, names of stories."""
