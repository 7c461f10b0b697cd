"""Templates with typed fields: what is filled in becomes the card, is previewed, checked, and comes back to be edited."""

from typing import Any

import pytest

from signage.domain.content import Template
from signage.storage.users import Role
from tests.signage.web.campaigns import form
from tests.signage.web.conftest import Studio, post

WORDS = {
    "family": "produce", "heading_ja": "ギフト\u3000包装", "heading_en": "Gift wrapping",
    "body_ja": "1階レジまで\nお気軽にどうぞ",
    "body_en": "At the tills\nAny time",
}  # fmt: skip


def filled(what: str, **more: str) -> dict[str, Any]:
    return form("") | {"what": what, "creatives": []} | more


@pytest.mark.parametrize(
    ("what", "said", "title", "lines"),
    [
        ("service", WORDS, "Gift wrapping", ["At the tills", "Any time"]),
        ("notice", WORDS, "Gift wrapping", ["At the tills", "Any time"]),
        ("ranking", {"family": "dairy"}, "Best sellers", []),
        ("trio", {"family": "", "heading_en": "Today’s three", "heading_ja": "本日の3品"}, "Today’s three", []),
    ],
)
def test_the_fields_become_the_card_and_come_back(
    studio_app: Studio, what: str, said: dict[str, str], title: str, lines: list[str]
) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    made = post(client, "/studio/campaigns/new", filled(what, gtin="4901234567894", **said))
    assert made.status_code == 302, "the product of another choice isn't looked at"
    [campaign] = studio_app.ports.storage.campaigns.all(None)
    [spot] = campaign.spots
    assert spot.card is not None and campaign.gtins == ()
    assert (spot.card.template, spot.card.family, spot.card.title_en) == (Template(what), said["family"], title)
    assert spot.card.body_en.splitlines() == lines
    page = client.get(f"{made.location}/edit").text
    assert '<input checked id="what-' in page and f'value="{what}"' in page and title in page
    shown = client.get("/v1/studio/preview", query_string={"what": what, "store": "ekimae"} | said).json["cards"]
    assert set(shown) == {"ja", "en"} and set(shown["en"]) == {"entrance", "aisle", "checkout", "shelf"}
    if lines:
        for card in shown["en"].values():
            assert (card["title"], card["lines"], card["template"]) == (title, lines, what)
            assert card["picture"]["deep"] == "#1F5A24"


def test_what_cant_be_shown_is_said_at_its_field(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    for field, text, said in (
        ("heading_ja", "", "Enter a heading."), ("heading_en", " ", "Enter a heading."),
        ("heading_en", "x" * 27, "Use at most 26 characters."), ("family", "weapons", "Not a valid choice"),
        ("body_en", "1\n2\n3\n4", "Use at most 3 lines of 40 characters."),
        ("body_ja", "あ" * 41, "Use at most 3 lines of 40 characters."),
        ("heading_ja", "秋\0", "Use letters, digits and signs on one line."),
        ("body_en", "1\n\u202e2", "Use at most 3 lines of 40 characters."),
    ):  # fmt: skip
        answer = post(client, "/studio/campaigns/new", filled("service", **WORDS | {field: text}))
        assert answer.status_code == 422 and said in answer.text, (field, text)
    assert studio_app.ports.storage.campaigns.all(None) == []
    odd = {"what": "service", "store": "ekimae", "family": "weapons", "heading_ja": "<script>" * 500}
    assert client.get("/v1/studio/preview", query_string=odd).status_code == 200
