"""Band keys and sampled shingles -> candidates: pairs of texts that may be copies."""
