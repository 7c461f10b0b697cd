"""Nobody is sent away from us by an address that somebody else made: all that a request says is tried on every redirect."""

import re
from html import unescape
from urllib.parse import quote, urlsplit

import pytest
from werkzeug.test import TestResponse

from recommender.domain.gtin import restricted
from signage.storage.users import Role
from signage.web import access, passwords
from tests.security.conftest import BASE, House, address, csrf
from tests.signage.web.conftest import PASSWORD

SALAD = restricted(1004073)
AWAY = (
    "https://evil.test/", "http://evil.test", "//evil.test", "///evil.test", "////evil.test", "/\\evil.test", "\\\\evil.test",
    "\\/evil.test", "/\t/evil.test", "/%09/evil.test", "/%5cevil.test", "/%2fevil.test", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)", "\x01javascript:alert(1)", "data:text/html,<script>",
    "vbscript:x", "https:evil.test", "https:/evil.test", "http:\\\\evil.test", "//evil.test/studio", "@evil.test",
    "localhost@evil.test", "http://localhost@evil.test", "/studio\\@evil.test", "/studio/../../\\evil.test",
    "/studio%0d%0aLocation: https://evil.test", "/studio\r\nLocation: https://evil.test", "%0d%0aSet-Cookie: a=b",
    "/studio\nX: y", "//evil%E3%80%82test", "https://evil。test", "/studio//evil.test", "?https://evil.test", "#https://evil.test",
    ".evil.test", "//[::1]/", "//0x7f000001/", "https://localhost.evil.test/studio", "studio.evil.test",
)  # fmt: skip
NAMES = ("next", "return", "return_to", "back", "url", "redirect", "to", "continue", "lang", "s", "lot", "linkType", "context",
         "done", "deleted", "store")  # fmt: skip
HEADERS = ("Referer", "X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "Forwarded", "X-Forwarded-Prefix")


def resolved(location: str) -> str:
    """The host that a browser goes to from a page of ours, with its own forgiveness: \\ is /, tabs and line ends are nothing."""
    cleaned = re.sub(r"[\t\r\n]", "", location).strip("".join(map(chr, range(33)))).replace("\\", "/")
    told = urlsplit(cleaned)
    if told.scheme not in {"", "http", "https"}:
        return told.scheme + ":"
    if told.scheme and not cleaned.lower().startswith(f"{told.scheme}://"):
        return "a scheme without a host"
    return (told.netloc or "").lower() or ("localhost" if not cleaned.startswith("//") else "nobody")


def goes_away(answer: TestResponse) -> str:
    """Where to, "" for a redirect that stays and for an answer that is none."""
    told = [
        answer.headers.get("Location", ""),
        answer.headers.get("Content-Location", ""),
        answer.headers.get("Refresh", ""),
    ]
    away = [where for where in told if where and resolved(where) != "localhost"]
    return ", ".join(away)


def test_no_route_goes_where_its_query_or_a_header_says(house: House) -> None:
    places = {"gtin": SALAD, "link": SALAD.zfill(14), "store_id": "ekimae", "screen_id": "entrance", "part": "recipe"}
    redirecting, wrong = set[str](), []
    for client in (house.logged_in(Role.ADMIN), house.client(), house.member()[0]):
        for method, rule in house.rules("GET"):
            with client.get(address(rule, places)) as plain:
                to = plain.headers.get("Location", "")
            if to:
                redirecting.add(rule.endpoint)
            for target in AWAY if to and not to.startswith("/login") else AWAY[:1]:
                headers = {} if "\n" in target else dict.fromkeys(HEADERS, target)
                asked = dict.fromkeys(NAMES, target)
                with client.get(address(rule, places), query_string=asked, headers=headers) as answer:
                    if told := goes_away(answer):
                        wrong.append((method, rule.rule, target, told))
    assert wrong == [], "\n".join(map(str, wrong))
    assert {"studio.home", "shelf.digital_link", "shelf.product_part"} <= redirecting, sorted(redirecting)


def test_no_route_goes_to_the_host_that_a_request_names_however_its_slashes_stand(house: House) -> None:
    away = []
    for client in (house.client(), house.logged_in(Role.ADMIN)):
        for method, rule in house.rules("GET", "POST"):
            plain = address(rule)
            for path in (plain, f"{plain}/", plain.rstrip("/") or "/", plain.replace("/", "//")):
                with client.open(path=path, method=method, base_url="http://evil.test") as answer:
                    if "evil.test" in answer.headers.get("Location", ""):
                        away.append((method, path, answer.location))
    assert away == []


def test_a_login_leads_into_the_studio_only(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access.limiter, "enabled", False)
    monkeypatch.setattr(passwords, "matches", lambda _known, _secret: True)  # slow on purpose, and not the matter here
    email = house.person(Role.VIEWER)
    for target in (*AWAY, "/studio/reports?campaign=x&first=2026-11-01"):
        client = house.client()
        form = {"email": email, "password": PASSWORD, "csrf_token": csrf(client, "/login"), "next": target}
        answer = client.post("/login", data=form, query_string={"next": target})
        assert (answer.status_code, resolved(answer.location)) == (302, "localhost"), target
        assert urlsplit(answer.location).path.startswith("/studio") and "\n" not in answer.location, answer.location
    assert answer.location == target, "where one wanted to go"


def test_a_link_to_a_product_stays_with_us_whatever_it_carries(house: House) -> None:
    client, gtin = house.client(), SALAD.zfill(14)
    for target in AWAY:
        sent = quote(target, safe="")
        for path in (f"/01/{gtin}?linkType={sent}", f"/01/{gtin}?x={sent}", f"/01/{gtin}/10/{sent}", f"/01/{sent}",
                     f"/p/{gtin}/recipe?s={sent}", f"/p/{sent}/recipe", f"/s/{sent}", f"/01/{gtin}/{sent}/{sent}"):  # fmt: skip
            answer = client.get(path)
            assert answer.status_code < 500
            location = answer.headers.get("Location", "")
            assert resolved(location) == "localhost" and "\n" not in location, (path, location)


def test_every_link_that_the_resolver_tells_is_a_page_of_ours(house: House) -> None:
    client, gtin = house.client(), SALAD.zfill(14)
    for query in ("", "?linkType=all&href=javascript:x", "?context=https://evil.test"):
        answer = client.get(f"/01/{gtin}{query}", headers={"Accept": "application/linkset+json", "Host": "evil.test"})
        links = re.findall(r'"href": "([^"]+)"', answer.text)
        assert len(links) >= 4
        assert all(link.startswith(f"{BASE}/p/{gtin}") for link in links), links


def test_the_other_language_is_a_query_of_the_same_page(house: House) -> None:
    """Nothing of a path is repeated in a link: `//evil.test/p/…` would be another site."""
    for path in ("/me", f"/p/{SALAD}", "/login", "/studio/reports"):
        client = house.logged_in(Role.ADMIN)
        for target in AWAY:
            page = client.get(
                path, query_string={"lang": "en", "s": target, "next": target}, follow_redirects=True
            ).text
            links = re.findall(r'<a[^>]+href="([^"]*)"', page)
            assert links and all(resolved(unescape(link)) == "localhost" for link in links), (path, target)


def test_it_knows_what_a_browser_makes_of_an_address() -> None:
    for away in (
        "https://x",
        "//x",
        "/\\x",
        "\\\\x",
        "/\t/x",
        " javascript:x",
        "java\tscript:x",
        "https:x",
        "//localhost@x",
        "///x",
    ):
        assert resolved(away) != "localhost", away
    for here in ("/studio", "?lang=en", "reports", "/p/1#recipe", "https://localhost/", "//localhost/x"):
        assert resolved(here) == "localhost", here
