"""Characters: the fold and the kind of each, their entries as arrays, and look-ups in bulk."""
