"""Links made of what a request asked for: whatever it asks, they stay here and keep all of it."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from signage.storage.users import Role
from signage.web.address import asked_again
from tests.signage.web.conftest import Studio

OF_URL_FOR = ("endpoint", "values", "self", "_anchor", "_method", "_scheme", "_external")
TEXTS = st.text(st.characters(codec="utf-8"), max_size=9)


@pytest.mark.parametrize(
    "address", ["/studio/reports", "/studio/history", "/studio/screens/entrance", "/studio/nothing"]
)
def test_no_name_in_a_query_breaks_a_page_or_leads_away(studio_app: Studio, address: str) -> None:
    for n in range(110):
        studio_app.ports.storage.audit.add(studio_app.ports.clock(), "", "screen_edited", f"s{n}")
    client = studio_app.logged_in(Role.ADMIN)
    expected = client.get(address).status_code
    for name in OF_URL_FOR:
        page = client.get(f"{address}?{name}=javascript&_external=1")
        assert page.status_code == expected, name
        assert not re.search(r'href="(?!/|#|tel:|\?)', page.text), name


def test_no_name_in_a_query_breaks_the_door(studio_app: Studio) -> None:
    studio_app.person(Role.ADMIN)
    for name in OF_URL_FOR:
        assert studio_app.client().get(f"/login?{name}=x").status_code == 200, name


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(TEXTS, st.lists(TEXTS, min_size=1, max_size=3), max_size=4), TEXTS)
@example({"screen": ["a", "b"], "lang": ["en"], "_external": ["1"]}, "ja")
def test_what_was_asked_stays_but_for_the_change(studio_app: Studio, asked: dict[str, list[str]], value: str) -> None:
    with studio_app.app.test_request_context("/studio/reports", query_string=asked):
        link = urlsplit(asked_again(lang=value, anchor="rows"))
    assert (link.scheme, link.netloc, link.path, link.fragment) == ("", "", "/studio/reports", "rows")
    assert parse_qs(link.query, keep_blank_values=True) == asked | {"lang": [value]}
