"""The query language: what matches, what is refused and where, and the laws that hold for every query."""
