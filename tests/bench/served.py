"""The web app exactly as gunicorn serves it, with two routes more: push to every screen from inside, and begin a takeover."""

import json

from flask import Flask, request

from signage.app.web import Web, create_app
from signage.domain.campaign import CampaignState, Level
from signage.domain.content import Card, Template
from signage.settings import Settings
from signage.storage.campaign_rows import Campaign, CampaignSpot


def web() -> Flask:
    app = create_app(Settings())
    shop: Web = app.extensions["shelfcast"]

    @app.post("/broadcast")
    def broadcast() -> str:
        message = json.loads(request.get_data())
        screens = [screen.screen_id for screen in shop.storage.screens.screens()]
        for _ in range(int(request.args["rounds"])):
            shop.live.publish_all(screens, message)
        return "done"

    @app.post("/takeover")
    def takeover() -> str:
        """Headquarters approves one for every screen of the chain: each decides anew and is told."""
        card = Card(Template.NOTICE, title_ja="臨時のお知らせ", title_en="Notice", body_ja="本日は20時に閉店します。")
        spot = CampaignSpot("takeover-1", "takeover", 10_000, card=card)
        campaigns, now = shop.storage.campaigns, shop.clock()
        campaigns.add(Campaign("takeover", "takeover", Level.TAKEOVER, "", (spot,)), "", now)
        for revision, state in enumerate((CampaignState.SUBMITTED, CampaignState.APPROVED), 1):
            campaigns.move("takeover", state, revision, None, by="", now=now)
        shop.controller.campaigns_changed([])
        return "done"

    return app
