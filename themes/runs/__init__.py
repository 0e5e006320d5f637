"""Runs: whole collections scored in parts, and how results are written."""
