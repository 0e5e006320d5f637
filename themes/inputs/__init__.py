"""Inputs: documents read from files, folders, tables, streams and other machines."""
