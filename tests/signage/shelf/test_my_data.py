"""The member's own data: picks, consents, purchases, the copy, and erasure, on the real history."""

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from recommender.app import Doors
from recommender.domain.member import Purpose, SignInRefused
from signage.shelf.session import form_token
from tests.signage.shelf.history import ADA, PIZZA, agree, link_for


@pytest.fixture
def ada(phone: FlaskClient, data_dir: Path) -> str:
    """Signed in, has agreed to nothing; gives the session's secret."""
    cookie = phone.post(f"/me/in/{link_for(data_dir)}").headers["Set-Cookie"]
    return cookie.split(";")[0].removeprefix("shelfcast_me=")


def say(phone: FlaskClient, ada: str, purpose: str, granted: str) -> int:
    form = {"form": form_token(ada), "purpose": purpose, "granted": granted}
    return phone.post("/me/consent", data=form).status_code


def test_nothing_is_picked_without_consent(phone: FlaskClient, ada: str) -> None:
    page = phone.get("/me/picks", headers={"Accept-Language": "ja"}).text
    assert "計算していません" in page and 'class="row"' not in page


def test_picks_come_with_consent_and_go_with_it(phone: FlaskClient, ada: str) -> None:
    assert say(phone, ada, "recommend_phone", "yes") == 303
    page = phone.get("/me/picks?s=ekimae", headers={"Accept-Language": "ja"}).text
    assert "駅前店でのおすすめ" in page and "そろそろいかがですか" in page and f'href="/p/{PIZZA}?s=ekimae"' in page
    names = re.findall(r'class="card-name">([^<]+)', page)
    assert len(set(names)) == len(names) >= 4
    assert 'href="/me/picks?s=elm"' in page
    assert say(phone, ada, "recommend_phone", "no") == 303
    assert 'class="row"' not in phone.get("/me/picks").text


def test_stock_on_the_phone_always_says_of_when_and_what_is_simulated_once(phone: FlaskClient, ada: str) -> None:
    say(phone, ada, "recommend_phone", "yes")
    page = phone.get("/me/picks?s=ekimae", headers={"Accept-Language": "ja"}).text
    rows = re.findall(r'<a class="row".*?</a>', page, re.S)
    told = [row for row in rows if "在庫は売場で" not in row]
    assert len(told) >= 3 and all("11:59 現在(1分前)" in row for row in told)
    assert page.count("模擬") == 1 and "価格・在庫は模擬です。" in page
    assert ("20歳未満の飲酒は法律で禁止されています" in page) == ("ビール" in page)


def test_each_purpose_is_its_own(phone: FlaskClient, ada: str, doors: Doors) -> None:
    page = phone.get("/me/data", headers={"Accept-Language": "ja"}).text
    assert page.count("同意していません") == 2 and page.count(">同意する<") == 2
    say(phone, ada, "recommend_screen", "yes")
    said = {consent.purpose: consent.granted for consent in doors.personal.account(ada).consents}
    assert said == {Purpose.RECOMMEND_SCREEN: True}
    page = phone.get("/me/data?done=saved", headers={"Accept-Language": "ja"}).text
    assert "同意しています(2026年11月16日から)" in page and page.count(">同意する<") == 1 and "保存しました" in page
    assert "Agreed (since 16 Nov 2026)" in phone.get("/me/data?lang=en").text


@pytest.mark.parametrize("purpose", ["", "everything", "RECOMMEND_SCREEN", "é"])
def test_an_unknown_purpose_is_refused(phone: FlaskClient, ada: str, doors: Doors, purpose: str) -> None:
    assert say(phone, ada, purpose, "yes") == 400
    assert doors.personal.account(ada).consents == ()


def test_purchases_are_listed_with_their_words(phone: FlaskClient, ada: str) -> None:
    page = phone.get("/me/data", headers={"Accept-Language": "ja"}).text
    assert "全 25 件のうち最近の 20 件です。" in page
    assert "2026年11月15日 · 駅前店 · 1点" in page and "· オンライン ·" in page
    assert page.count("模擬") == 1 and "オンラインの区分は模擬です。" in page  # said once, of them all
    assert "冷凍ピザ(プレミアム)" in page and "398円" in page and "税込" not in page


def test_two_products_of_one_name_carry_their_numbers(phone: FlaskClient, ada: str) -> None:
    said = re.findall(r'class="what">([^<]+)', phone.get("/me/data", headers={"Accept-Language": "ja"}).text)
    assert {"サラダミックス・品番 …4073", "サラダミックス・品番 …4080"} <= set(said) and "サラダミックス" not in said
    assert not any("品番" in name for name in said if "サラダミックス" not in name)


def test_the_copy_holds_everything(phone: FlaskClient, ada: str, doors: Doors) -> None:
    answer = phone.get("/me/export.json")
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    body = json.loads(answer.text)
    assert body == doors.personal.export(ada) and len(body["purchases"]) == doors.personal.account(ada).lines_total
    assert ADA not in answer.text


def test_erasing_asks_first(phone: FlaskClient, ada: str, doors: Doors) -> None:
    page = phone.get("/me/erase", headers={"Accept-Language": "ja"}).text
    assert "元に戻せません。" in page
    answer = phone.post("/me/erase", data={"form": form_token(ada)}, headers={"Accept-Language": "ja"})
    assert answer.status_code == 400 and "確認の欄に印を付けてください。" in answer.text
    assert doors.personal.account(ada).lines_total > 0
    early = phone.get("/me/erased")
    assert (early.status_code, early.headers["Location"]) == (303, "/me"), "nothing was, and nobody is told so"


def test_erasing_leaves_nothing(phone: FlaskClient, ada: str, doors: Doors, data_dir: Path) -> None:
    agree(data_dir, *Purpose)
    answer = phone.post("/me/erase?lang=ja", data={"form": form_token(ada), "sure": "yes"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/erased?lang=ja")
    for lang, words, other in (("ja", "削除しました", "en"), ("en", "Erased", "ja")):
        page = phone.get(f"/me/erased?lang={lang}").text
        assert words in page and f'href="?lang={other}"' in page
    assert phone.get_cookie("shelfcast_me", path="/me") is None
    with pytest.raises(SignInRefused):
        doors.personal.account(ada)
    with pytest.raises(AssertionError):
        link_for(data_dir)  # history has never heard of her


def test_no_reason_said_here_is_a_screens(phone: FlaskClient, ada: str) -> None:
    say(phone, ada, "recommend_phone", "yes")
    reasons = set(re.findall(r'class="reason">([^<]+)', phone.get("/me/picks", headers={"Accept-Language": "ja"}).text))
    assert reasons <= {"そろそろいかがですか", "前回のお買い物と合います", "この店で人気", "まだお試しでない商品"}
    assert "そろそろいかがですか" in reasons
