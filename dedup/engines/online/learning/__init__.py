"""The sites of an index, which it learns from the documents that come."""
