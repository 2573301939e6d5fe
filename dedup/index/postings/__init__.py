"""Postings of an index: sealed segments on the disk, and the newest postings in memory."""
