"""First run, login, roles, stores, CSRF: denied unless allowed."""

import re

import pytest
from argon2.exceptions import VerifyMismatchError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from signage.storage.users import Role
from signage.web import access, passwords
from tests.signage.web.conftest import PASSWORD, Studio, hashed, post, token


def test_first_run_forces_a_password_on_every_page(studio_app: Studio) -> None:
    client = studio_app.client()
    for path in ("/studio", "/studio/campaigns", "/studio/users", "/login"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (302, "/setup"), path
    assert client.get("/v1/creatives").status_code == 401


@pytest.mark.parametrize(
    ("secret", "says"),
    [
        ("short", "at least 10"), ("password123!", "easy to guess"), ("aaaaaaaaaaaa", "easy to guess"),
        ("ada1234567", "easy to guess"),
    ],
)  # fmt: skip
def test_first_run_refuses_weak_passwords(studio_app: Studio, secret: str, says: str) -> None:
    client = studio_app.client()
    form = {"name": "Ada", "email": "ada@example.jp", "password": secret, "again": secret}
    answer = post(client, "/setup", form, page="/setup")
    assert answer.status_code == 422
    assert says in answer.text
    assert not studio_app.ports.storage.users.any()


def test_first_run_makes_one_administrator_and_is_over(studio_app: Studio) -> None:
    client, late = studio_app.client(), studio_app.client()
    form = {"name": "Ada", "email": "Ada@Example.jp", "password": PASSWORD, "again": PASSWORD}
    late_token = token(late, "/setup")
    assert post(client, "/setup", form, page="/setup").location == "/studio"
    assert client.get("/studio").status_code == 200
    assert late.post("/setup", data=form | {"csrf_token": late_token}).location == "/login"
    users = studio_app.ports.storage.users.found(None, "", 0, 100)[0]
    assert [(user.email, user.role) for user in users] == [("ada@example.jp", Role.ADMIN)]


def test_login_renews_the_session_and_stays_inside(studio_app: Studio) -> None:
    email = studio_app.person(Role.VIEWER)
    client = studio_app.client()
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
    inside = post(client, "/login?next=/studio/reports", {"email": email, "password": PASSWORD}, page="/login")
    assert inside.location == "/studio/reports"
    with client.session_transaction() as after:
        assert "planted" not in after
    for target in ("https://evil.example/", "//evil.example", "/studio\\evil", "/other"):
        other = studio_app.client()
        form = {"email": email, "password": PASSWORD}
        assert post(other, "/login", form, page="/login", query_string={"next": target}).location == "/studio"


def test_a_wrong_password_says_nothing_about_the_address(studio_app: Studio) -> None:
    email = studio_app.person(Role.VIEWER)
    client = studio_app.client()
    known = post(client, "/login", {"email": email, "password": "wrong password"}, page="/login")
    unknown = post(client, "/login", {"email": "nobody@example.jp", "password": "wrong password"}, page="/login")
    assert known.status_code == unknown.status_code == 401
    strip = re.compile(r'(value|content)="[^"]*"')
    assert strip.sub("", known.text) == strip.sub("", unknown.text)


def test_guessing_is_stopped(studio_app: Studio) -> None:
    email = studio_app.person(Role.VIEWER)
    client = studio_app.client()
    tried = [post(client, "/login", {"email": email, "password": f"guess {n}"}, page="/login") for n in range(11)]
    assert [answer.status_code for answer in tried] == [401] * 10 + [429]
    assert tried[-1].headers["Retry-After"] == "300"
    assert "Wait five minutes" in tried[-1].text
    other = studio_app.person(Role.EDITOR)
    assert post(studio_app.client(), "/login", {"email": other, "password": PASSWORD}, page="/login").status_code == 302


def test_without_redis_nobody_can_guess(studio_app: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    studio_app.person(Role.VIEWER)
    client = studio_app.client()
    carried = token(client, "/login")
    monkeypatch.setattr(access.limiter, "_storage", storage_from_string("redis://127.0.0.1:1/0", wrap_exceptions=True))
    monkeypatch.setattr(access.limiter, "_limiter", MovingWindowRateLimiter(access.limiter._storage))
    answer = client.post("/login", data={"csrf_token": carried, "email": "viewer-hq@example.jp", "password": PASSWORD})
    assert (answer.status_code, "Try again in a moment" in answer.text) == (503, True)
    assert answer.headers["Retry-After"] == "5"


def test_a_new_password_ends_other_sessions(studio_app: Studio) -> None:
    email = studio_app.person(Role.EDITOR)
    here, there = studio_app.client(), studio_app.client()
    for client in (here, there):
        post(client, "/login", {"email": email, "password": PASSWORD}, page="/login")
    fresh = "another long sentence"
    wrong = post(here, "/studio/password", {"old": "not mine", "password": fresh, "again": fresh})
    assert wrong.status_code == 422
    assert post(here, "/studio/password", {"old": PASSWORD, "password": fresh, "again": fresh}).status_code == 302
    assert here.get("/studio").status_code == 200
    assert there.get("/studio").status_code == 302


def views(studio_app: Studio) -> list[tuple[str, str, Role | None]]:
    """(method, path, role needed) of every route of the studio."""
    found = []
    for rule in studio_app.app.url_map.iter_rules():
        if not rule.endpoint.startswith(("studio.", "studio_api.")) or rule.endpoint.endswith(".static"):
            continue
        role = studio_app.app.view_functions[rule.endpoint].needs_role  # every view is marked, or this fails
        path = re.sub(r"<\w+>", "none", rule.rule)
        found += [(method, path, role) for method in sorted(rule.methods & {"GET", "POST"})]
    return found


def test_every_route_asks_for_a_login(studio_app: Studio) -> None:
    studio_app.person(Role.ADMIN)
    client = studio_app.client()
    guarded = [(method, path) for method, path, role in views(studio_app) if role is not None]
    assert len(guarded) > 30
    for method, path in guarded:
        answer = client.open(path, method=method)
        wanted = 401 if path.startswith("/v1/") else 302
        assert answer.status_code == wanted, (method, path)
        if wanted == 302:
            assert answer.location.startswith("/login"), path
    public = {path for _method, path, role in views(studio_app) if role is None}
    assert public == {"/setup", "/login", "/privacy", "/privacy/camera"}


@pytest.mark.parametrize("role", list(Role))
def test_every_route_keeps_to_its_role(studio_app: Studio, role: Role) -> None:
    client = studio_app.logged_in(role)
    carried = token(client)
    for method, path, needed in views(studio_app):
        if needed is None or path == "/logout":
            continue
        answer = client.open(path, method=method, data={"csrf_token": carried} if method == "POST" else None)
        assert (answer.status_code == 403) == (not role.covers(needed)), (method, path, answer.status_code)


def test_every_post_needs_a_csrf_token(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.ADMIN)
    for method, path, _needed in views(studio_app):
        if method == "POST":
            assert client.post(path, data={"to": "approved"}).status_code == 400, path


def test_an_address_that_is_nobodys_is_a_page_too(studio_app: Studio) -> None:
    for client in (studio_app.client("ja"), studio_app.logged_in(Role.VIEWER)):
        answer = client.get("/nowhere")
        assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_a_view_without_a_mark_is_denied(studio_app: Studio) -> None:
    studio_app.app.view_functions["studio.history"] = lambda: "forgotten"
    assert studio_app.logged_in(Role.ADMIN).get("/studio/history").status_code == 403


def test_cookie_and_headers(studio_app: Studio) -> None:
    client = studio_app.client()
    answer = client.get("/setup")
    assert "HttpOnly" in answer.headers["Set-Cookie"] and "SameSite=Lax" in answer.headers["Set-Cookie"]
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert not re.search(r"<style|style=|<script>|javascript:|onclick|https?://(?!www\.w3\.org)", answer.text)
    assert hashed().startswith("$argon2id$")


def test_an_address_that_nobody_has_takes_the_work_of_one_that_somebody_has() -> None:
    assert not passwords._HASHER.check_needs_rehash(passwords._NOBODY), "the same parameters, and well formed"
    with pytest.raises(VerifyMismatchError):
        passwords._HASHER.verify(passwords._NOBODY, "correct horse battery")
    assert not passwords.matches(None, "correct horse battery")
