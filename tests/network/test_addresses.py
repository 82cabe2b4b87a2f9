"""Which addresses are of the public internet, in every spelling."""

import pytest

from listener.network.addresses import check_host, is_public
from models.errors import RefusedError
from tests.network.fakes import always, client


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",
        "10.0.0.8",
        "172.16.4.4",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.192",
        "192.0.2.7",
        "198.18.0.1",
        "224.0.0.251",
        "239.1.2.3",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::1",
        "2002:a9fe:a9fe::1",
        "4000::1",
    ],
)
def test_what_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "172.32.0.1", "100.128.0.1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2606:4700::1111"]
)
def test_what_is_public(address: str) -> None:
    assert is_public(address)


SPELLINGS = [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "api.localhost",
    "127.0.0.1",
    "127.1",
    "127.0.0.1.",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "0",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "169.254.169.254",
]


@pytest.mark.parametrize("host", SPELLINGS)
def test_every_spelling_of_a_private_address_is_refused_before_anything_is_sent(host: str) -> None:
    with pytest.raises(RefusedError, match=r"set network\.allow_private_addresses = true$"):
        client(always(json=[])).get_json(f"http://{host}/posts")


@pytest.mark.parametrize("host", SPELLINGS)
def test_they_are_allowed_where_the_settings_say_so(host: str) -> None:
    assert client(always(json=[1]), allow_private=True).get_json(f"http://{host}/posts").data == [1]


@pytest.mark.parametrize(
    "host", ["forum.example", "8.8.8.8", "4chan.example", "1e100.example", "localhost.example", "kawa.pl"]
)
def test_names_and_public_addresses_pass(host: str) -> None:
    check_host(host)


def test_a_name_that_only_looks_like_an_address_is_left_to_the_resolver() -> None:
    check_host("1.2.3.4.5")
    check_host("999.1.1.1")
