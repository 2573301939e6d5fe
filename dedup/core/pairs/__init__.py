"""A pair of texts to its measures and its decision."""
