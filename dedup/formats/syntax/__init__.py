"""Text and bytes of files with many rows -> the rows as they are written: lines, CSV rows, JSON values."""
