"""The word of a person on stories, which goes before every rule."""
