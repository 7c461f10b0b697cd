"""The web app exactly as gunicorn serves it, with one route more: push to every screen from inside, as a takeover does."""

import json

from flask import Flask, request

from signage.app.web import create_app
from signage.settings import Settings


def web() -> Flask:
    app = create_app(Settings())
    live, screens = app.extensions["shelfcast"].live, app.extensions["shelfcast"].storage.screens

    @app.post("/broadcast")
    def broadcast() -> str:
        message = json.loads(request.get_data())
        for screen_id in [screen.screen_id for screen in screens.screens()] * int(request.args["rounds"]):
            live.publish(screen_id, message)
        return "done"

    return app
