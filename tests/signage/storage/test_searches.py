"""Words are found in names as people type either, in both databases; what LIKE takes for a wildcard is a letter."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from signage.domain.campaign import Level
from signage.domain.content import MediaKind
from signage.storage.campaign_rows import Campaign
from signage.storage.campaign_search import Sought
from signage.storage.campaigns import Campaigns
from signage.storage.creative_search import Sought as SoughtCreatives
from signage.storage.creatives import Creative, Creatives, CreativeState
from signage.storage.users import Role, Users
from tests.world import START


def campaigns(engine: Engine, name: str) -> Callable[[str], bool]:
    rows = Campaigns(engine)
    rows.add(Campaign("c", name, Level.OPEN, "", ()), "", START)
    return lambda words: bool(rows.found(None, Sought(words), 0, 9))


def library(engine: Engine, name: str) -> Callable[[str], bool]:
    rows = Creatives(engine)
    rows.add(Creative("c", name, MediaKind.IMAGE, CreativeState.READY, "", START, "a" * 64), "")
    return lambda words: bool(rows.found(None, SoughtCreatives(words), START, 0, 9)[1])


def people(engine: Engine, name: str) -> Callable[[str], bool]:
    rows = Users(engine)
    rows.add(email="a@example.jp", name=name, role=Role.EDITOR, store_id="", password_hash="x", by="", now=START)
    return lambda words: bool(rows.found(None, words, 0, 9)[1])


@pytest.mark.parametrize("filled", [campaigns, library, people])
def test_width_and_capitals_make_no_difference(
    engine: Engine, filled: Callable[[Engine, str], Callable[[str], bool]]
) -> None:
    finds = filled(engine, "ＡＵＴＵＭＮ ｶﾚｰ１０％引き Été_2")
    for words in ("autumn", "AUTUMN", "ａｕｔｕｍｎ", "カレー", "ｶﾚｰ", "10%", "１０％", "カレー autumn", "été", "_2"):
        assert finds(words), words
    for words in ("%autumn%", "a_tumn", "été%2", "カレ_", "\\", "カレー winter"):
        assert not finds(words), words
