"""The plan on Spark."""
