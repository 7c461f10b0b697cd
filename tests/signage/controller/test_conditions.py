"""Conditions of a campaign as the controller keeps them: competitors, guests' caps, prices, distance."""

from dataclasses import replace

import pytest

from recommender.domain.product import Offer
from signage.domain.campaign import Distance, Level, Targeting
from signage.domain.errors import Conflict
from tests.signage.controller.conftest import AFFINITY, Stage, snapshot
from tests.signage.controller.shop import SODA


def first_no(stage: Stage, spot_id: str, lang: str = "ja") -> str:
    return str(stage.controller.why_not("entrance", spot_id, None, lang)["text"])


def test_a_competitor_waits_also_when_somebody_asks_for_it(stage: Stage) -> None:
    for name in ("ours", "theirs"):
        stage.approve(name, competitor="beer")
    stage.controller.campaigns_changed(["ekimae"])
    (show,) = stage.pushed("show")
    rival = {"spt_ours": "spt_theirs", "spt_theirs": "spt_ours"}[show["item"]["spot"]]
    stage.tick(10 + 299)
    assert first_no(stage, rival) == "放映されていません:競合の放映から299秒しかたっていません。"
    with pytest.raises(Conflict) as refused:
        stage.controller.show_now("entrance", rival)
    assert refused.value.figures["gate"] == "separation"
    stage.tick(1)
    stage.controller.show_now("entrance", rival)


def test_before_one_guest_no_more_than_was_set(stage: Stage) -> None:
    once = stage.approve("once", targeting=Targeting(guests_only=True), level=Level.MEMBER, cap_per_guest=1)
    for _ in range(2):
        stage.controller.greet("entrance", replace(AFFINITY, items=()))
        shown = [stage.next()["item"]["spot"] for _ in range(4)]
        assert shown.count(once) == 1, shown
        stage.tick(60)


def test_a_condition_on_the_price_follows_the_price(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    price = {"amount_minor": 598}
    offers = stage.catalog.offers

    def priced(store_id: str, gtins: list[str]) -> dict[str, Offer]:
        told = offers(store_id, gtins)
        return {g: replace(o, price=replace(o.price, **price) if o.price and price else None) for g, o in told.items()}

    monkeypatch.setattr(stage.catalog, "offers", priced)
    cheap = stage.approve("cheap", gtins=(SODA,), price_at_most=500)
    cut = stage.approve("cut", gtins=(SODA,), price_cut=True)
    assert first_no(stage, cheap) == "放映されていません:価格が条件を超えています(いま598円)。"
    assert first_no(stage, cut, "en") == f"Not showing: the price has not been cut (GTIN {SODA})."
    price |= {"amount_minor": 500, "before_minor": 598}
    stage.tick(3)
    assert {stage.next()["item"]["spot"] for _ in range(3)} >= {cheap, cut}
    price.clear()  # the recommender is away: an old price may be wrong
    stage.tick(3)
    assert "価格を確認できません" in first_no(stage, cheap)


def test_near_and_far_need_a_camera_that_says_so(stage: Stage) -> None:
    near = stage.approve("near", targeting=Targeting(distance=Distance.NEAR))
    far = stage.approve("far", targeting=Targeting(distance=Distance.FAR))
    assert first_no(stage, near) == "放映されていません:画面の近くに人がいません。"
    for people, running, waiting in ((1, near, far), (0, far, near)):
        stage.tick(1)
        stage.controller.on_snapshot(snapshot(stage, near=people))
        assert "放映されていません" not in first_no(stage, running)
        assert "人がいません" in first_no(stage, waiting)
