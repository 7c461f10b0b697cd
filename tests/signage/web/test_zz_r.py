import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
import pytest
from signage.domain.campaign import *
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.domain.content import Card, Template
from signage.storage.users import Role
from signage.web.ports import EXTENSION
from tests.signage.web.campaigns import CARD, creative, form, made, move
from tests.signage.web.conftest import MILK, PASSWORD, PIZZA, Studio, post
from tests.world import START

def test_r(studio_app: Studio, engine) -> None:
    app = studio_app.app
    c = studio_app.logged_in(Role.ADMIN)
    cr = creative(studio_app)
    def t(name, f):
        t0 = time.perf_counter()
        try:
            a = f()
            import re
            err = re.findall(r'class="error"[^>]*>([^<]*)', a.text)[:3]
            print(f"{name}: {a.status_code} {a.headers.get('Location','')} {err} {time.perf_counter()-t0:.2f}s")
            return a
        except BaseException as e:
            print(f"{name}: RAISED {type(e).__name__}: {str(e)[:150]} {time.perf_counter()-t0:.2f}s")
    new = lambda **k: (lambda: post(c, "/studio/campaigns/new", form(cr, **k)))
    t("year1", new(start="0001-01-01T00:00", end="2026-12-01T00:00"))
    t("year9999", new(start="2026-11-01T00:00", end="9999-12-31T23:59", goal_plays="100", level="guaranteed"))
    t("spaces name", new(name="   "))
    t("sNaN", new(what="card", gtin=MILK, stores=["ekimae"], price_at_most="sNaN"))
    t("1E+999999", new(what="card", gtin=MILK, stores=["ekimae"], price_at_most="1E+999999"))
    t("NaN", new(what="card", gtin=MILK, stores=["ekimae"], price_at_most="NaN"))
    t("-Infinity", new(what="card", gtin=MILK, stores=["ekimae"], price_at_most="-Infinity"))
    t("1e-5", new(what="card", gtin=MILK, stores=["ekimae"], price_at_most="1e-999990"))
    t("id slash", new(campaign_id="../a/b"))
    t("id long", new(campaign_id="x" * 300000))
    t("rev new abc", new(revision="abc"))
    m = made(studio_app, c)
    e = f"/studio/campaigns/{m.campaign_id}/edit"
    t("rev abc", lambda: post(c, e, form(cr, revision="abc")))
    t("rev huge", lambda: post(c, e, form(cr, revision="9" * 30)))
    t("rev huge5000", lambda: post(c, e, form(cr, revision="9" * 5000)))
    t("move huge", lambda: move(c, m, "submitted", 9 * 10**30))
    t("sentence rev", lambda: post(c, "/v1/studio/sentence", form(cr, revision="abc")))
    t("forecast year 9999", lambda: post(c, "/v1/studio/forecast", form(cr, start="2026-11-01T00:00", end="9999-12-30T23:59", goal_plays="100", level="guaranteed")))
    t("forecast year 1", lambda: post(c, "/v1/studio/forecast", form(cr, start="0001-01-01T00:00", end="2026-12-01T00:00")))
    t("gtin long", new(what="card", gtin="9" * 20))
    t("nul", new(name="a\x00b"))
    t("surrogate", new(name="a\ud800b".encode("utf-16","surrogatepass").decode("utf-16","replace")))
    for q in ("day=2026-02-30", "day=0001-01-01", "day=9999-12-31", "day=2099-12-31", "day=2000-01-01", "day=x", "day=%00", "day=", "day=2026-W47-1", "day=20261121", "screen=zzz", "day=2026-11-21%0A"):
        for p in ("timetable", "coverage"):
            t(f"{p}?{q}", lambda: c.get(f"/studio/{p}?{q}"))
    for q in ("first=2000-01-01&last=2099-12-31", "first=2025-10-01&last=2026-11-05", "first=2026-11-16&last=2026-11-15", "first=2099-12-31&last=2099-12-31", "last=2026-01-01", "by=zz", "by=../x%22%0d%0a", "screen=%00&campaign=%27", "first=2000-01-01&last=2000-01-05", "by=sales", "coverage", "coverage=1&screen=%00"):
        for p in ("reports", "reports.csv"):
            t(f"{p}?{q}", lambda: c.get(f"/studio/{p}?{q}"))
    for q in ("at=0001-01-01T00:00", "at=9999-12-31T23:59", "at=2099-12-31T23:59", "at=2000-01-01T00:00", "at=x", "audience=child", "audience=zz", "guest=1", "at=2026-03-08T02:30", "audience=%00"):
        t(f"preview?{q}", lambda: c.get(f"/studio/screens/entrance/preview?{q}"))
    t("preview cover", lambda: c.get("/studio/screens/nope/preview"))
    far = Campaign(str(uuid4()), "far", Level.OPEN, "", (CARD,), Flight(datetime(2150,1,1,tzinfo=UTC), datetime(2151,1,1,tzinfo=UTC)))
    studio_app.ports.storage.campaigns.add(far, "", START)
    t("far timetable", lambda: c.get(f"/studio/campaigns/{far.campaign_id}/timetable"))
    t("far page", lambda: c.get(f"/studio/campaigns/{far.campaign_id}"))
    t("api preview", lambda: c.get("/v1/studio/preview?what=service&heading_ja=%00&store=ekimae"))
    t("api preview no store", lambda: c.get("/v1/studio/preview?what=service&heading_ja=a&store=%00"))
    t("api products", lambda: c.get("/v1/studio/products?q=%25%27%00"))
    studio_app.person(Role.APPROVER, "elm", name="elmboss")
    m = made(studio_app, c); move(c, m, "submitted", 1)
    t("deadlock approve own, other approver is of another store", lambda: move(c, m, "approved", 2))
    for r in (Role.APPROVER, Role.MANAGER, Role.ADMIN):
        o = studio_app.logged_in(r, "elm", name="o"+r.value)
        for p in ("", "/edit", "/timetable"):
            t(f"{r} elm {p}", lambda: o.get(f"/studio/campaigns/{m.campaign_id}{p}"))
        t(f"{r} elm move", lambda: move(o, m, "approved", 2))
        t(f"{r} elm show", lambda: post(o, f"/studio/campaigns/{m.campaign_id}/show", {"screen_id":"entrance","spot_id":m.spots[0].spot_id}))
        t(f"{r} elm scr preview", lambda: o.get("/studio/screens/entrance/preview"))
        t(f"{r} elm tt", lambda: o.get("/studio/timetable?screen=entrance"))
        t(f"{r} elm preview camp", lambda: o.get(f"/v1/studio/preview?campaign={m.campaign_id}"))
    d = made(studio_app, c)
    t("show now draft", lambda: post(c, f"/studio/campaigns/{d.campaign_id}/show", {"screen_id":"entrance","spot_id":d.spots[0].spot_id}))
