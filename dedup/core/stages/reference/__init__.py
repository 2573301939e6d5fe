"""Slow, obvious twins of the stages of the plan."""
