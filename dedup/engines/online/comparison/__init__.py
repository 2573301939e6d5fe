"""A batch of documents and an index: their keys, what is near to them, and the comparison with it."""
