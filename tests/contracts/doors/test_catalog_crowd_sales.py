"""What the doors that know no person promise, in process and over HTTP alike."""

import json
from datetime import UTC, date, datetime, timedelta

from recommender.domain.event import Event, Outcome, PriceChanged, ShelfScanned, StockChanged
from recommender.domain.facts import Facts, Notice, NoticeKind, Nutrition, Per, Review, Told
from recommender.domain.product import Offer, Price, PriceKind, Stock
from recommender.domain.recommendation import Place, ReasonCode
from recommender.domain.usual_price import Sale, Usual
from recommender.storage import facts
from recommender.storage.engine import write
from recommender.training.kept import keep
from tests.contracts.doors.conftest import House
from tests.recommender.judged import told
from tests.recommender.shop import BREAD, EKIMAE, ELM, GAS, JAM, MILK, NOW, PAIN, UNKNOWN, WINE


def test_products_are_joined_with_their_category(house: House) -> None:
    found = house.doors.catalog.products([JAM, UNKNOWN, "nonsense", MILK, MILK])
    assert list(found) == [JAM, MILK]
    jam = found[JAM]
    assert (jam.name_en, jam.category_ja, jam.family, jam.price_kind) == (
        "Jam, strawberry",
        "ジャム",
        "pantry",
        PriceKind.EACH,
    )
    assert (jam.short_ja, found[MILK].short_ja) == ("ジャム", "乳製品")  # its own, else its category's
    assert (jam.tax_percent, jam.public_safe, jam.in_models) == (8, True, True)
    wine = house.doors.catalog.products([WINE, GAS])
    assert (wine[WINE].law_class, wine[WINE].public_safe, wine[GAS].in_models) == ("alcohol", False, False)
    assert house.doors.catalog.products([]) == {}


def test_facts_come_as_they_were_imported_and_say_when_they_are_made_up(house: House) -> None:
    found = house.doors.catalog.products([MILK, BREAD, JAM])
    milk, bread, jam = (found[gtin] for gtin in (MILK, BREAD, JAM))
    assert (milk.origin_ja, milk.origin_en, milk.allergens_ja, milk.allergens_en) == (
        "北海道",
        "Hokkaido",
        "乳",
        "Milk",
    )
    assert (milk.sample_facts, jam.sample_facts) == (False, True)
    assert (bread.origin_ja, bread.allergens_en, bread.sample_facts) == ("", "", False)


def test_facts_of_a_product_and_of_a_lot_are_told_together(house: House) -> None:
    door = house.doors.catalog
    assert door.facts(MILK).origin == Told("北海道", "Hokkaido")  # the list of products knows that much
    assert door.facts(JAM).sample and not door.facts(MILK).sample
    assert door.facts(UNKNOWN, "L7") == Facts(UNKNOWN)
    review = Review(4, "good", "en", date(2026, 10, 1), "web")
    nutrition = Nutrition(Per.HUNDRED_ML, 63, 3.3, 3.8, 4.8, 0.1)
    own = Facts(MILK, producer=Told("牧場"), nutrition=nutrition, reviews=(review,))
    notice = Notice(NoticeKind.RECALL, Told(en="bad"))
    lot = Facts(MILK, "L/7&", origin=Told("青森県"), best_before=date(2026, 12, 1), notice=notice)
    write(house.desk.engine, lambda connection: facts.put(connection, [own, lot]))
    known = door.facts(MILK, "other")
    assert (known.lot, known.producer, known.nutrition, known.reviews) == ("", Told("牧場"), nutrition, (review,))
    assert known.origin == Told("北海道", "Hokkaido") and known.best_before is None
    of_lot = door.facts(MILK, "L/7&")
    assert (of_lot.lot, of_lot.origin, of_lot.best_before, of_lot.notice) == (
        lot.lot,
        lot.origin,
        lot.best_before,
        notice,
    )
    assert (of_lot.producer, of_lot.allergens) == (Told("牧場"), Told("乳", "Milk"))
    assert door.facts(MILK, "é" * 30).lot == ""


def test_the_next_delivery_is_told_until_a_newer_level_says_otherwise(house: House) -> None:
    def told(minutes: int, delivery: str) -> date | None:
        level = StockChanged(MILK, EKIMAE, 0, next_delivery=delivery)
        house.doors.record.record(Event("till", f"d{minutes}", NOW - timedelta(minutes=minutes), level))
        stock = house.doors.catalog.offers(EKIMAE, [MILK])[MILK].stock
        return stock.next_delivery if stock else None

    assert told(3, "2026-11-23") == told(9, "2026-11-30") == date(2026, 11, 23)  # what is late changes nothing
    assert told(1, "") is None


def test_an_offer_is_what_was_told_and_no_more(house: House) -> None:
    at = NOW - timedelta(minutes=2)
    house.doors.record.record_all([
        Event("erp", "1", at, PriceChanged(MILK, "", 258, "JPY")),
        Event("till", "2", at, StockChanged(MILK, EKIMAE, 2, simulated=True)),
    ])  # fmt: skip
    offers = house.doors.catalog.offers(EKIMAE, [MILK, JAM, UNKNOWN, "x"])
    assert offers == {
        MILK: Offer(MILK, EKIMAE, Price(258, "JPY", at), Stock(2, at, simulated=True)),
        JAM: Offer(JAM, EKIMAE, None, None),
    }
    assert house.doors.catalog.offers(ELM, [MILK])[MILK].stock is None


def test_the_newer_of_a_stores_own_price_and_every_stores_counts(house: House) -> None:
    hour = timedelta(hours=1)
    house.doors.record.record_all([
        Event("erp", "1", NOW - 3 * hour, PriceChanged(MILK, EKIMAE, 198, "JPY")),
        Event("erp", "2", NOW - 2 * hour, PriceChanged(MILK, "", 258, "JPY")),
        Event("erp", "3", NOW - hour, PriceChanged(MILK, ELM, 399, "USD")),
    ])  # fmt: skip
    ours, theirs = (house.doors.catalog.offers(store, [MILK])[MILK].price for store in (EKIMAE, ELM))
    assert ours is not None and theirs is not None
    assert (ours.amount_minor, theirs.amount_minor) == (258, 399)


def test_a_price_knows_what_it_was_before_its_last_change(house: House) -> None:
    hour, told = timedelta(hours=1), iter(range(100))

    def price(amount: int, hours_ago: int, store: str = EKIMAE, currency: str = "JPY") -> Price:
        at = NOW - hours_ago * hour
        house.doors.record.record_all([Event("erp", f"p{next(told)}", at, PriceChanged(MILK, store, amount, currency))])
        now = house.doors.catalog.offers(EKIMAE, [MILK])[MILK].price
        assert now is not None
        return now

    assert (price(298, 9).before_minor, price(298, 8).cut) == (None, False), "told again is no change"
    assert (price(258, 7).before_minor, price(258, 6).cut) == (298, True)
    assert price(999, 8).before_minor == 298, "what is late changes nothing"
    assert (price(278, 5).before_minor, price(278, 4, ELM).cut) == (258, False)
    assert (price(198, 3, "").before_minor, price(198, 2, "").cut) == (278, True), "every store's, after one's own"
    assert price(2, 1, EKIMAE, "USD").before_minor is None
    several = [(NOW - hour, 300), (NOW - hour / 2, 250)]
    house.doors.record.record_all(
        [Event("erp", f"s{amount}", at, PriceChanged(MILK, ELM, amount, "JPY")) for at, amount in several]
    )
    theirs = house.doors.catalog.offers(ELM, [MILK])[MILK].price
    assert theirs is not None and (theirs.amount_minor, theirs.before_minor) == (250, 300)


def test_a_price_says_what_was_usual_before_it_by_the_history_of_the_store(house: House) -> None:
    told = iter(range(100))

    def price(amount: int, days_ago: float, store: str = EKIMAE, ask: str = EKIMAE) -> Sale | None:
        at = NOW - timedelta(days=days_ago)
        house.doors.record.record(Event("erp", f"u{next(told)}", at, PriceChanged(MILK, store, amount, "JPY")))
        now = house.doors.catalog.offers(ask, [MILK])[MILK].price
        assert now is not None
        return now.sale

    day = timedelta(days=1)
    assert price(298, 60, "") is None
    every = price(258, 3, "")
    usual = Usual(298, NOW - 59 * day, NOW - 3 * day, NOW + 25 * day)
    assert every == Sale(NOW - 3 * day, usual=usual)
    price(248, 40)
    ours = house.doors.catalog.offers(EKIMAE, [MILK])[MILK].price
    theirs = house.doors.catalog.offers(ELM, [MILK])[MILK].price
    assert theirs is not None and theirs.sale == every, "what a store alone charged is nobody else's"
    assert ours is not None and ours.sale is None, "what came late counts: here it cost less for most of the time"
    assert price(228, 2) == Sale(NOW - 2 * day, usual=Usual(248, NOW - 40 * day, NOW - 3 * day, NOW + 25 * day))


def test_search_finds_words_in_any_width_and_case_and_gtins(house: House) -> None:
    search = house.doors.catalog.search
    assert [p.gtin for p in search("ジャム")] == [JAM]
    assert [p.gtin for p in search("ｊａｍ　STRAW")] == [JAM]
    assert [p.gtin for p in search("dairy")] == [MILK]
    assert [p.gtin for p in search(MILK)] == [MILK]
    assert [p.gtin for p in search(MILK.lstrip("0"))] == [MILK]
    assert search("milk bread") == search("") == search("   ") == []
    assert search("100%") == search("_") == search("\0") == []  # no wildcards
    assert [p.gtin for p in search("ｼﾞｬﾑ")] == [p.gtin for p in search("じゃむ")] == [JAM], "in either kana"
    assert [p.gtin for p in search("イチゴ\u200b jam\x07")] == [JAM], "what shows nothing is nothing"
    assert len(search("パン", limit=1)) == 1


def test_what_goes_with_a_product_is_bought_with_it(house: House) -> None:
    first = house.doors.catalog.goes_with(JAM, EKIMAE, 3)[0]
    assert (first.gtin, first.reason) == (BREAD, ReasonCode.GOES_WITH)
    assert house.doors.catalog.goes_with(UNKNOWN, EKIMAE, 3) == []
    assert house.doors.catalog.goes_with("nonsense", EKIMAE, 3) == []


def test_the_crowd_is_scored_for_all_that_was_asked(house: House) -> None:
    told = house.doors.crowd.scores(Place(EKIMAE, NOW), [BREAD, PAIN, UNKNOWN])
    assert set(told.scores) == {BREAD, PAIN, UNKNOWN}
    assert told.scores[BREAD] == 1.0 > told.scores[PAIN] > told.scores[UNKNOWN] == 0.0
    assert told.model_version == "000001"
    assert house.doors.crowd.scores(Place(EKIMAE, NOW), []).scores == {}


def test_the_crowds_best_are_public_safe(house: House) -> None:
    best = house.doors.crowd.top(Place(EKIMAE, NOW), 10)
    assert best[0].gtin == BREAD
    assert not {WINE, PAIN, GAS} & {s.gtin for s in best}
    assert [s.gtin for s in house.doors.crowd.top(Place(EKIMAE, NOW), 10, "dairy")] == [MILK]


def test_small_cells_of_sales_are_not_told(house: House) -> None:
    start, end = NOW - timedelta(weeks=13), NOW
    cells = house.doors.sales.units([BREAD, MILK], [EKIMAE, ELM], start, end)
    assert {c.gtin for c in cells} == {BREAD, MILK}
    assert all(c.units is None for c in cells)  # no day had ten baskets
    assert all(c.start.astimezone(UTC).minute == 0 for c in cells)
    assert house.doors.sales.units([UNKNOWN, "x"], [EKIMAE], start, end) == []


def test_scans_of_labels_are_told_like_sales(house: House) -> None:
    at = NOW - timedelta(hours=2)
    for gtin, count in ((BREAD, 12), (MILK, 3)):
        events = [Event("shelf", f"{gtin}-{n}", at, ShelfScanned(gtin, EKIMAE)) for n in range(count)]
        assert set(house.doors.record.record_all(events)) == {Outcome.RECORDED}
    found = house.doors.sales.scans([BREAD, MILK], [EKIMAE, ELM], NOW - timedelta(days=1), NOW)
    assert [(cell.store_id, cell.units) for cell in found if cell.gtin == MILK] == [(EKIMAE, None)]
    assert [(cell.store_id, cell.units) for cell in found if cell.gtin == BREAD] == [(EKIMAE, 12)]
    assert house.doors.sales.scans([UNKNOWN, "x"], [EKIMAE], NOW - timedelta(days=1), NOW) == []


def test_sales_begin_at_midnight_on_the_stores_own_clock(house: House) -> None:
    starts = {
        c.store_id: c.start for c in house.doors.sales.units([BREAD], [EKIMAE, ELM], NOW - timedelta(days=3), NOW)
    }
    assert starts[EKIMAE].astimezone(UTC) == datetime(2026, 11, 14, 15, tzinfo=UTC)
    assert starts[ELM].astimezone(UTC).hour == 5


def test_the_evaluation_that_was_kept_last_is_told_whole(house: House) -> None:
    assert house.doors.evaluation() is None
    found = keep(house.settings.artifacts, json.dumps(told()))
    assert house.doors.evaluation() == found
    assert found.tasks[0].models[0].by_history[1].n == 44
