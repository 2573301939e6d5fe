"""Stories and labels -> scores: pairs, adjusted Rand index, B-cubed."""
