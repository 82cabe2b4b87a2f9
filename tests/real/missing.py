"""Says that a real server cannot be started here."""


class Missing(Exception):
    """A program that a real server needs is not installed; the text says which package has it."""
