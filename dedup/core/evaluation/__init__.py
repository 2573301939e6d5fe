"""Stories against labels: pairs, adjusted Rand index, B-cubed."""
