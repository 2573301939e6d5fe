"""The plan, walked: by any operators, and in memory."""
