"""Text: its words, paragraphs and sentences."""
