"""The marketer's minute over HTTP: make, approve, end, and how it stands."""

from flask import Blueprint, Response, jsonify

from signage.demo.asked import lang, same_page, store_of
from signage.demo.marketer import Marketer


def marketer_routes(marketer: Marketer) -> Blueprint:
    """POST /demo/marketer/<store>, …/approve and …/end; GET tells how it stands."""
    routes = Blueprint("demo_marketer", __name__, url_prefix="/demo")
    routes.before_request(same_page)

    @routes.get("/marketer/<store_id>")
    def stands(store_id: str) -> Response:
        return jsonify(marketer.told(store_of(store_id), lang()))

    @routes.post("/marketer/<store_id>")
    def make(store_id: str) -> Response:
        return jsonify(marketer.make(store_of(store_id), lang()))

    @routes.post("/marketer/<store_id>/approve")
    def approve(store_id: str) -> Response:
        return jsonify(marketer.approve(store_of(store_id), lang()))

    @routes.post("/marketer/<store_id>/end")
    def end(store_id: str) -> Response:
        marketer.end(store_of(store_id))
        return jsonify(campaign="", state="none")

    return routes
