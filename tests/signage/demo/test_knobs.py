"""What a demo turns, without its pages: people who come and go, a store's clock, a cable's figures, the camera's files."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signage.demo.camera import OFF, RUNNING, UNAVAILABLE, Wish
from signage.demo.network import Cables, Outage, figures
from signage.demo.people import CROWDS, People
from signage.demo.places import JAPAN
from signage.demo.storetime import StoreTime, told
from signage.storage.plays import Arrived

NOW = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)  # Monday noon in Tokyo
SECOND = timedelta(seconds=1)


def test_people_come_stay_and_go() -> None:
    people = People()
    told = [
        people.snapshot(
            "s",
            crowd,
            NOW,
        )
        for crowd in ["adults", "child", *["child"] * 20, "leave", "leave"]
    ]
    assert [(s.present, s.arrived, s.left) for s in (told[0], told[1], told[2], told[-2], told[-1])] == [
        (2, 2, 0), (3, 1, 0), (3, 0, 0), (0, 0, 3), (0, 0, 0),
    ]  # fmt: skip
    assert [s.sequence for s in told] == list(range(1, 25))
    for one in told:
        assert one.child + one.adult == one.present == one.dwell_under_2 + one.dwell_2_to_10 + one.dwell_over_10
        assert one.source == "simulated"
    assert (told[0].dwell_under_2, told[-3].dwell_over_10) == (2, 3)
    assert people.snapshot("other", "one", NOW).sequence == 1, "each screen has its own"


def test_nobody_is_nearer_than_there_are() -> None:
    assert all(0 <= crowd.near <= crowd.present for crowd in CROWDS.values())


def test_a_stores_clock_goes_ahead_and_back() -> None:
    times = StoreTime()
    times.forward("367", timedelta(hours=30))
    assert (times.ahead("367"), times.ahead("406")) == (timedelta(hours=30), timedelta(0))
    clock = told(JAPAN, times.ahead("367"), NOW, "ja")
    assert (clock["local"], clock["day"], clock["label"]) == ("2026-11-17T18:00", "火", "模擬の時刻")
    assert told(JAPAN, times.ahead("367"), NOW, "en")["day"] == "Tue"
    with pytest.raises(ValueError):
        times.forward("367", timedelta(days=6))
    assert times.ahead("367") == timedelta(hours=30)
    times.reset("367")
    assert told(JAPAN, times.ahead("367"), NOW, "ja")["label"] == ""


def played(sequence: int, start_s: int, received_s: int, *, offline: bool = False) -> Arrived:
    return Arrived(sequence, NOW + start_s * SECOND, NOW + received_s * SECOND, offline)


CUT = Outage(NOW, NOW + 30 * SECOND)
KEPT = [played(7, -15, -5), played(8, -5, 33), played(9, 5, 33, offline=True), played(10, 25, 33, offline=True)]


def test_a_whole_outage_arrives_afterwards() -> None:
    told = figures(CUT, [*KEPT, played(11, 32, 42, offline=True), played(12, 42, 52)])
    assert (told.arrived, told.lost, told.doubled, told.done) == (4, 0, 0, True)


def test_what_is_missing_and_what_is_there_twice_is_said() -> None:
    told = figures(CUT, [KEPT[0], *KEPT[2:], KEPT[2]])
    assert (told.lost, told.doubled) == (1, 1)


def test_while_it_lasts_nothing_has_arrived() -> None:
    told = figures(Outage(NOW), KEPT[:1])
    assert (told.arrived, told.lost, told.done) == (0, 0, False)
    assert figures(CUT, []).done is False


def test_another_devices_numbers_are_not_this_ones_gaps() -> None:
    before = [played(300, -200, -190), played(301, -190, -180)]
    assert figures(CUT, [*before, *KEPT]).lost == 0


def test_a_cable_is_cut_once_and_mended() -> None:
    cables = Cables()
    cables.cut("s", NOW)
    cables.cut("s", NOW + SECOND)
    assert cables.severed("s")
    assert not cables.severed("t")
    cables.mend("t", NOW)
    cables.mend("s", NOW + 5 * SECOND)
    assert cables.outages == {"s": Outage(NOW, NOW + 5 * SECOND)}
    assert not cables.severed("s")


def test_a_wish_lies_in_a_file_until_somebody_obeys(tmp_path: Path) -> None:
    wish = Wish(tmp_path / "demo")
    assert (wish.made(), wish.told()) == (OFF, UNAVAILABLE)
    wish.make("clip")
    wish.tell(RUNNING)
    assert (Wish(tmp_path / "demo").made(), Wish(tmp_path / "demo").told()) == ("clip", RUNNING)
    (tmp_path / "demo" / "camera-wish.json").write_text('{"half')
    assert wish.made() == OFF
    wish.clear()
    assert wish.told() == UNAVAILABLE
