"""What the door `personal` promises, in process and over HTTP alike."""

from datetime import date, timedelta

import pytest

from recommender.domain.event import Event, IdentityLinked, IdentityRevoked
from recommender.domain.member import CodeRefused, Purpose, Refusal, SignInRefused
from recommender.domain.recommendation import ReasonCode
from recommender.history import codes
from tests.contracts.doors.conftest import House
from tests.recommender.shop import ADA, EKIMAE, MILK, NOW, PAIN, WINE

SCREEN, PHONE = Purpose.RECOMMEND_SCREEN, Purpose.RECOMMEND_PHONE


def refused(house: House, code: str) -> Refusal:
    with pytest.raises(CodeRefused) as caught:
        house.doors.personal.affinity(code, EKIMAE, house.clock())
    return caught.value.why


def test_a_link_signs_in_once_and_not_for_ever(house: House) -> None:
    identifier = house.desk.find("retailer", ADA)
    assert identifier is not None
    personal, link = house.doors.personal, house.desk.link(identifier)
    session = personal.sign_in(link)
    assert personal.account(session).lines_total == 28
    with pytest.raises(SignInRefused):
        personal.sign_in(link)
    late = house.desk.link(identifier)
    house.clock.tick(16 * 60)
    with pytest.raises(SignInRefused):
        personal.sign_in(late)
    personal.sign_out(session)
    with pytest.raises(SignInRefused):
        personal.account(session)


def test_a_session_ends_by_itself(house: House) -> None:
    session = house.session()
    house.clock.tick(31 * 86_400)
    with pytest.raises(SignInRefused):
        house.doors.personal.code(session, house.clock())


def test_a_code_is_accepted_once(house: House) -> None:
    code = house.doors.personal.code(house.session(), NOW)
    assert code.expires_at == NOW + timedelta(seconds=30)
    affinity = house.doors.personal.affinity(code.text, EKIMAE, NOW)
    assert affinity.model_version == "000001"
    assert affinity.items
    assert affinity.withheld in (True, False)
    assert refused(house, code.text) is Refusal.USED
    house.clock.tick(30)
    assert refused(house, code.text) is Refusal.USED


def test_a_screen_is_given_nothing_private(house: House) -> None:
    code = house.doors.personal.code(house.session(), NOW)
    items = house.doors.personal.affinity(code.text, EKIMAE, NOW).items
    assert not {PAIN, WINE} & {item.gtin for item in items}
    assert all(item.detail == "" for item in items)
    mine = house.doors.personal.picks(house.session(), EKIMAE, NOW, 10)
    again = {item.gtin: item for item in mine if item.reason is ReasonCode.DUE_AGAIN}
    assert again[MILK].detail == "7 days"
    assert PAIN in again  # on one's own phone


def test_codes_age_and_rotate(house: House) -> None:
    session, personal = house.session(), house.doors.personal
    old = personal.code(session, NOW)
    house.clock.tick(60)
    assert refused(house, old.text) is Refusal.EXPIRED
    early = personal.code(session, house.clock() + timedelta(seconds=60))
    assert refused(house, early.text) is Refusal.EXPIRED
    today, tomorrow = codes.read(old.text), codes.read(personal.code(session, NOW + timedelta(days=1)).text)
    assert today is not None and tomorrow is not None
    assert today.alias != tomorrow.alias
    assert personal.code(session, house.clock()).text == personal.code(session, house.clock()).text


@pytest.mark.parametrize("text", ["", "M1.", "M1." + "A" * 37, "m1.", "M1." + "é" * 37, "x" * 5000])
def test_nonsense_is_invalid(house: House, text: str) -> None:
    assert refused(house, text) is Refusal.INVALID


def test_without_consent_nothing_personal_is_computed(house: House) -> None:
    session, personal = house.session(agreed=False), house.doors.personal
    assert refused(house, personal.code(session, NOW).text) is Refusal.NO_CONSENT
    assert personal.picks(session, EKIMAE, NOW, 5) == []
    personal.consent(session, PHONE, True, NOW)
    assert personal.picks(session, EKIMAE, NOW, 5)
    assert refused(house, personal.code(session, NOW).text) is Refusal.NO_CONSENT  # each purpose by itself


def test_taking_consent_back_works_on_the_next_request(house: House) -> None:
    session, personal = house.session(), house.doors.personal
    personal.affinity(personal.code(session, NOW).text, EKIMAE, NOW)
    personal.consent(session, SCREEN, False, NOW)
    house.clock.tick(30)
    assert refused(house, personal.code(session, house.clock()).text) is Refusal.NO_CONSENT
    said = {c.purpose: c.granted for c in personal.account(session).consents}
    assert said == {SCREEN: False, PHONE: True}


def test_a_refusal_under_one_identifier_holds_for_all_that_are_linked(house: House) -> None:
    mine, theirs = house.session(), house.session("hh1")
    house.doors.personal.consent(theirs, PHONE, False, NOW)
    assert house.doors.personal.picks(mine, EKIMAE, NOW, 5)
    house.doors.record.record(
        Event("crm", "1", NOW, IdentityLinked("retailer", ADA, "retailer", "hh1", confirmed=True))
    )
    assert house.doors.personal.picks(mine, EKIMAE, NOW, 5) == []
    house.doors.record.record(Event("crm", "2", NOW, IdentityRevoked("1")))
    assert house.doors.personal.picks(mine, EKIMAE, NOW, 5)


def test_the_account_shows_what_there_is(house: House) -> None:
    account = house.doors.personal.account(house.session())
    assert account.since == date(2026, 8, 30)  # in Tokyo
    assert account.lines_total == 28
    assert len(account.recent) == 20
    assert account.recent[0].ordered_on == date(2026, 11, 15)
    assert (account.recent[0].store_id, account.recent[0].currency, account.recent[0].amount_minor) == (
        EKIMAE,
        "JPY",
        250,
    )
    export = house.doors.personal.export(house.session())
    assert len(export["purchases"]) == 28  # type: ignore[arg-type]
    assert export["identifiers"] == ["retailer"]


def test_linked_histories_are_one_until_the_link_is_taken_back(house: House) -> None:
    session = house.session()
    house.doors.record.record(
        Event("crm", "1", NOW, IdentityLinked("retailer", ADA, "retailer", "hh1", confirmed=True))
    )
    assert house.doors.personal.account(session).lines_total == 28 + 12 * 2 + 1 + 1
    house.doors.record.record(Event("crm", "2", NOW, IdentityRevoked("1")))
    assert house.doors.personal.account(session).lines_total == 28


def test_erasure_ends_everything_at_once(house: House) -> None:
    session = house.session()
    code = house.doors.personal.code(session, NOW)
    house.doors.personal.erase(session, NOW)
    assert refused(house, code.text) is Refusal.INVALID
    with pytest.raises(SignInRefused):
        house.doors.personal.account(session)
    assert house.desk.find("retailer", ADA) is None
