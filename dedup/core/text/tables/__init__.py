"""Tables of characters, words and phrases: data, no code."""
