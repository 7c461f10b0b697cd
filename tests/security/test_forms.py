"""Whatever changes something is sent by our own pages only: every such route of the application, by what another site can send.

Generated from the routes: a new one that is let in otherwise has to be entered here, with its reason.
"""

import pytest
from flask.testing import FlaskClient

from signage.shelf.session import form_token
from signage.storage.users import Role
from tests.security.conftest import BASE, House, address, csrf, member_form

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
BY_KEY = "channel."  # players and cameras: a bearer key or the poll secret in a body of JSON, and no cookie at all
NO_SESSION_YET = {"shelf.enter", "shelf.ask_for_passkey", "shelf.sign_in_by_passkey"}  # held by Origin alone
FOREIGN = ("https://evil.test", "null", "http://localhost.evil.test", "//localhost@evil", "http://localhost:81")
ROOMS = {"studio", "studio_api", "shelf", "demo", "channel"}


def changing(house: House, *rooms: str) -> list[tuple[str, str, str]]:
    """(endpoint, method, address) of what changes something."""
    return [
        (rule.endpoint, method, address(rule)) for method, rule in house.rules(*CHANGING)
        if rule.endpoint.split(".")[0] in rooms
    ]  # fmt: skip


def test_the_rooms_below_are_all_there_are(house: House) -> None:
    assert {rule.endpoint.split(".")[0] for _method, rule in house.rules(*CHANGING)} <= ROOMS | {
        name for name in house.app.blueprints if name.startswith("demo")
    }


def audit(house: House) -> int:
    return len(house.web.storage.audit.latest())


@pytest.mark.parametrize("kind", ["none", "empty", "invented", "of another session", "signed by another shop"])
def test_the_studio_takes_nothing_without_its_own_sessions_token(house: House, kind: str) -> None:
    client, stranger = house.logged_in(Role.ADMIN), house.logged_in(Role.EDITOR)
    mine = csrf(client)
    token = {
        "none": None, "empty": "", "invented": "x" * len(mine), "of another session": csrf(stranger),
        "signed by another shop": mine.rpartition(".")[0] + "." + "A" * 27,
    }[kind]  # fmt: skip
    routes, before = changing(house, "studio", "studio_api"), audit(house)
    assert len(routes) > 35
    for endpoint, method, path in routes:
        form = {"to": "approved", "name": "x", "code": "ABCDEF"} | ({} if token is None else {"csrf_token": token})
        headers = {} if token is None else {"X-CSRFToken": token}
        answer = client.open(path, method=method, data=form, headers=headers)
        assert answer.status_code == 400, (endpoint, method, answer.status_code)
    assert audit(house) == before
    assert client.get("/studio").status_code == 200, "not even logged out"


def test_the_sessions_own_token_is_what_was_missing(house: House) -> None:
    """Or the tests above would pass on a form that nobody can send."""
    client = house.logged_in(Role.ADMIN)
    carried = csrf(client)
    for endpoint, method, path in changing(house, "studio", "studio_api"):
        if endpoint != "studio.logout":
            answer = client.open(path, method=method, data={"csrf_token": carried}, headers={"X-CSRFToken": carried})
            assert "expired" not in answer.get_data(as_text=True), endpoint


def test_over_https_a_form_of_another_site_is_refused_though_it_knows_the_token(house: House) -> None:
    client = house.logged_in(Role.ADMIN)
    carried = csrf(client)
    for referer in ("", "https://evil.test/form", "http://localhost/studio"):
        answer = client.post(
            "/studio/stores", base_url="https://localhost", data={"csrf_token": carried},
            headers={"Referer": referer} if referer else {},
        )  # fmt: skip
        assert answer.status_code == 400, referer


@pytest.mark.parametrize("origin", FOREIGN)
def test_the_phone_takes_nothing_from_another_site(house: House, origin: str) -> None:
    phone, secret = house.member()
    routes = changing(house, "shelf")
    assert len(routes) >= 11
    for endpoint, method, path in routes:
        sent = member_form(secret) | {"sure": "yes", "purpose": "recommend_phone", "granted": "yes"}
        answer = phone.open(path, method=method, data=sent, headers={"Origin": origin})
        assert answer.status_code == 403, (endpoint, answer.status_code)
    assert phone.get("/me").text.count("<svg") >= 1, "still signed in, and not erased"


@pytest.mark.parametrize("token", ["", "0" * 64, "é" * 64, form_token("another session"), form_token("")])
def test_the_phone_takes_nothing_without_its_sessions_token(house: House, token: str) -> None:
    phone, _secret = house.member()
    routes = changing(house, "shelf")
    assert {endpoint for endpoint, *_ in routes} > NO_SESSION_YET
    for endpoint, method, path in routes:
        if endpoint in NO_SESSION_YET:
            continue
        sent = {"form": token, "sure": "yes", "purpose": "recommend_phone", "granted": "yes"}
        answer = phone.open(path, method=method, data=sent, headers={"Origin": BASE})
        assert answer.status_code == 400, (endpoint, answer.status_code)
    assert phone.get("/me").text.count("<svg") >= 1


def test_the_demo_takes_nothing_that_a_form_can_send(house: House) -> None:
    client = house.client()
    routes = [(method, address(rule)) for method, rule in house.rules(*CHANGING) if rule.rule.startswith("/demo")]
    assert len(routes) >= 12
    for method, path in routes:
        for headers in ({}, {"X-Shelfcast-Demo": ""}, {"Content-Type": "text/plain"}):
            assert client.open(path, method=method, headers=headers, data="{}").status_code == 403, path


def test_machines_are_not_let_in_by_a_cookie(house: House) -> None:
    """What a browser sends along by itself opens nothing there."""
    phones: list[FlaskClient] = [house.logged_in(Role.ADMIN), house.member()[0], house.client()]
    for client in phones:
        for endpoint, method, path in changing(house, "channel"):
            for kind in ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain"):
                answer = client.open(path, method=method, data="{}", content_type=kind)
                assert answer.status_code in {401, 415}, (endpoint, answer.status_code)
    assert house.world.screens.pending(house.web.clock()) == []
