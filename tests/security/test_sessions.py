"""Sessions of the studio and of a member's phone: never somebody else's, over when they should be, in cookies that keep to us."""

from http.cookies import SimpleCookie

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from signage.storage.engine import write
from signage.storage.schema import users
from signage.storage.users import Role
from tests.security.conftest import BASE, House, csrf, member_form
from tests.signage.web.conftest import PASSWORD

FRESH = "another long sentence"


def log_in(client: FlaskClient, email: str, password: str = PASSWORD) -> int:
    form = {"csrf_token": csrf(client, "/login"), "email": email, "password": password}
    return client.post("/login", data=form).status_code


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("shelfcast")
    assert cookie is not None
    return cookie.value


def let_in(client: FlaskClient) -> bool:
    return client.get("/studio").status_code == 200


def with_cookie(house: House, value: str) -> FlaskClient:
    thief = house.client()
    thief.set_cookie("shelfcast", value)
    return thief


def test_a_session_that_was_planted_before_the_login_is_nobodys_afterwards(house: House) -> None:
    victim, email = house.client(), house.person(Role.ADMIN)
    csrf(victim, "/login")
    planted = cookie_of(victim)
    with victim.session_transaction() as before:
        before["planted"], token = "by somebody else", before["csrf_token"]
    assert log_in(victim, email) == 302 and let_in(victim)
    with victim.session_transaction() as after:
        assert "planted" not in after and after.get("csrf_token") != token, "nor a token that somebody else knows"
    assert cookie_of(victim) != planted and not let_in(with_cookie(house, planted))


def test_the_first_account_enters_by_a_fresh_session_too(house: House) -> None:
    client = house.client()
    token = csrf(client, "/setup")
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
    form = {"csrf_token": token, "name": "Ada", "email": "ada@example.jp", "password": FRESH, "again": FRESH}
    assert client.post("/setup", data=form).location == "/studio"
    with client.session_transaction() as after:
        assert "planted" not in after and after["_user_id"]


def test_who_logs_out_is_out_wherever_a_copy_of_the_cookie_is(house: House) -> None:
    client, email = house.client(), house.person(Role.EDITOR)
    log_in(client, email)
    copy, other = cookie_of(client), house.logged_in(Role.VIEWER)
    assert let_in(with_cookie(house, copy))
    told = client.post("/logout", data={"csrf_token": csrf(client)}, follow_redirects=True)
    assert "on every device" in told.text
    assert not let_in(client) and not let_in(with_cookie(house, copy)) and let_in(other)
    with client.session_transaction() as session:
        assert "_user_id" not in session
    assert log_in(client, email) == 302 and let_in(client)


def test_a_person_who_is_gone_is_out_at_the_next_request(house: House) -> None:
    client = house.logged_in(Role.MANAGER, "ekimae")
    assert let_in(client)
    write(house.web.engine, lambda connection: connection.execute(delete(users)))
    assert client.get("/v1/creatives").status_code == 401


def test_a_smaller_role_and_another_store_hold_from_the_next_request(house: House) -> None:
    client = house.logged_in(Role.MANAGER, "ekimae")
    carried = csrf(client)

    def become(**values: str) -> None:
        write(house.web.engine, lambda connection: connection.execute(update(users).values(values)))

    assert client.get("/studio/screens/entrance").status_code == 200
    become(store_id="elm")
    assert client.get("/studio/screens/entrance").status_code == 404
    become(store_id="ekimae", role="viewer")
    assert client.post("/studio/screens/entrance/edit", data={"csrf_token": carried}).status_code == 403


def test_a_new_password_ends_every_other_session_whoever_set_it(house: House) -> None:
    email, admin = house.person(Role.EDITOR), house.logged_in(Role.ADMIN)
    phone, desk = house.client(), house.client()
    for client in (phone, desk):
        assert log_in(client, email) == 302
    before = cookie_of(phone)
    form = {"csrf_token": csrf(phone), "old": PASSWORD, "password": FRESH, "again": FRESH}
    assert phone.post("/studio/password", data=form).status_code == 302
    assert let_in(phone) and not let_in(desk) and not let_in(with_cookie(house, before))
    user = house.web.storage.users.by_email(email)
    assert user is not None
    reset = {"csrf_token": csrf(admin), "password": "a third long sentence"}
    assert admin.post(f"/studio/users/{user.user_id}/password", data=reset).status_code == 302
    assert not let_in(phone)
    assert log_in(house.client(), email, FRESH) == 401


@pytest.mark.parametrize("change", ["a letter", "no signature", "another key", "a Python object", "nothing"])
def test_a_cookie_that_we_did_not_sign_is_nobodys(house: House, change: str) -> None:
    client = house.logged_in(Role.ADMIN)
    client.get("/studio")
    value = cookie_of(client)
    body, _, signature = value.rpartition(".")
    forged = {
        "a letter": ("f" if value[0] == "e" else "e") + value[1:], "no signature": body, "nothing": ".." + signature,
        "another key": f"{body}.{'A' * len(signature)}", "a Python object": "gASVBwAAAAAAAACMA2FiY5Qu",
    }[change]  # fmt: skip
    assert let_in(with_cookie(house, value)) and not let_in(with_cookie(house, forged))


def flags(header: str, name: str) -> dict[str, object]:
    morsel = SimpleCookie(header)[name]
    return {flag: morsel[flag] for flag in ("httponly", "secure", "samesite", "path", "domain")}


@pytest.mark.parametrize(("public_url", "secure"), [(BASE, ""), ("https://store.test", True)])
def test_cookies_keep_to_the_server_the_site_and_https(house: House, public_url: str, secure: object) -> None:
    wanted = {"httponly": True, "secure": secure, "samesite": "Lax", "domain": ""}
    studio = house.client().get("/setup", base_url=public_url)
    assert flags(studio.headers["Set-Cookie"], "shelfcast") == wanted | {"path": "/"}
    phone = house.client().post(f"/me/in/{house.link()}", base_url=public_url)
    assert flags(phone.headers["Set-Cookie"], "shelfcast_me") == wanted | {"path": "/me"}


def test_a_phone_keeps_no_secret_that_it_was_handed_before_it_signed_in(house: House) -> None:
    phone = house.client()
    phone.set_cookie("shelfcast_me", "a" * 64, path="/me")
    phone.post(f"/me/in/{house.link()}")
    cookie = phone.get_cookie("shelfcast_me", path="/me")
    assert cookie is not None and cookie.value != "a" * 64
    thief = house.client()
    thief.set_cookie("shelfcast_me", "a" * 64, path="/me")
    assert "<svg" in phone.get("/me").text and "<svg" not in thief.get("/me").text


def test_a_phone_that_signed_out_is_signed_out_wherever_its_cookie_is(house: House) -> None:
    phone, secret = house.member()
    other, _secret = house.member()
    phone.post("/me/out", data=member_form(secret))
    thief = house.client()
    thief.set_cookie("shelfcast_me", secret, path="/me")
    for path in ("/me", "/me/data", "/me/devices", "/me/export.json", "/me/codes.json"):
        answer = thief.get(path)
        assert answer.mimetype == "text/html" and "Sign in" in answer.text, path
    assert "<svg" in other.get("/me").text, "another phone stays signed in"


def test_the_studios_session_opens_nothing_of_a_member_and_the_other_way_round(house: House) -> None:
    admin, (phone, secret) = house.logged_in(Role.ADMIN), house.member()
    assert "Sign in" in admin.get("/me").text
    assert not let_in(phone) and not let_in(with_cookie(house, secret))
