"""A comparison to the stories of an index: how they change, what is decided, and which events tell it."""
