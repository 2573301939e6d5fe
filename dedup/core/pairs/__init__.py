"""Pairs of texts -> how much each pair shares, and whether it is a match."""
