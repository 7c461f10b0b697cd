"""The navigation tells an approver how much waits for them: what they may approve, and nothing else."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from signage.storage.users import Role
from tests.signage.web.campaigns import creative, made, move
from tests.signage.web.conftest import Studio

BADGE = re.compile(r'class="count" aria-hidden="true">(\d+)</span><span class="visually-hidden">: ([^<]+)<')


def badge(client: FlaskClient) -> tuple[str, ...]:
    found = BADGE.search(client.get("/studio/reports").text)
    return found.groups() if found else ()


def submitted(studio_app: Studio, client: FlaskClient, name: str, store_id: str = "") -> None:
    campaign = made(studio_app, client, name=name, creatives=[creative(studio_app, store_id)])
    assert move(client, campaign, "submitted").status_code == 302


def test_it_counts_what_one_may_approve_and_not_ones_own(studio_app: Studio) -> None:
    author = studio_app.logged_in(Role.EDITOR, name="author")
    one, two = (studio_app.logged_in(Role.APPROVER, name=name) for name in ("one", "two"))
    made(studio_app, author, name="still a draft")
    assert badge(one) == badge(two) == ()
    submitted(studio_app, author, "spring")
    assert badge(one) == ("1", "1 campaign waits for your approval")
    submitted(studio_app, one, "summer")
    assert badge(two) == ("2", "2 campaigns wait for your approval")
    assert badge(one)[0] == "1", "their own waits for somebody else"
    assert badge(author) == (), "a marketer approves nothing"
    assert badge(studio_app.logged_in(Role.ADMIN, lang="ja")) == ("2", "2件が承認を待っています")


def test_ones_own_counts_where_nobody_else_could_approve_it(studio_app: Studio) -> None:
    alone = studio_app.logged_in(Role.ADMIN)
    submitted(studio_app, alone, "spring")
    assert badge(alone)[0] == "1"


@pytest.mark.parametrize(("store_id", "wanted"), [("ekimae", 1), ("elm", 0)])
def test_a_store_counts_what_is_the_stores(studio_app: Studio, store_id: str, wanted: int) -> None:
    submitted(studio_app, studio_app.logged_in(Role.EDITOR, "ekimae"), "theirs", "ekimae")
    submitted(studio_app, studio_app.logged_in(Role.EDITOR), "headquarters'")
    assert badge(studio_app.logged_in(Role.APPROVER, store_id))[:1] == (str(wanted),)[: bool(wanted)]


def test_it_is_one_question(studio_app: Studio, engine: Engine) -> None:
    for n in range(5):
        submitted(studio_app, studio_app.logged_in(Role.EDITOR, name=f"e{n}"), f"c{n}")
    client, asked = studio_app.logged_in(Role.APPROVER), list[str]()

    def hear(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    client.get("/studio/password")
    event.remove(engine, "before_cursor_execute", hear)
    assert len([one for one in asked if "campaigns" in one]) == 1
