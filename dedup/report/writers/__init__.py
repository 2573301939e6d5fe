"""One file a report format, each with a function `write`. The registry lists them."""
