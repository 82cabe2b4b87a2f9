"""Finds the terms of stored posts, once for each text, so that word clouds need not read texts."""

from sqlalchemy import Engine

from listener.progress import Progress, silent
from models.database import session_of
from models.reads.terms import count_untermed, untermed
from models.store.terms import TermsData, save_terms
from nlp.stored_terms import VERSION, stored_terms

BATCH = 500


def term_posts(engine: Engine, progress: Progress = silent) -> int:
    """Store the terms of every post that has none of this version; return how many. Commits after each batch.

    Killed, it goes on where it was. What changes while it works is left to its next call.
    """
    with session_of(engine) as session:
        total = count_untermed(session, VERSION)
    last = count = 0
    if not total:
        return 0
    with progress("finding terms", total) as advance:
        while True:
            with session_of(engine) as session:
                posts = untermed(session, VERSION, after=last, limit=BATCH)
            if not posts:
                return count
            found = [TermsData(p.post_id, p.content_hash, stored_terms(p.text, p.language)) for p in posts]
            with session_of(engine) as session:
                count += save_terms(session, found, VERSION)
            last = posts[-1].post_id
            advance(len(posts))
