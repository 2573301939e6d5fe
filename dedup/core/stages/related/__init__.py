"""The stages of related coverage, which run where a user asks for it."""
