"""What is known of sources that posts come from: whether they show a brand's replies.

A source that nothing is known of counts as not showing replies until a reply by the brand turns up in what it gives:
a file without a single answer is more often an export without answers than a brand that never answers.
"""

from models.words import ReplyVisibility

DECLARED: dict[str, ReplyVisibility] = {
    "app_store": ReplyVisibility.NOT_EXPOSED,
    "feed": ReplyVisibility.NOT_EXPOSED,
    "google_play": ReplyVisibility.ON_POST,
    "steam": ReplyVisibility.ON_POST,
    "twitter": ReplyVisibility.IN_THREAD,
    "mastodon": ReplyVisibility.IN_THREAD,
    "bluesky": ReplyVisibility.IN_THREAD,
    "discourse": ReplyVisibility.IN_THREAD,
    "github": ReplyVisibility.IN_THREAD,
    "hackernews": ReplyVisibility.IN_THREAD,
    "wordpress": ReplyVisibility.IN_THREAD,
    "youtube": ReplyVisibility.IN_THREAD,
}
