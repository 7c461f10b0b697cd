"""Shelf labels: what is printed can be read again, fits its paper, and tells nothing of another store."""

import io
import re
from urllib.parse import urlencode

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient

from signage.domain.digital_link import parse
from signage.storage.users import Role
from signage.web.label_files import measure
from signage.web.label_sheets import GRIDS, LEAST_MODULE, PAPER, Grid, Label, lay_out, wrap
from tests.signage.web.conftest import LASAGNA, MILK, PIZZA, Studio

LINK = "https://shop.example.co.jp/01/02000010000029?s=ekimae"
HOSTILE = "</text><script>alert(1)</script>\x00 & \"quoted\" 'x' ]]>" + "長い名前" * 60


@pytest.fixture
def client(studio_app: Studio) -> FlaskClient:
    return studio_app.logged_in(Role.VIEWER)


def asked(kind: str = "", **more: str) -> str:
    return f"/studio/labels{kind}?" + urlencode({"store": "ekimae"} | more)


@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)
def test_labels_keep_to_their_places_and_the_paper(grid: Grid) -> None:
    label = Label("02000010000029", LINK, HOSTILE, "プライベートブランド・1 gal", "1,298円(税込)")
    [first, second] = lay_out([label] * grid.places, grid, measure, "駅前店", start=2)
    assert (len(first.symbols), len(second.symbols)) == (grid.places - 2, 2)
    assert grid.left * 2 + grid.columns * grid.width + (grid.columns - 1) * grid.gap == pytest.approx(PAPER[0], abs=0.1)
    assert grid.top * 2 + grid.rows * grid.height == pytest.approx(PAPER[1], abs=0.3)
    corners = [grid.corner(place) for place in range(2, grid.places)]
    for (left, top), symbol in zip(corners, first.symbols, strict=True):
        assert left <= symbol.x and symbol.x + symbol.side <= left + grid.width
        assert symbol.x + 4 * symbol.module >= 4.0, "where printers print"
        assert top <= symbol.y and symbol.y + symbol.side <= top + grid.height
        assert symbol.module >= LEAST_MODULE
    per_label = (len(first.texts) - 1) // len(first.symbols)
    for number, text in enumerate(first.texts[:-1]):
        left, top = corners[number // per_label]
        assert max(left, 4.0) <= text.x and text.x + text.width <= min(left + grid.width, PAPER[0] - 4.0) + 0.01, text
        assert top < text.y - text.size * 0.8 and text.y < top + grid.height, text
    assert {"(01) 02000010000029", "1,298円(税込)"} <= {text.text for text in first.texts}
    assert any(text.text.endswith("…") for text in first.texts)


@pytest.mark.parametrize(
    ("text", "width", "most", "lines"),
    [("Frozen pizza, premium", 8, 3, ["Frozen pizza,", "premium"]), ("", 5, 2, []), ("牛乳", 9, 2, ["牛乳"]),
     ("  a \n b  ", 9, 2, ["a b"]), ("あいうえおかき", 3.5, 1, ["あい…"]), ("x", 0, 1, ["x"]), ("x", 5, 0, [])],
)  # fmt: skip
def test_words_are_broken_at_spaces_and_cut_with_an_ellipsis(
    text: str, width: float, most: int, lines: list[str]
) -> None:
    assert wrap(text, width, most, measure) == lines


def test_what_the_pdf_shows_is_read_by_a_scanner(client: FlaskClient) -> None:
    answer = client.get(asked(".pdf", q=f"{MILK} {PIZZA[1:]} {LASAGNA}", grid="24", start="24"))
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    with pypdfium2.PdfDocument(io.BytesIO(answer.data)) as document:
        assert len(document) == 2
        assert document[0].get_size() == pytest.approx((595.28, 841.89), abs=0.01)
        read = set()
        for page in document:
            text = page.get_textpage().get_text_bounded()
            for found in zxingcpp.read_barcodes(page.render(scale=150 / 72).to_numpy()):
                uri, _, query = found.text.partition("/01/")[2].partition("?")
                read.add(parse(uri, query).gtin)
                assert query == "s=ekimae" and f"(01) {uri}" in text
    assert read == {MILK, PIZZA, LASAGNA}
    assert "冷凍ピザ" in text and "円" not in text  # no price unless it is wanted
    assert answer.data == client.get(asked(".pdf", q=f"{MILK} {PIZZA[1:]} {LASAGNA}", grid="24", start="24")).data


def test_the_svg_is_the_same_sheet(client: FlaskClient) -> None:
    answer = client.get(asked(".svg", q=PIZZA, grid="65", copies="3", page="9"))
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert 'width="210mm" height="297mm"' in answer.text and answer.text.count("transform=") == 3
    assert answer.text.count(f">(01) {PIZZA}<") == 3 and answer.text.count(">冷凍ピザ<") == 3


def test_the_page_shows_what_it_found_and_what_not(client: FlaskClient) -> None:
    shown = client.get(asked(q=f"{MILK} 4901234567894 4901234567897")).text
    assert "1 product · 1 sheet" in shown and "4901234567894, 4901234567897" in shown
    assert re.search(r'href="/studio/labels\.pdf\?store=ekimae&amp;q=', shown)
    assert "1 product · 1 sheet" in client.get(asked(q="冷凍")).text
    assert "Nothing found" in client.get(asked(q="zzz")).text
    assert "/studio/labels.pdf" not in client.get(asked()).text


@pytest.mark.parametrize("more", [
    {"grid": "0"}, {"grid": "x", "copies": "-1", "start": "9999"}, {"copies": "99999999999", "start": "0"},
    {"copies": "65", "grid": "65"}, {"page": "0"}, {"page": "１"},
])  # fmt: skip
def test_odd_numbers_are_put_right(client: FlaskClient, more: dict[str, str]) -> None:
    assert client.get(asked(".svg", q=MILK, **more)).status_code == 200


def test_refusals(client: FlaskClient, studio_app: Studio) -> None:
    for kind in (".pdf", ".svg"):
        nothing = client.get(asked(kind, q="<script>"))
        assert nothing.status_code == 400 and "No product was chosen" in nothing.text
        assert client.get(asked(kind, q=MILK, store="nowhere")).status_code == 404
    elsewhere = studio_app.logged_in(Role.ADMIN, "elm", name="of elm")
    assert elsewhere.get(asked(q=MILK)).status_code == 404
    assert elsewhere.get("/studio/labels?q=" + MILK).status_code == 200
    assert studio_app.client().get(asked(".pdf", q=MILK)).status_code == 302
