"""A campaign in one plain sentence, in both languages."""

from datetime import UTC, datetime, timedelta
from typing import Any

from signage.domain.campaign import Daypart, Distance, Flight, Level, OnHolidays, Targeting
from signage.domain.place import Screen
from signage.storage.campaign_rows import Campaign
from signage.web.campaign_summary import sentence
from tests.signage.web.campaigns import CARD
from tests.world import AISLE, CHECKOUT, DAIRY, EDGE, EKIMAE, ELM, ENTRANCE

WEEKDAYS = Daypart(frozenset(range(5)), 600, 840)

SCREENS = [ENTRANCE, AISLE, CHECKOUT, EDGE, DAIRY, Screen("entrance2", "ekimae", "入口2", ENTRANCE.zone, 1920, 1080)]


def say(language: str, **fields: Any) -> str:
    campaign = Campaign("c", "c", Level.OPEN, "", (CARD,), **fields)
    return sentence(campaign, [EKIMAE, ELM], SCREENS, language, zone="Asia/Tokyo")


def test_the_glossarys_sentence_word_for_word() -> None:
    aim = Targeting(stores=frozenset({"ekimae"}), zones=frozenset({"entrance"}))
    fields: dict[str, Any] = {"dayparts": (WEEKDAYS,), "targeting": aim, "cap_per_hour": 6}
    assert say("ja", **fields) == "平日10:00–14:00、駅前店の入口2台で、1時間に6回まで放映します。"
    assert (
        say("en", **fields)
        == "Weekdays 10:00–14:00 on the 2 entrance screens of Station Front, at most 6 plays an hour."
    )


def test_the_rarer_conditions_in_the_sentence() -> None:
    aim = Targeting(stores=frozenset({"ekimae"}), distance=Distance.NEAR)
    off = Daypart(frozenset({5, 6}), 600, 840, OnHolidays.ALSO, every_weeks=2)
    fields: dict[str, Any] = {
        "dayparts": (off,), "targeting": aim, "cap_per_loop": 1, "cap_per_guest": 2, "competitor": "ビール",
        "price_at_most": 398, "price_cut": True, "price_proved": True,
    }  # fmt: skip
    assert say("ja", **fields) == (
        "2週に1回の土日祝10:00–14:00、駅前店の画面5台で、画面の近くに人がいるときに、価格が398円以下のときに、値下げ中に、"
        "当店通常価格の実績があるときに、1ループに1回まで、会員1人に2回まで、「ビール」のほかのキャンペーンとは間をあけて放映します。"
    )
    assert say("en", **fields) == (
        "Every 2 weeks: Weekends and public holidays 10:00–14:00 on the 5 screens of Station Front, only while somebody is "
        "near, only while the price is at most ¥398, only while the price is cut, only while our usual "
        "price is proved, at most 1 play a loop, at most 2 plays before one member, some minutes from other campaigns of "
        "“ビール”."
    )
    work = Daypart(frozenset(range(5)), 0, 1440, OnHolidays.NEVER)
    assert say("ja", dayparts=(work,)).startswith("平日(祝日を除く)終日、")
    assert say("en", dayparts=(work,)).startswith("Weekdays except public holidays, all day on")


def test_other_sentences() -> None:
    flight = Flight(datetime(2026, 11, 21, 1, tzinfo=UTC), datetime(2026, 11, 30, 9, tzinfo=UTC))
    assert say("ja") == "毎日終日、2店舗の画面6台で放映します。"
    assert say("ja", flight=flight).startswith("11月21日(土) 10:00から11月30日(月) 18:00まで、毎日終日、")
    assert say("en", flight=flight).startswith("From Sat 21 Nov 10:00 to Mon 30 Nov 18:00: Every day")
    wintry = Flight(flight.start, datetime(2027, 11, 21, 1, tzinfo=UTC))
    assert say("ja", flight=wintry).startswith("2026年11月21日(土) 10:00から2027年11月21日(日) 10:00まで、")
    assert say("en", flight=wintry).startswith("From Sat 21 Nov 2026 10:00 to Sun 21 Nov 2027 10:00: ")
    today = Flight(flight.start, flight.start + timedelta(hours=3))
    assert say("ja", flight=today) == "11月21日(土) 10:00から11月21日(土) 13:00まで、2店舗の画面6台で放映します。"
    assert say("en", flight=today) == "From Sat 21 Nov 10:00 to Sat 21 Nov 13:00 on the 6 screens of 2 stores."
    seniors = Targeting(screens=frozenset({"dairy"}), audience=frozenset({"seniors"}))
    odd = Daypart(frozenset({0, 2}), 1320, 120)
    assert (
        say("ja", targeting=seniors, dayparts=(odd,))
        == "月・水曜 22:00–02:00、エルム通り店の画面1台で、シニアの方がいるときに放映します。"
    )
    assert say("en", targeting=seniors, dayparts=(odd,)) == (
        "Mondays, Wednesdays 22:00–02:00 on the screen of Elm Street, only while seniors are there."
    )
    assert say("en", targeting=Targeting(tags=frozenset({"none"}))) == "No screen matches, so nothing will be shown."
