"""Worker processes, their messages, and the spill files that they share. The pool knows no document."""
