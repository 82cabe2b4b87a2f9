"""The command line: every command is a thin call into the rooms below; nothing slow is imported for ``--help``."""

from listener.cli.main import main

__all__ = ["main"]
