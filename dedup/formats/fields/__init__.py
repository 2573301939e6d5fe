"""Names and values of the fields of a row, as people write them. No I/O."""
