"""The report formats: one file for each, with a function ``write``. `dedup.report.registry` lists them."""
