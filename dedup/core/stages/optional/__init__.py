"""Stages that a job runs only if its user gives rulings, or says that texts are scanned."""
