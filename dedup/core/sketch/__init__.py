"""Tokens to what a text is found by: shingles, signatures, band keys, sampled shingles."""
