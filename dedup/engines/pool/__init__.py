"""Worker processes, what they say to each other, and the spill files that they share. Knows no document."""
