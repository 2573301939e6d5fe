"""One file a format: a file of many rows to the same file without some rows. The registry lists them."""
