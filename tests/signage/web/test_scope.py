"""Every route of the studio, asked by each role of one store for another store's things: 403 or 404, and not a word of them.

Generated from the routes: a new one that takes no object, or takes one otherwise than in its path, has to be entered here.
"""

import re
from typing import Any

import pytest

from signage.domain.campaign import Level
from signage.storage.campaign_rows import Campaign
from signage.storage.notices import Notice
from signage.storage.uploads import Announced
from signage.storage.users import Role
from tests.signage.web.campaigns import CARD, creative
from tests.signage.web.conftest import PASSWORD, Studio, post, token

ASKED: dict[str, dict[str, Any]] = {  # theirs, named in the query or the form
    "studio.coverage": {"screen": "entrance"}, "studio.timetable": {"screen": "entrance"},
    "studio.reports": {"screen": "entrance", "campaign": "{campaign_id}"},
    "studio.reports_csv": {"screen": "entrance", "campaign": "{campaign_id}"},
    "studio.labels": {"store": "ekimae"}, "studio.labels_pdf": {"store": "ekimae"},
    "studio.labels_svg": {"store": "ekimae"}, "studio.notices": {"store": "ekimae"},
    "studio.screen_sheet": {"store": "ekimae"}, "studio.quick": {"store": "ekimae"},
    "studio.post_quick": {"store": "ekimae"}, "studio.approve_screen": {"code": "ABCDEF", "replace": "entrance"},
    "studio.add_screen_list": {"text": "store,name,zone,width,height\nekimae,x,aisle,1920,1080\n"},
    "studio.new_campaign": {"creative": "{creative_id}"}, "studio_api.preview": {"store": "ekimae", "campaign": "{campaign_id}"},
}  # fmt: skip
NOTHING_OF_ANYBODY = {  # lists of one's own, forms, one's own login
    "studio.home", "studio.home_slash", "studio.alerts", "studio.campaigns", "studio.creatives", "studio.screens",
    "studio.stores", "studio.users", "studio.review", "studio.evaluation", "studio.retention", "studio.history",
    "studio.password", "studio.logout", "studio.test_alert", "studio.add_store", "studio.add_user", "studio.upload",
    "studio.screen_list", "studio.read_screen_list", "studio.screen_list_csv", "studio_api.list_creatives",
    "studio_api.post_creative", "studio_api.forecast", "studio_api.now", "studio_api.products",
    "studio.import_products", "studio.read_products", "studio.add_products", "studio.products_csv",
    "studio_api.say_sentence", "studio_api.list_uploads", "studio_api.begin_upload",
}  # fmt: skip
RIGHT: dict[str, dict[str, Any]] = {  # what is read before the object is looked for
    "studio.move_campaign": {"to": "submitted", "revision": "1"},
}
THEIRS = ("ekimae-only", "入口1", "3番通路", "レジ前", "飲料棚", "駅前店", "Station Front")


@pytest.fixture
def theirs(studio_app: Studio) -> dict[str, str]:
    """By the names that routes give them: things of the store ekimae."""
    ports = studio_app.ports
    one = Campaign("theirs", "ekimae-only campaign", Level.OPEN, "ekimae", (CARD,))
    ports.storage.campaigns.add(one, "", ports.clock())
    ports.storage.notices.save(Notice("ekimae", "o", "p", "p", "c", ports.clock()), "")
    user = ports.storage.users.by_email(studio_app.person(Role.VIEWER, "ekimae", "ekimae-only-2"))
    assert user is not None
    return {
        "screen_id": "entrance", "store_id": "ekimae", "campaign_id": one.campaign_id,
        "creative_id": creative(studio_app, "ekimae"), "user_id": user.user_id,
        "decision_id": studio_app.controller.next_item("entrance", "r", None)["decision"],
        "upload_id": ports.storage.uploads.begin(Announced("ekimae-only.png", 9), user.user_id, ports.clock()).upload_id,
    }  # fmt: skip


def routes(studio_app: Studio) -> list[tuple[str, str, str, Role]]:
    """(endpoint, method, rule, role) of every route that needs a login."""
    found = []
    for rule in studio_app.app.url_map.iter_rules():
        role = getattr(studio_app.app.view_functions[rule.endpoint], "needs_role", None)
        if rule.endpoint.startswith(("studio.", "studio_api.")) and role is not None:
            found += [(rule.endpoint, method, rule.rule, role) for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]
    return found


def test_every_route_is_in_one_of_the_tables(studio_app: Studio, theirs: dict[str, str]) -> None:
    for endpoint, _method, rule, _role in routes(studio_app):
        named = re.findall(r"<(?:\w+:)?(\w+)>", rule)
        assert set(named) <= set(theirs), f"{rule}: say in `theirs` what another store's is"
        assert bool(named) + (endpoint in ASKED) + (endpoint in NOTHING_OF_ANYBODY) == 1, (
            f"{rule}: enter {endpoint} where it belongs"
        )
    assert set(ASKED) | NOTHING_OF_ANYBODY <= {endpoint for endpoint, *_ in routes(studio_app)}, "stale"


def test_nobody_of_another_store_gets_at_anything(studio_app: Studio, theirs: dict[str, str]) -> None:
    wrong = []
    for role in Role:
        client = studio_app.logged_in(role, "elm", name=f"elm-{role}")
        carried = token(client)
        for endpoint, method, rule, needed in routes(studio_app):
            if endpoint == "studio.logout":
                continue
            path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: theirs[found[1]], rule)
            asked = ASKED.get(endpoint, {}) | RIGHT.get(endpoint, {})
            more = {name: value.format(**theirs) for name, value in asked.items()}
            sent = {"query_string": more} if method == "GET" else {"data": more | {"csrf_token": carried}}
            answer = client.open(path, method=method, headers={"X-CSRFToken": carried}, **sent)
            told = answer.get_data(as_text=True)
            named = [name for name in THEIRS if name in told and name not in str(more)]
            denied = not role.covers(needed) or endpoint == "studio.history"
            right = {403} if denied else {403, 404} if "<" in rule else set(range(200, 500))
            if answer.status_code not in right or named:
                wrong.append((str(role), method, path, answer.status_code, named))
    assert wrong == [], "\n".join(map(str, wrong))


def test_people_of_a_store_belong_to_one_and_cameras_are_not_theirs(studio_app: Studio) -> None:
    admin = studio_app.logged_in(Role.ADMIN)
    person = {"name": "店長", "email": "t@example.jp", "password": PASSWORD, "role": "manager"}
    assert post(admin, "/studio/users", person).status_code == 400
    assert post(admin, "/studio/users", person | {"store_id": "ekimae"}).status_code == 302
    manager = studio_app.logged_in(Role.MANAGER, "ekimae")
    form = {
        "name": "レジ前",
        "zone": "checkout",
        "lit_from": "09:00",
        "lit_until": "21:00",
        "layout": "full",
        "fit": "fit",
    }
    path = "/studio/screens/aisle/edit"
    assert post(manager, path, form | {"safe_percent": "0", "camera": "presence"}).status_code == 403
    assert post(manager, path, form | {"safe_percent": "0"}).status_code == 302
    screen = studio_app.ports.storage.screens.screen("aisle")
    assert screen is not None and (screen.lit_until_min, str(screen.camera)) == (1260, "off")
