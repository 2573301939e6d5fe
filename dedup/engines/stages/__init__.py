"""The stages of a job, in order: each cuts its input into tasks and takes the results."""
