"""Texts to folded text, tokens, blocks, figures, headlines and notices."""
