"""The stages of a job, in order. Each stage cuts its input into tasks and takes the results."""
