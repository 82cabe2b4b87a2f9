"""Pure decisions about what belongs together: threads, duplicates, replies. No database, no clock."""

from listener.linking.answers import first_replies
from listener.linking.duplicates import collapse, collapse_copies
from listener.linking.threads import thread_roots

__all__ = ["collapse", "collapse_copies", "first_replies", "thread_roots"]
