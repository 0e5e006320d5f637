"""Reports: an evaluation as a page, as Markdown and as a table."""
