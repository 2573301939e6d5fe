"""Decided pairs to the stories of texts: components, and the stories of each component."""
