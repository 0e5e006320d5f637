"""Bounds: how much is read at most."""

MAX_DOCUMENT_SIZE = 100_000_000
"""Largest document read by default, in bytes after decompression."""
