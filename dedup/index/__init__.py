"""The index on disk: a folder of documents, stories, events and postings. One process writes it, many read it."""
