"""How often anybody may guess: passwords, by login and by address; what anonymous requests may leave behind; bodies, by size."""

import time
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from redis import Redis

from signage.storage.users import Role
from signage.web import passwords
from tests.security.conftest import House, address, csrf
from tests.signage.web.conftest import PASSWORD

PER_LOGIN, PER_ADDRESS, PLAYERS = 10, 30, 10
FRESH = "another long sentence"


def attempt(client: FlaskClient, email: str, password: str, at: str = "192.0.2.1", **headers: str) -> int:
    form = {"csrf_token": csrf(client, "/login"), "email": email, "password": password}
    return client.post("/login", data=form, headers=headers, environ_base={"REMOTE_ADDR": at}).status_code


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checking a password is slow on purpose, and not the matter here."""
    monkeypatch.setattr(passwords, "matches", lambda known, secret: known is not None and secret == PASSWORD)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets so many seconds go by on the clock that attempts are counted by."""
    real, passed = time.time, [0.0]
    monkeypatch.setattr(time, "time", lambda: real() + passed[0])

    def tick(seconds: float) -> None:
        passed[0] += seconds

    return tick


def test_a_login_is_guessed_at_ten_times_whoever_guesses_however_it_is_spelt(
    house: House, later: Callable[[float], None]
) -> None:
    email, other = house.person(Role.ADMIN), house.person(Role.VIEWER)
    spellings = [email, email.upper(), f" {email}", f"{email} ", email.title()]
    for number in range(PER_LOGIN):
        assert attempt(house.client(), spellings[number % 5], f"guess {number}", at=f"192.0.2.{number}") == 401
    assert attempt(house.client(), email, PASSWORD, at="192.0.2.99") == 429, (
        "the right one too: or a guess would be told"
    )
    assert attempt(house.client(), other, PASSWORD, at="192.0.2.1") == 302, "nobody else is kept out"
    later(301)
    assert attempt(house.client(), email, PASSWORD) == 302


def test_an_address_tries_thirty_times_whatever_it_says_it_is(house: House) -> None:
    email = house.person(Role.ADMIN)
    for number in range(PER_ADDRESS):
        told = {"X-Forwarded-For": f"203.0.113.{number}", "Forwarded": f"for=203.0.113.{number}", "X-Real-IP": "::1"}
        assert attempt(house.client(), f"nobody{number}@example.jp", "guess", **told) == 401
    assert attempt(house.client(), email, PASSWORD) == 429
    assert attempt(house.client(), email, PASSWORD, at="192.0.2.2") == 302


@pytest.mark.parametrize(("seen", "other"), [
    ("2001:db8:1:2::{:x}", "2001:db8:1:3::1"),  # whoever has one address of such a network has all of it
    ("::ffff:192.0.2.1", "::ffff:192.0.2.2"),  # an IPv4 address, written so
    ("::1", "2001:db8::1"), ("fe80::{:x}%eth0", "a proxy's word"),
])  # fmt: skip
def test_the_addresses_of_an_ipv6_network_are_one(house: House, seen: str, other: str) -> None:
    email, phone = house.person(Role.ADMIN), house.client()
    for number in range(PER_ADDRESS):
        assert attempt(house.client(), f"nobody{number}@example.jp", "guess", at=seen.format(number)) == 401
        assert phone.post("/me/passkey/ask", environ_base={"REMOTE_ADDR": seen.format(number)}).status_code == 200
    assert attempt(house.client(), email, PASSWORD, at=seen.format(99)) == 429
    assert phone.post("/me/passkey/ask", environ_base={"REMOTE_ADDR": seen.format(99)}).status_code == 429
    assert attempt(house.client(), email, PASSWORD, at=other) == 302


@pytest.mark.parametrize("proxies", [2])
def test_behind_proxies_the_first_that_they_have_seen_counts_whatever_was_claimed_before(house: House) -> None:
    email = house.person(Role.ADMIN)

    def told(number: int, address: str) -> dict[str, str]:
        return {"X-Forwarded-For": f"203.0.113.{number}, {address}, 10.0.0.2"}

    for number in range(PER_ADDRESS):
        assert attempt(house.client(), f"nobody{number}@example.jp", "guess", **told(number, "198.51.100.1")) == 401
    assert attempt(house.client(), email, PASSWORD, **told(99, "198.51.100.1")) == 429
    assert attempt(house.client(), email, PASSWORD, **told(99, "198.51.100.2")) == 302


def test_who_sits_before_an_open_session_guesses_the_password_ten_times(house: House) -> None:
    client = house.logged_in(Role.ADMIN)
    form = {"csrf_token": csrf(client), "password": FRESH, "again": FRESH}
    answers = [
        client.post(
            "/studio/password", data=form | {"old": f"guess {n}"}, environ_base={"REMOTE_ADDR": f"192.0.2.{n}"}
        ).status_code
        for n in range(PER_LOGIN)
    ]
    assert answers == [422] * PER_LOGIN
    late = client.post("/studio/password", data=form | {"old": PASSWORD}, environ_base={"REMOTE_ADDR": "192.0.2.200"})
    assert (late.status_code, late.headers["Retry-After"]) == (429, "300")


def test_a_step_that_asks_for_the_password_again_is_no_second_door(house: House) -> None:
    client = house.logged_in(Role.APPROVER)
    form = {"csrf_token": csrf(client), "to": "approved", "revision": "1"}

    def press(guess: str, at: int) -> int:
        sent = form | {"password": guess}
        return client.post(
            "/studio/campaigns/none/move", data=sent, environ_base={"REMOTE_ADDR": f"192.0.2.{at}"}
        ).status_code

    assert [press(f"guess {n}", n) for n in range(PER_LOGIN + 1)] == [404] * PER_LOGIN + [429]


def test_challenges_to_passkeys_are_given_thirty_times_to_an_address(house: House, redis_url: str) -> None:
    phone = house.client()

    def ask(at: str) -> tuple[int, str]:
        answer = phone.post("/me/passkey/ask", environ_base={"REMOTE_ADDR": at}, headers={"X-Forwarded-For": at[::-1]})
        return answer.status_code, answer.headers.get("Retry-After", "")

    assert [ask("192.0.2.1") for _ in range(PER_ADDRESS + 20)] == [(200, "")] * PER_ADDRESS + [(429, "300")] * 20
    with Redis.from_url(redis_url) as redis:
        assert len(redis.keys("rec:challenge:*")) == PER_ADDRESS, "no more is kept than was given"
    assert ask("192.0.2.2")[0] == 200
    refused = phone.post("/me/passkey/ask", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert refused.mimetype == "application/problem+json" and "five minutes" in refused.get_json(force=True)["detail"]


def test_a_sign_in_link_is_guessed_at_thirty_times_from_an_address(house: House) -> None:
    phone, link = house.client(), house.link()

    def enter(secret: str, at: str) -> int:
        return phone.post(f"/me/in/{secret}", environ_base={"REMOTE_ADDR": at}).status_code

    assert [enter(f"{number:064x}", "192.0.2.1") for number in range(PER_ADDRESS)] == [400] * PER_ADDRESS
    assert enter(link, "192.0.2.1") == 429, "and isn't used up by that"
    assert enter(link, "192.0.2.2") == 303


def test_an_address_holds_ten_registration_codes_at_once(house: House) -> None:
    client = house.client()

    def register(at: str) -> int:
        body = {"width": 1920, "height": 1080}
        return client.post("/v1/player/registrations", json=body, environ_base={"REMOTE_ADDR": at}).status_code

    assert [register("192.0.2.1") for _ in range(PLAYERS + 5)] == [201] * PLAYERS + [429] * 5
    assert register("192.0.2.2") == 201
    assert len(house.world.screens.pending(house.web.clock())) == PLAYERS + 1


def test_no_form_and_no_message_is_without_an_end(house: House) -> None:
    """25 MB to every route that reads what it is sent, from whom it would listen to."""
    body = b"x=" + bytes(25 << 20)
    admin, (phone, _secret) = house.logged_in(Role.ADMIN), house.member()
    token, told = csrf(admin), dict[str, int]()
    for method, rule in house.rules("POST", "PATCH"):
        room = rule.endpoint.partition(".")[0]
        json = rule.rule.startswith(("/v1/", "/demo"))
        answer = (phone if room == "shelf" else admin).open(
            address(rule), method=method, data=body, headers={"X-CSRFToken": token, "X-Shelfcast-Demo": "1"},
            content_type="application/json" if json else "application/x-www-form-urlencoded",
        )  # fmt: skip
        if room in {"studio", "studio_api", "channel", "shelf"}:
            told[rule.endpoint] = answer.status_code
    read_nothing = {"shelf.enter", "shelf.ask_for_passkey", "shelf.show"}  # the last: not before it knows the screen
    by_key = {name for name in told if name.startswith("channel.") and told[name] == 401}
    assert len(told) > 45 and len(by_key) == 3
    assert {name: status for name, status in told.items() if status != 413 and name not in read_nothing | by_key} == {}
