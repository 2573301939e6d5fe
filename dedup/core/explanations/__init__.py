"""The parts of a decision that a reader is shown: the places of tokens, shared passages, and the words that differ."""
