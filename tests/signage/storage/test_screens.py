"""Stores and screens, and letting players in: the code on the screen, the key given once, the device replaced."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from signage.domain.errors import NotFound, Unavailable
from signage.domain.place import CameraMode, Position
from signage.storage.schema import registrations, screens
from signage.storage.screens import CODE_LASTS, MAX_WAITING, Screens, _code
from tests.world import AISLE, CHECKOUT, DAIRY, EDGE, EKIMAE, ELM, ENTRANCE, MovableClock, World


def test_what_was_saved_comes_back_and_can_be_changed(world: World, clock: MovableClock) -> None:
    kept = world.screens
    assert kept.stores() == [EKIMAE, ELM]
    assert kept.store("ekimae") == EKIMAE
    assert kept.store("nowhere") is None
    assert kept.screens("ekimae") == [AISLE, CHECKOUT, EDGE, ENTRANCE]
    assert kept.screens() == [AISLE, CHECKOUT, DAIRY, EDGE, ENTRANCE]
    assert kept.by_store([]) == {EKIMAE: [AISLE, CHECKOUT, EDGE, ENTRANCE], ELM: [DAIRY]}
    assert kept.by_store(["elm", "nowhere"]) == {ELM: [DAIRY]}
    empty = replace(ELM, store_id="later")
    kept.save_store(empty)
    assert kept.by_store(["later"]) == {empty: []}
    moved = replace(EDGE, name="牛乳棚", camera=CameraMode.PRESENCE)
    kept.save_screen(moved, clock())
    assert kept.screen("edge") == moved
    assert kept.verify("edge", world.keys["edge"])
    kept.save_store(replace(ELM, restricted_without_camera=True))
    assert kept.store("elm").restricted_without_camera
    for position in (Position(35.681236, 139.767125), Position(-90, 180), Position(0, 0), None):
        kept.save_store(replace(ELM, position=position))
        assert kept.store("elm") == replace(ELM, position=position)


def test_a_player_is_let_in_once(world: World, clock: MovableClock) -> None:
    code, secret, expires = world.screens.open_registration(1920, 1080, "<b>Mozilla</b>", True, clock())
    assert re.fullmatch(r"[A-HJ-NP-Z2-9]{6}", code)
    assert expires == clock() + CODE_LASTS
    (waiting,) = world.screens.pending(clock())
    assert (waiting.code, waiting.width, waiting.insecure, waiting.user_agent) == (code, 1920, True, "<b>Mozilla</b>")
    assert world.screens.claim(secret, clock.tick(2)) is None
    world.screens.approve(code.lower(), "dairy", clock.tick(2))
    assert world.screens.pending(clock()) == []
    screen_id, key = world.screens.claim(secret, clock.tick(2))
    assert screen_id == "dairy"
    assert re.fullmatch(r"[0-9a-f]{64}", key)
    assert world.screens.verify("dairy", key)
    with pytest.raises(NotFound, match="registration_over"):
        world.screens.claim(secret, clock())


def test_no_secret_is_stored_in_the_clear(world: World, engine: Engine, clock: MovableClock) -> None:
    _code, secret, _expires = world.screens.open_registration(1, 1, "", False, clock())
    with engine.connect() as connection:
        rows = [*connection.execute(select(registrations)), *connection.execute(select(screens))]
    everything = repr([tuple(row) for row in rows])
    assert secret not in everything
    assert not [key for key in world.keys.values() if key in everything]


def test_a_code_lapses_and_is_good_for_one_screen(world: World, clock: MovableClock) -> None:
    code, secret, _expires = world.screens.open_registration(1, 1, "", False, clock())
    with pytest.raises(NotFound, match="screen_unknown"):
        world.screens.approve(code, "nowhere", clock())
    clock.tick(601)
    assert world.screens.pending(clock()) == []
    with pytest.raises(NotFound, match="code_unknown"):
        world.screens.approve(code, "dairy", clock())
    with pytest.raises(NotFound, match="registration_over"):
        world.screens.claim(secret, clock())
    code, _secret, _expires = world.screens.open_registration(1, 1, "", False, clock())
    world.screens.approve(code, "dairy", clock())
    with pytest.raises(NotFound, match="code_unknown"):
        world.screens.approve(code, "edge", clock())


def test_a_flood_of_registrations_is_stopped_and_passes(world: World, clock: MovableClock) -> None:
    for _ in range(MAX_WAITING):
        world.screens.open_registration(1, 1, "x" * 10_000, False, clock())
    with pytest.raises(Unavailable, match="too_many_registrations"):
        world.screens.open_registration(1, 1, "", False, clock())
    world.screens.open_registration(1, 1, "", False, clock() + timedelta(minutes=10))


def test_a_replaced_device_takes_over_at_its_first_use(world: World, clock: MovableClock) -> None:
    old = world.keys["aisle"]
    assert world.screens.verify("aisle", old)
    code, secret, _expires = world.screens.open_registration(1080, 1920, "", False, clock())
    world.screens.approve(code, "aisle", clock())
    _screen_id, new = world.screens.claim(secret, clock())
    assert world.screens.verify("aisle", old)
    assert world.screens.verify("aisle", new)
    assert not world.screens.verify("aisle", old)
    assert world.screens.verify("aisle", new)
    assert world.screens.screen("aisle") == AISLE


def test_a_new_key_that_got_lost_can_be_issued_again(world: World) -> None:
    lost = world.screens.issue_key("aisle")
    found = world.screens.issue_key("aisle")
    assert not world.screens.verify("aisle", lost)
    assert world.screens.verify("aisle", found)


def test_a_revoked_screen_stays_out_until_let_in_again(world: World) -> None:
    key = world.keys["edge"]
    assert world.screens.has_key("edge")
    world.screens.revoke("edge")
    assert not world.screens.verify("edge", key)
    assert not world.screens.has_key("edge")
    fresh = world.screens.issue_key("edge")
    assert world.screens.verify("edge", fresh)
    assert not world.screens.verify("edge", key)


@pytest.mark.parametrize("key", ["", "0" * 64, "é", "\ud800", "a" * 100_000])
def test_a_wrong_key_is_refused(world: World, key: str) -> None:
    assert not world.screens.verify("entrance", key)
    assert not world.screens.verify("nowhere", key)


@given(st.sets(st.text("AB", min_size=6, max_size=6)))
def test_a_code_is_never_one_that_is_taken(taken: set[str]) -> None:
    assert _code(taken) not in taken


def test_another_process_sees_a_revocation_at_once(world: World, engine: Engine) -> None:
    elsewhere = Screens(engine)
    assert elsewhere.verify("edge", world.keys["edge"])
    world.screens.revoke("edge")
    assert not elsewhere.verify("edge", world.keys["edge"])
