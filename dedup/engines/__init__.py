"""Engines run a job in one place: at once, or document by document. Each engine calls the pure core."""
