"""Documents that come one after another, as an index gets them: who leads a story, and what each document is."""
