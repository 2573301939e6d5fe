"""The index on disk: a folder with documents, stories, events and postings. One process writes it, many read it."""
