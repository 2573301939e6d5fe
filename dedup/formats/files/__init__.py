"""Files and standard input as streams of bytes: opened, decompressed, decoded, read ahead."""
