"""Scoring: from a sentence and a model to probabilities and reasons."""
