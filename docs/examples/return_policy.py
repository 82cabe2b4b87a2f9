"""Writes posts about an invented lamp shop whose return policy changes on 7 September 2026, as JSON lines.

python docs/examples/return_policy.py > posts.jsonl

What is planted: until then two in five customers speak from the second moment (after buying), three in four of them
angrily, most about returns; from then on one in four does, half of them angrily. All that people say before they buy
stays as it is. Nothing is random but the seed. ``docs/questions.md`` asks the reports whether they see it.
"""

import json
import random
import sys
from datetime import UTC, datetime, timedelta

FIRST, CHANGED, LAST = (datetime(2026, *day, tzinfo=UTC) for day in ((7, 27), (9, 7), (10, 19)))
"""Six whole weeks before the new policy, six after it."""
A_WEEK = 70
LAMPS = (
    "Dusk floor lamp",
    "Pebble night light",
    "Tallow desk lamp",
    "Orchard pendant",
    "Fern clip light",
    "Skerry lantern",
)
ANGRY = (
    "Sent my {lamp} back {n} days ago and still no refund from @lanternloom. Where is my money?",
    "The {lamp} I bought arrived broken, and returning it costs me {n} euros. Never mind the sorry, fix it.",
    "{n} emails to support about my {lamp} return and not one answer. So annoyed.",
    "My {lamp} stopped working after {n} days and they refuse to take it back. Terrible service.",
    "Zwrot lampy {lamp} trwa już {n} dni i nikt nie odpowiada. Dramat.",
    "Grąžinau {lamp} prieš {n} dienų, o pinigų vis dar nėra. Kada atsakysite?",
    "החזרתי את {lamp} לפני {n} ימים ועדיין אין החזר כספי. שירות גרוע",
    "{lamp} 退貨已經 {n} 天了,還沒收到退款,客服也不回,很失望。",
)
CALM = (
    "My {lamp} came today, took {n} minutes to put up. Reading by it now, very nice light.",
    "Returned the {lamp}, refund was there after {n} days, all fine. Now waiting for the smaller one.",
    "Using my {lamp} for {n} weeks now, works well, the switch is a bit stiff.",
    "Moja lampa {lamp} działa od {n} tygodni bez zarzutu, jestem zadowolona.",
    "Mano {lamp} veikia jau {n} savaites, viskas gerai, šviesa jauki.",
    "ה-{lamp} שלי עובדת כבר {n} שבועות, אור נעים מאוד",
    "我的 {lamp} 用了 {n} 個星期,燈光很舒服。",
)
OTHERS = (
    "Looking for a reading light under {n}0 euros, is the {lamp} any good or should I get something else?",
    "Which is brighter, the {lamp} or the one from the other shop? Need it for a room of {n} square metres.",
    "Does anybody know whether the {lamp} can be dimmed? Thinking of buying {n} of them.",
    "In the shop right now: {lamp} is {n}9 euros here, was it not cheaper online?",
    "Just ordered {n} of the {lamp}, could not resist the colour.",
    "If you look for a present, get the {lamp}. Best thing I bought in {n} months, everybody should have one!",
    "Czy {lamp} nadaje się do pokoju {n} m2? Zastanawiam się nad zakupem.",
    "Ar verta pirkti {lamp}? Renkuosi tarp {n} modelių, ką patartumėte?",
    "מישהו מכיר את {lamp}? מתלבטת בין {n} דגמים, מה כדאי לקנות",
    "有人用過 {lamp} 嗎?我在 {n} 款之間猶豫,想買一盞閱讀燈。",
)


def main() -> None:
    """Write the posts to standard output, the oldest first."""
    chance, number, at = random.Random(2026), 0, FIRST
    while at < LAST:
        after, angry = (0.4, 0.75) if at < CHANGED else (0.25, 0.5)
        texts = OTHERS if chance.random() > after else ANGRY if chance.random() < angry else CALM
        text = chance.choice(texts).format(lamp=chance.choice(LAMPS), n=chance.randint(2, 60))
        author = f"reader{chance.randint(1, 700)}"
        post = {
            "source": "mastodon",
            "source_id": f"lamp-{number}",
            "text": text,
            "published_at": at.isoformat(),
            "author": {"source_id": author, "handle": author},
        }
        sys.stdout.write(json.dumps(post, ensure_ascii=False) + "\n")
        number, at = number + 1, at + timedelta(days=7) / A_WEEK


if __name__ == "__main__":
    main()
