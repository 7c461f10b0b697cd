"""Products by CSV: tried first by the recommender's own importer, and only what was confirmed is in the catalogue."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from recommender.app import products_import
from recommender.domain.imported import PRODUCT_COLUMNS, PRODUCT_OPTIONAL
from recommender.domain.product import Product
from recommender.history.opening import open_history
from recommender.settings import Settings
from recommender.storage import products
from recommender.storage.engine import Engine, write
from signage.storage.users import Role
from signage.web.ports import EXTENSION
from signage.web.product_import import MOST_BYTES, MOST_LINES
from tests.signage.web.conftest import MILK, PIZZA, Studio, post
from tests.signage.web.test_words import JAPANESE

PATH = "/studio/products/import"
HEAD = ",".join(PRODUCT_COLUMNS) + "\n"
NEW, DRINK = "4901234567894", "4912345678904"
ROWS = f"{MILK},牛乳 1L,Milk,,1 L,DAIRY,\n{PIZZA},新しいピザ,New pizza,,,DAIRY,\n{NEW},納豆,Natto,,3個,DAIRY,\n"


@pytest.fixture
def history(tmp_path: Path, redis_url: str) -> Iterator[Engine]:
    """The catalogue that the studio's port writes to: milk, and a pizza that a file may change."""
    engine, _key = open_history(Settings(data_dir=tmp_path, redis_url=redis_url))
    texts = ("name_ja", "short_ja", "name_en", "family", "pictogram", "law_class")
    dairy = {"category": "DAIRY", **dict.fromkeys(texts, "x"), "price_kind": "each", "tax": 8, "public_safe": 1}
    milk = dict.fromkeys(("short_ja", "brand", "maker", "origin_ja", "origin_en", "allergens_ja", "allergens_en"), "")
    milk |= {"gtin": MILK, "name_ja": "牛乳 1L", "name_en": "Milk", "size": "1 L", "category": "DAIRY"}
    flags = {"in_models": 1, "public_safe": 1, "sample_facts": 0}
    write(engine, lambda connection: products.put_categories(connection, [dairy]))
    pizza = {**milk, "gtin": PIZZA, "name_ja": "冷凍ピザ", "name_en": "Pizza"}
    write(engine, lambda connection: products.put_products(connection, [{**milk, **flags}, {**pizza, **flags}]))
    yield engine
    engine.dispose()


def known(history: Engine, gtins: Sequence[str] = (MILK, PIZZA, NEW, DRINK)) -> list[str]:
    found: dict[str, Product] = products.by_gtin(history, [gtin.zfill(14) for gtin in gtins])
    return [product.name_ja for product in found.values()]


def upload(client: FlaskClient, content: bytes) -> tuple[int, str]:
    answer = sent(client, PATH, {"file": (BytesIO(content), "p.csv")})
    return answer.status_code, html.unescape(answer.text)


def sent(client: FlaskClient, path: str, data: dict[str, Any]) -> Any:
    """The test client puts what is large into a file of its own, and leaves it open."""
    answer = post(client, path, data, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()
    return answer


def confirm(client: FlaskClient, page: str) -> Any:
    """As a browser sends the field: with other ends of lines."""
    [text] = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.S)
    answer = sent(client, PATH + "/add", {"text": text.replace("\n", "\r\n")})
    assert answer.status_code == 302
    return client.get(PATH)


def counts(page: str) -> list[str]:
    return re.findall(r'total"><strong>([\d,]+)', page)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_file_is_tried_then_taken_in(studio_app: Studio, history: Engine, encoding: str) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    status, page = upload(client, (HEAD + ROWS).encode(encoding))
    assert (status, counts(page)) == (200, ["1", "1", "1", "0"])
    assert known(history) == ["牛乳 1L", "冷凍ピザ"], "nothing is written before it is confirmed"
    assert "Products: 1 new, 1 changed, 1 as before. Lines left out: 0." in confirm(client, page).text
    assert sorted(known(history)) == sorted(["牛乳 1L", "新しいピザ", "納豆"])
    [entry] = [one for one in studio_app.ports.storage.audit.latest() if one.verb == "products_imported"]
    assert entry.detail == "added 1, changed 1, known 1, rejected 0"
    again = upload(client, (HEAD + ROWS).encode(encoding))[1]
    assert counts(again) == ["0", "0", "3", "0"] and "Take them in" not in again


WRONG = {
    '="4901234567894",x,x,,,DAIRY,': "isn’t digits only", "4.90123E+12,x,x,,,DAIRY,": "isn’t digits only",
    "490,x,x,,,DAIRY,": "8, 12, 13 or 14 digits", "4901234567895,x,x,,,DAIRY,": "check digit",
    f"{NEW},x,x,,,NO'WHERE,": "no category", f"{NEW},,x,,,DAIRY,": "name_ja is empty",
    f"{NEW},{'x' * 201},x,,,DAIRY,": "longer than 200", f"{NEW},x,x,,DAIRY,": "6 cells where 7 belong",
    f'{NEW},"x,x,,,DAIRY,': "isn’t closed", "x" * 70_000: "line is too long", f"{NEW},=1+1,x,,,<script>,": "no category",
}  # fmt: skip


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_bad_line_is_named_and_the_rest_is_taken_in(studio_app: Studio, history: Engine, lang: str) -> None:
    client = studio_app.logged_in(Role.APPROVER, lang=lang)
    text = HEAD + f"{NEW},納豆,Natto,,,DAIRY,\n\n" + "\n".join(WRONG) + f"\n{DRINK},-196℃,=cmd|' /C calc'!A0,,,DAIRY,\n"
    answer = sent(client, PATH, {"file": (BytesIO(text.encode()), "p.csv")})
    page = html.unescape(answer.text)
    told = re.findall(r"<li>(?:Line )?(\d+)(?:行目)?: (.*?)(?: <span class=\"code\">.*?</span>)?</li>", page, re.S)
    assert [int(number) for number, _said in told] == list(range(4, 4 + len(WRONG)))
    for (_number, said), expected in zip(told, WRONG.values(), strict=True):
        assert expected in said if lang == "en" else JAPANESE.search(said), said
    assert counts(page) == ["2", "0", "0", str(len(WRONG))] and "<script>," not in answer.text
    confirm(client, page)
    assert sorted(known(history)) == sorted(["牛乳 1L", "冷凍ピザ", "納豆", "-196℃"]), "a cell is text, never a formula"


def test_yes_and_no_are_the_importers(studio_app: Studio, history: Engine) -> None:
    text = HEAD.strip() + f",in_models\n{NEW},納豆,Natto,,,DAIRY,,maybe\n"
    status, page = upload(studio_app.logged_in(Role.ADMIN), text.encode())
    assert status == 422 and "in_models has to be yes or no." in page and "Take them in" not in page


NO_LIST = {
    b"": "Missing: gtin", HEAD.encode(): "There is no product in the file", b"gtin,name_ja\n1,2\n": "Missing: name_en",
    b"\xff\xfe\x00x": "no CSV in UTF-8", b"x" * (MOST_BYTES + 1): "larger than 5 MB",
    HEAD.encode() + b"\n" * (MOST_LINES + 1): "more than 50,000 lines",
}  # fmt: skip


def test_what_is_no_list_is_refused(studio_app: Studio, history: Engine) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    for content, says in NO_LIST.items():
        status, page = upload(client, content)
        assert status in {400, 422} and says in page, says
    assert (
        client.post(PATH, data=b"x" * 3 * MOST_BYTES, content_type="multipart/form-data; boundary=b").status_code == 413
    )
    assert post(client, PATH).status_code == 400
    assert post(client, PATH + "/add", {"text": "x"}).status_code == 422


def test_the_largest_file_comes_back_whole(studio_app: Studio, history: Engine) -> None:
    """In Shift_JIS: as UTF-8 in the form's field it is half as long again."""
    client = studio_app.logged_in(Role.EDITOR)
    line = f"{NEW},納豆,Natto,,,DAIRY,{'豆' * 190}\n".encode("cp932")
    head = HEAD.encode()
    status, page = upload(client, head + line * ((MOST_BYTES - len(head)) // len(line)))
    assert status == 200 and counts(page)[0] == "1"
    assert confirm(client, page).status_code == 200 and "納豆" in known(history)


@pytest.mark.parametrize(
    ("role", "store"), [(Role.VIEWER, ""), (Role.STAFF, "elm"), (Role.EDITOR, "elm"), (Role.ADMIN, "elm")]
)
def test_only_headquarters_marketers_and_above(studio_app: Studio, history: Engine, role: Role, store: str) -> None:
    client = studio_app.logged_in(role, store)
    assert [client.get(path).status_code for path in (PATH, PATH + ".csv")] == [403, 403]
    assert upload(client, (HEAD + ROWS).encode())[0] == 403
    assert post(client, PATH + "/add", {"text": HEAD + ROWS}).status_code == 403
    assert known(history) == ["牛乳 1L", "冷凍ピザ"]
    assert PATH not in client.get("/studio/screens").text + client.get("/studio/labels").text


def test_it_is_found_and_the_template_has_the_importers_columns(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    assert PATH in client.get("/studio/screens").text and PATH in client.get("/studio/labels").text
    template = client.get(PATH + ".csv").data.decode("utf-8-sig")
    assert template.strip().split(",") == [*PRODUCT_COLUMNS, *PRODUCT_OPTIONAL]


def test_japanese_headings_in_and_out_and_columns_that_are_not_read_are_named(
    studio_app: Studio, history: Engine
) -> None:
    client = studio_app.logged_in(Role.EDITOR, lang="ja")
    template = client.get(PATH + ".csv").data.decode("utf-8-sig").strip()
    assert template.startswith("JANコード,商品名,商品名(英語),ブランド,内容量,カテゴリー,メーカー,")
    row = f"198,{NEW},納豆,Natto,,3個,DAIRY,,,はい,いいえ,,,,,"
    status, page = upload(client, f"商品コード,{template}\r\n{row}\r\n".encode("cp932"))
    assert status == 200 and counts(page) == ["1", "0", "0", "0"]
    assert "次の列は読み込みません:商品コード。" in page and "価格と在庫はPOSから" in page
    confirm(client, page)
    assert "納豆" in known(history)
    status, page = upload(client, "JAN,商品名\n1,x\n".encode())
    assert status == 422 and "商品名(英語)、ブランド、内容量、カテゴリー、メーカー" in page
    status, page = upload(client, f"{template}\n{NEW},納豆,Natto,,,DAIRY,,,たぶん,,,,,,\n".encode())
    assert "おすすめに使うは「はい」か「いいえ」にしてください。" in page and JAPANESE.search(page)


@pytest.mark.parametrize("first", ["a" * 200_000, "a\rb\rc", '"gtin', ",,,,", "gtin\u2028name_ja"])
def test_a_first_line_that_is_none_is_answered_in_words(studio_app: Studio, history: Engine, first: str) -> None:
    assert upload(studio_app.logged_in(Role.EDITOR), f"{first}\n1,2,3\n".encode())[0] == 422


@pytest.mark.parametrize(("lang", "says"), [("en", "taken in there"), ("ja", "そのサーバーで")])
def test_where_the_recommender_is_another_service_the_page_says_so(studio_app: Studio, lang: str, says: str) -> None:
    elsewhere = products_import(Settings(recommender_url="http://rec.test"))  # type: ignore[call-arg]
    assert elsewhere is None
    studio_app.app.extensions[EXTENSION] = replace(studio_app.ports, import_products=elsewhere)
    client = studio_app.logged_in(Role.EDITOR, lang=lang)
    page = client.get(PATH).text
    assert says in page and "recommender import --kind products" in page and 'type="file"' not in page
    assert upload(client, (HEAD + ROWS).encode())[0] == 409
