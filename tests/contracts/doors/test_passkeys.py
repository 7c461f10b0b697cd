"""Passkeys and devices by the door `personal`, in process and over HTTP alike: what signs in, and what proves nothing."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import cbor2
import pytest

from recommender.domain.member import PasskeyRefused, SignInRefused, Site
from recommender.history.passkeys import MOST
from tests.contracts.doors.conftest import House
from tests.recommender.authenticator import PRESENT, Authenticator, b64
from tests.recommender.shop import NOW

SITE = Site("shop.test", "https://shop.test", "駅前店")
KEY = {1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}  # as long as any key of the authenticator's kind


def keyless(answer: str) -> str:
    """Of an authenticator that sends a list where its key should be."""
    told = json.loads(answer)
    held = cbor2.loads(urlsafe_b64decode(told["response"]["attestationObject"] + "=="))
    held["authData"] = held["authData"][: -len(cbor2.dumps(KEY))] + cbor2.dumps([])
    told["response"]["attestationObject"] = b64(cbor2.dumps(held))
    return json.dumps(told)


def with_passkey(house: House, session: str = "") -> Authenticator:
    phone = Authenticator(SITE.origin)
    session, door = session or house.session(), house.doors.personal
    door.add_passkey(session, SITE, phone.make(door.ask_for_new_passkey(session, SITE)), "Safari · iPhone")
    return phone


def sign_in(house: House, phone: Authenticator, site: Site = SITE) -> str:
    door = house.doors.personal
    return door.sign_in_by_passkey(site, phone.use(door.ask_for_passkey(site)), "Chrome · Android")


def test_a_passkey_signs_its_member_in_and_both_are_listed(house: House) -> None:
    first = house.session()
    phone = with_passkey(house, first)
    house.clock.tick(60)
    second = sign_in(house, phone)
    assert house.doors.personal.account(second) == house.doors.personal.account(first)
    told = house.doors.personal.devices(second)
    assert [(s.device, s.here) for s in told.sessions] == [("", False), ("Chrome · Android", True)]
    [passkey] = told.passkeys
    assert (passkey.device, passkey.since, passkey.used) == ("Safari · iPhone", NOW, NOW + timedelta(seconds=60))


def test_a_member_signs_out_elsewhere_and_removes_a_passkey(house: House) -> None:
    door, first = house.doors.personal, house.session()
    phone = with_passkey(house, first)
    second = sign_in(house, phone)
    other = next(s.handle for s in door.devices(second).sessions if not s.here)
    door.end_device(second, other)
    with pytest.raises(SignInRefused):
        door.account(first)
    door.end_device(second, door.devices(second).passkeys[0].handle)
    assert door.devices(second).passkeys == () and len(door.devices(second).sessions) == 1
    with pytest.raises(PasskeyRefused):
        sign_in(house, phone)


def test_nobody_ends_what_is_somebody_elses(house: House) -> None:
    door, mine, theirs = house.doors.personal, house.session(), house.session("hh1")
    with_passkey(house, mine)
    told = door.devices(mine)
    for handle in (told.sessions[0].handle, told.passkeys[0].handle, "", "x" * 64):
        door.end_device(theirs, handle)
    assert door.devices(mine) == told


def test_a_challenge_is_good_once_and_for_five_minutes(house: House) -> None:
    door, phone = house.doors.personal, with_passkey(house)
    answer = phone.use(door.ask_for_passkey(SITE))
    door.sign_in_by_passkey(SITE, answer, "")
    with pytest.raises(PasskeyRefused, match="used"):
        door.sign_in_by_passkey(SITE, answer, "")
    options = json.loads(door.ask_for_passkey(SITE))
    assert options["userVerification"] == "required" and options["timeout"] == 300_000
    with pytest.raises(PasskeyRefused):
        door.sign_in_by_passkey(SITE, phone.use(json.dumps(options | {"challenge": "AAAA"})), "")


SPOILT: dict[str, Callable[[Authenticator], Authenticator]] = {
    "origin": lambda phone: replace(phone, origin="https://evil.test"),
    "not sure of the user": lambda phone: replace(phone, flags=PRESENT),
    "another user": lambda phone: replace(phone, user_handle="AAAA"),
    "another key": lambda phone: replace(phone, key=Authenticator("").key),
    "a copy that was left behind": lambda phone: replace(phone, count=phone.count - 1),
    "another credential": lambda phone: replace(phone, credential_id=b"another"),
}
NO_ANSWERS = ("", "{}", "null", "[" * 5_000, '{"id":"é","rawId":"é","type":"public-key","response":{}}')


def test_what_proves_nothing_signs_nobody_in(house: House) -> None:
    door, session, phone = house.doors.personal, house.session(), with_passkey(house)
    sign_in(house, phone)
    for what, spoil in SPOILT.items():
        with pytest.raises(PasskeyRefused):
            sign_in(house, spoil(phone))
            pytest.fail(what)
    elsewhere = door.ask_for_passkey(replace(SITE, rp_id="other.test"))
    with pytest.raises(PasskeyRefused):
        door.sign_in_by_passkey(SITE, phone.use(elsewhere), "")
    for answer in NO_ANSWERS:
        with pytest.raises(PasskeyRefused):
            door.sign_in_by_passkey(SITE, answer, "")
        with pytest.raises(PasskeyRefused):
            door.add_passkey(session, SITE, answer, "")
    with pytest.raises(PasskeyRefused):
        door.add_passkey(
            session, SITE, keyless(Authenticator(SITE.origin).make(door.ask_for_new_passkey(session, SITE))), ""
        )
    assert sign_in(house, phone)  # and it goes on working


def test_a_challenge_is_for_what_it_was_given_out_for(house: House) -> None:
    door, mine, theirs = house.doors.personal, house.session(), house.session("hh1")
    phone = Authenticator(SITE.origin)
    answer = phone.make(door.ask_for_new_passkey(mine, SITE))
    with pytest.raises(PasskeyRefused):
        door.add_passkey(theirs, SITE, answer, "")
    phone = with_passkey(house, mine)
    new = json.loads(door.ask_for_new_passkey(mine, SITE))
    assert [one["id"] for one in new["excludeCredentials"]] and new["authenticatorSelection"][
        "residentKey"
    ] == "required"
    with pytest.raises(PasskeyRefused):
        door.sign_in_by_passkey(SITE, phone.use(json.dumps(new | {"rpId": SITE.rp_id})), "")
    with pytest.raises(PasskeyRefused):  # the same credential a second time
        door.add_passkey(theirs, SITE, phone.make(door.ask_for_new_passkey(theirs, SITE)), "")


def test_no_member_has_more_passkeys_than_there_is_room_for(house: House) -> None:
    door, session = house.doors.personal, house.session()
    asked = [door.ask_for_new_passkey(session, SITE) for _ in range(MOST + 1)]  # each while there was room

    def make(number: int) -> None:
        phone = Authenticator(SITE.origin, credential_id=f"phone {number}".encode())
        door.add_passkey(session, SITE, phone.make(asked[number]), "")

    for number in range(MOST):
        make(number)
    with pytest.raises(PasskeyRefused):
        make(MOST)
    with pytest.raises(PasskeyRefused):
        door.ask_for_new_passkey(session, SITE)
    assert len(door.devices(session).passkeys) == MOST


def test_erasure_and_the_copy_reach_passkeys_and_devices(house: House) -> None:
    door, session = house.doors.personal, house.session()
    phone = with_passkey(house, session)
    copy = door.export(session)
    assert len(copy["sessions"]) == 1 and copy["passkeys"][0]["device"] == "Safari · iPhone"  # type: ignore[index,arg-type]
    door.erase(session, NOW)
    with pytest.raises(PasskeyRefused):
        sign_in(house, phone)
    kept = [path for path in house.settings.data_dir.rglob("history.db*") if phone.credential_id in path.read_bytes()]
    assert kept == []
