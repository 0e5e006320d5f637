"""Themes: which themes of a codebook each sentence of a text expresses, and which words decided."""

__version__ = "0.1.0"
