"""The work of a worker process: its tasks, its results, and the code that does a task."""
