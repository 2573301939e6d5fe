"""What a worker does: each task, its result, and the code that does it."""
