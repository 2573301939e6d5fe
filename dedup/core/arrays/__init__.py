"""What is done to arrays, whatever they hold: ragged rows, sorting, hashing, components, scratch memory."""
