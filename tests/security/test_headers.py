"""Every answer of the web process to anybody: no script but ours, no guessing of types, in no frame of others."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from recommender.domain.gtin import restricted
from signage.storage.users import Role
from tests.security.conftest import House, address
from tests.security.markup import born

PLACES = {
    "store_id": "ekimae",
    "screen_id": "entrance",
    "gtin": restricted(1004073),
    "link": restricted(1004073).zfill(14),
}


def policy(headers: Headers) -> dict[str, list[str]]:
    """Directive -> its sources."""
    [told] = headers.getlist("Content-Security-Policy")
    parts = [part.split() for part in told.split(";") if part.split()]
    assert len({part[0] for part in parts}) == len(parts), "browsers take the first of two and drop the other"
    return {part[0]: part[1:] for part in parts}


def faults(answer: TestResponse) -> Iterator[str]:
    """What is wrong with the headers, and with the markup of a page."""
    said = policy(answer.headers)
    every = " ".join(source for sources in said.values() for source in sources)
    if "unsafe" in every or "*" in every or "http" in every:
        yield f"too wide: {said}"
    sandboxed = said.get("default-src") == ["'none'"] and "sandbox" in said
    if not sandboxed and (
        said.get("default-src") != ["'self'"] or said.get("object-src") != ["'none'"] or said.get("base-uri") != ["'none'"]
        or said.get("form-action") != ["'self'"] or said.get("frame-ancestors") != ["'self'"]
        or set(said.get("script-src", ["'self'"])) != {"'self'"}
    ):  # fmt: skip
        yield f"too little: {said}"
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        yield "type may be guessed"
    if answer.headers.get("Referrer-Policy") not in {"same-origin", "no-referrer", "strict-origin"}:
        yield "addresses are told on"
    if answer.headers.get("Cross-Origin-Opener-Policy") != "same-origin":
        yield "others hold the window"
    if answer.mimetype == "text/html":
        yield from born(answer.get_data(as_text=True))


def everybody(house: House) -> list[tuple[str, FlaskClient]]:
    return [
        ("nobody", house.client("ja")), ("administrator", house.logged_in(Role.ADMIN)), ("member", house.member()[0]),
    ]  # fmt: skip


def test_every_page_and_every_error_of_every_route_carries_the_whole_policy(house: House) -> None:
    wrong, seen = [], set[int]()
    for who, client in everybody(house):
        for method, rule in house.rules("GET", "POST", "PATCH", "DELETE"):
            if rule.rule in {"/logout", "/me/out"}:
                continue
            for values in (PLACES, {}):
                with client.open(address(rule, values), method=method) as answer:
                    seen.add(answer.status_code)
                    wrong += [(who, method, rule.rule, answer.status_code, fault) for fault in faults(answer)]
    assert wrong == [], "\n".join(map(str, wrong))
    assert {200, 302, 307, 400, 401, 403, 404} <= seen and 500 not in seen


@pytest.mark.parametrize("path", ["/nowhere", "/studio/nowhere", "/me/nowhere", "/p/%00", "/v1/nowhere", "/01/%ff"])
@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*", "image/png"])
def test_addresses_that_are_nobodys(house: House, path: str, accept: str) -> None:
    client = house.client()
    for method in ("GET", "POST", "PUT", "DELETE", "PROPFIND"):
        answer = client.open(path, method=method, headers={"Accept": accept})
        assert answer.status_code in {400, 404, 405}
        assert list(faults(answer)) == []


def test_files_that_are_shipped_carry_it_too(house: House) -> None:
    client, kinds = house.client(), set[str]()
    links = set[str]()
    for page in ("/login", "/setup", "/demo", "/me", f"/p/{PLACES['gtin']}", "/player"):
        with client.get(page) as answer:
            links.update(re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css|svg|png|woff2)[^"]*)"', answer.text))
    assert len(links) > 10
    for link in sorted(links):
        with client.get(link) as answer:
            assert (answer.status_code, list(faults(answer))) == (200, []), link
            kinds.add(answer.mimetype)
    assert {"text/javascript", "text/css"} <= kinds


def test_what_it_looks_for_it_finds() -> None:
    """The reader of the markup, held by the sorts of markup that it is there for."""
    for text in (
        "<script>1</script>", "<p onclick=x>", "<style>p{}</style>", "<p style='color:red'>", "<a href=' JavaScript:x'>",
        "<img src=//evil.test/x>", "<script src='https://evil.test/x'></script>", "<svg/onload=x>",
    ):  # fmt: skip
        assert born(text), text
    assert born('<script type="application/ld+json">{}</script><a href="https://gs1.org">x</a><img src="/x">') == []
