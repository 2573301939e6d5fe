"""Tokens -> the keys by which texts become candidates: shingles, signatures, band keys, sampled shingles."""
