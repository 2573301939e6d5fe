"""Files of JSON Lines whose rows are all of one known type: labels, and rulings on blocks."""
