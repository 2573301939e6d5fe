"""Band keys and sampled shingles to pairs of texts that may be copies."""
