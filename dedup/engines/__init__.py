"""The same job in different places. ``local`` runs it in this process; all of them run the pure core."""
