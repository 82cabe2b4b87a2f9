"""Finds the root of each post's thread."""

from collections.abc import Sequence

from models.reads.linking import PendingPost


def thread_roots(posts: Sequence[PendingPost]) -> dict[int, tuple[str, str]]:
    """Return for each post id the (source, id of the thread's root at the source).

    The root is what the source says it is, else the root of the parent's thread, else the parent itself, stored or
    not: replies to one missing post share a thread. A ring of parents takes its smallest id as root.
    """
    here = {post.id: post for post in posts}
    roots: dict[int, str] = {}
    for post in posts:
        path: list[PendingPost] = []
        walked: set[int] = set()
        at: PendingPost | None = post
        root: str | None = None
        while at is not None and root is None:
            if at.id in walked:
                root = min(member.source_id for member in path)
                break
            path.append(at)
            walked.add(at.id)
            root = roots.get(at.id) or at.thread_source_id or at.parent_root
            parent = here.get(at.parent_id) if at.parent_id is not None else None
            if root is None and parent is None:
                root = at.parent_source_id or at.source_id
            at = parent
        for member in path:
            roots.setdefault(member.id, root or member.source_id)
    return {post.id: (post.source, roots[post.id]) for post in posts}
