"""Screens of one name in two stores are told apart wherever one is chosen."""

import re
from dataclasses import replace

import pytest

from signage.storage.users import Role
from tests.signage.web.conftest import Studio
from tests.world import DAIRY, START


@pytest.fixture
def named_alike(studio_app: Studio) -> Studio:
    """Both stores have an 入口1."""
    studio_app.ports.storage.screens.save_screen(replace(DAIRY, name="入口1"), START)
    return studio_app


@pytest.mark.parametrize("address", ["/studio/timetable", "/studio/coverage", "/studio/reports"])
def test_a_list_of_screens_names_their_stores(named_alike: Studio, address: str) -> None:
    page = named_alike.logged_in(Role.VIEWER).get(address).text
    options = re.search(r'<select[^>]*name="screen">(.*?)</select>', page)
    assert options
    by_store = dict(re.findall(r'<optgroup label="([^"]*)">(.*?)</optgroup>', options[1]))
    assert 'value="dairy"' in by_store["Elm Street"] and 'value="entrance"' in by_store["Station Front"]
    chosen = named_alike.logged_in(Role.VIEWER, name="again").get(f"{address}?screen=dairy").text
    assert re.search(r'<option value="dairy" selected>入口1</option>', chosen)


def test_a_campaigns_form_names_them_too(named_alike: Studio) -> None:
    page = named_alike.logged_in(Role.EDITOR).get("/studio/campaigns/new").text
    groups = re.findall(
        r'<p class="group" id="(g-screens-\d)">([^<]*)</p><div[^>]*aria-labelledby="\1">(.*?)</div>', page
    )
    screens = {name: re.findall(r'value="(\w+)"', inside) for _key, name, inside in groups}
    assert screens["Screens: Elm Street"] == ["dairy"] and "entrance" in screens["Screens: Station Front"]


def test_who_works_where_is_told_by_the_stores_name(named_alike: Studio) -> None:
    named_alike.person(Role.MANAGER, "ekimae", name="Tencho")
    page = named_alike.logged_in(Role.ADMIN).get("/studio/users").text
    assert "Store manager · Station Front" in page and "Administrator · Headquarters" in page
