"""Input of a program in place of files: documents, tables of other libraries, or names of files."""
