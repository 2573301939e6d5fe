"""One file a format: decompressed bytes to documents. The registry lists them."""
