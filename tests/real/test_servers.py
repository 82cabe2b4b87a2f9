"""From a real server to the response gap: what was seeded is what is measured, again and again, as things change."""

from pathlib import Path

from tests.real import atproto_server as at
from tests.real.isso_server import Server
from tests.real.listening import Listening
from tests.real.mastodon_server import BRAND, MastodonServer
from tests.real.wordpress_server import Site

NOTHING_NEW = "0 new, 0 changed"


def test_mastodon(mastodon: MastodonServer, tmp_path: Path) -> None:
    source = f'name = "mastodon"\nbase_url = "{mastodon.base_url}"\ntags = ["amberroast"]'
    listening = Listening.to(tmp_path, f'mastodon = ["{BRAND}"]', source)
    listening.run()
    gap = listening.gap()
    assert gap == {
        "@amberroast": True,  # the question, and the thanks that got a farewell
        "Trečia": False,
        "הקפה": False,
        "#AmberRoast": False,
        "Today's": False,
        "Spilled": False,
    }
    assert NOTHING_NEW in listening.run()
    assert not listening.holds("followers")
    assert not listening.holds("4711")

    mastodon.say("late", BRAND, "@jonas Siunta išvyko šiandien.", in_reply_to_id=mastodon.ids["complaint"])
    mastodon.delete("praise", "mei")
    mastodon.edit("warned", "tarp", "Spilled it, and the #AmberRoast staff helped.")
    assert "1 gone" in listening.run()
    assert listening.gap()["Trečia"]
    assert "#AmberRoast" not in listening.gap()
    assert listening.tombstones() == [("", None)]
    assert not listening.holds("莓果")
    assert listening.holds("staff helped")


def test_wordpress(wordpress: Site, tmp_path: Path) -> None:
    source = f'name = "wordpress"\nbase_url = "{wordpress.base_url}"'
    listening = Listening.to(tmp_path, 'wordpress = ["amberroast"]', source)
    listening.run()
    # A guest who calls himself like the brand is a stranger: what he writes answers nobody.
    assert listening.gap() == {"Czy": True, "Dziękuję": False, "Antra": False, "We": False, "הידית": False}
    assert NOTHING_NEW in listening.run()

    wordpress.answer_late("complaint", "Atsiprašome, naują malūnėlį išsiuntėme šiandien.")
    wordpress.edit("thanks", "Dziękuję, działa świetnie!")
    wordpress.delete("edited")
    assert "1 gone" in listening.run()
    assert listening.gap() == {"Czy": True, "Dziękuję": False, "Antra": True, "We": False}
    assert listening.holds("świetnie")
    assert not listening.holds("הידית")


def test_isso(isso: Server, tmp_path: Path) -> None:
    source = f'name = "isso"\nbase_url = "{isso.base_url}"\npages = ["/grinders/", "/presses/"]'
    listening = Listening.to(tmp_path, f'isso = ["{isso.hashes["answer"]}"]', source)
    listening.run()
    assert listening.gap() == {
        "Czy": True,
        "Dziękuję": False,
        "Antra": False,
        "הידית": False,
        "我也是這樣想的。": False,
    }
    assert NOTHING_NEW in listening.run()

    isso.answer_late("complaint", "Naują malūnėlį išsiuntėme šiandien.")
    isso.delete("edited")
    assert "1 gone" in listening.run()
    assert listening.gap() == {"Czy": True, "Dziękuję": False, "Antra": True, "我也是這樣想的。": False}
    assert not listening.holds("הידית")


def test_bluesky(atproto: at.AtprotoNetwork, tmp_path: Path) -> None:
    source = f'name = "bluesky"\nbase_url = "{atproto.base_url}"\npds_url = "{atproto.pds_url}"'
    listening = Listening.to(tmp_path, f'bluesky = ["{at.handle_of(at.BRAND)}"]', source)
    listening.run()
    unanswered = ("Trečia", "הקפה", "#amberroast", "The", "Amber", "Today's")
    assert listening.gap() == {"Czy": True, "Dzięki!": True, **dict.fromkeys(unanswered, False)}
    assert NOTHING_NEW in listening.run()
    assert not any(map(listening.holds, ("secret", "moderators", "刪掉", "rosters")))

    atproto.answer_late("complaint", "Atsiprašome, siunta išvyko šiandien.")
    atproto.delete("praise")
    atproto.edit("loud", "Amber Roast, thank you for the refund.")  # deleted and written anew: there is no editing
    assert "2 gone" in listening.run()
    assert listening.gap()["Trečia"]
    assert set(listening.tombstones()) == {("", None)}
    assert not any(map(listening.holds, ("莓果", "WHERE")))
    assert listening.holds("thank you for")

    atproto.delete("question")  # what stands under a deleted post is still followed
    atproto.say("again", "ola", "A kiedy wróci espresso?", to="farewell", langs=["pl"])
    assert "1 gone" in listening.run()
    assert listening.gap()["A"] is False
    atproto.answer_late("again", "W piątek!")
    listening.run()
    assert listening.gap()["A"]
    assert NOTHING_NEW in listening.run()
