"""Files, the lock, the database and its rows: all that touches the disk. Only `files` syncs."""
