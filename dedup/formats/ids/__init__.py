"""Ids of documents that bring none of their own: of files, of rows, and in an index."""
