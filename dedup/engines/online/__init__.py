"""The engine for documents that arrive one by one: `dedup.Index`."""
