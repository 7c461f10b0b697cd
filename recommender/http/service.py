"""The recommender as a service of its own: the five doors behind one bearer key, problems as problem+json (RFC 9457)."""

import hmac
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import Response, jsonify, request
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from recommender.catalog import Catalog
from recommender.crowd import Crowd
from recommender.domain.errors import RecommenderUnreachable
from recommender.domain.evaluation import Evaluation
from recommender.domain.member import CodeRefused, PasskeyRefused, SignInRefused
from recommender.http.answers import problem
from recommender.http.description import Problem, describe
from recommender.http.devices import devices_blueprint
from recommender.http.members import members_blueprint
from recommender.http.metrics import Metrics
from recommender.http.shop import shop_blueprint
from recommender.http.state import state_blueprint
from recommender.personal import Personal
from recommender.record import Record, RefusedEvent
from recommender.sales import Sales
from recommender.serving.health import Health

OPEN = {"/healthz", "/readyz", "/openapi.json"}  # no key needed
BODY_LIMIT = 1_048_576
VERSION = "1"


def create_app(
    *,
    catalog: Catalog,
    crowd: Crowd,
    personal: Personal,
    record: Record,
    sales: Sales,
    health: Callable[[], Health],
    evaluation: Callable[[], Evaluation | None],
    clock: Callable[[], datetime],
    key: str,
) -> OpenAPI:
    """The five doors -> a WSGI app behind `key`, which must not be empty."""
    app = OpenAPI(
        "recommender",
        info=Info(title="Shelfcast recommender", version=VERSION),
        security_schemes={"key": {"type": "http", "scheme": "bearer"}},
        validation_error_callback=_invalid,
        validation_error_model=Problem,
        doc_ui=False,
        static_folder=None,
    )
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    metrics = Metrics(health, clock)
    metrics.watch(app)
    _guard(app, key)
    _explain(app)
    app.register_api(shop_blueprint(catalog, crowd, record, sales, metrics.count_event))
    app.register_api(members_blueprint(personal))
    app.register_api(devices_blueprint(personal))
    app.register_api(state_blueprint(health, evaluation, metrics, clock))

    @app.route("/openapi.json")
    def openapi() -> Response:
        return jsonify(describe(app))

    return app


def _guard(app: OpenAPI, key: str) -> None:
    expected = f"Bearer {key}".encode()

    @app.before_request
    def _check() -> Response | None:
        given = request.headers.get("Authorization", "").encode()
        if request.path in OPEN or hmac.compare_digest(given, expected):
            return _json_only()
        refused = problem(401, "key_needed", "Send the key as Authorization: Bearer …")
        refused.headers["WWW-Authenticate"] = "Bearer"
        return refused

    def _json_only() -> Response | None:
        if request.method != "POST":
            return None
        kind = request.mimetype
        if not (kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))):
            return problem(415, "json_needed", "Send application/json")
        with suppress(RequestEntityTooLarge):  # the route says it in its own words
            request.get_json()  # flask-openapi3 would take what can't be read for nothing at all
        return None

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response


def _explain(app: OpenAPI) -> None:
    @app.errorhandler(CodeRefused)
    def _code(error: CodeRefused) -> Response:
        return problem(403, "code_refused", "The member code was not accepted", why=error.why.value)

    @app.errorhandler(SignInRefused)
    def _sign_in(error: SignInRefused) -> Response:
        return problem(403, "sign_in_refused", str(error))

    @app.errorhandler(PasskeyRefused)
    def _passkey(error: PasskeyRefused) -> Response:
        return problem(403, "passkey_refused", str(error))

    @app.errorhandler(RefusedEvent)
    def _event(error: RefusedEvent) -> Response:
        return problem(422, "event_refused", str(error))

    @app.errorhandler(RecommenderUnreachable)
    def _away(_error: RecommenderUnreachable) -> Response:
        return problem(503, "unreachable", "The history's database does not answer")

    @app.errorhandler(RecursionError)
    def _too_deep(_error: RecursionError) -> Response:
        return problem(400, "bad_request", "The JSON is nested too deeply")

    @app.errorhandler(HTTPException)
    def _other(error: HTTPException) -> Response:
        status = error.code or 500
        code = error.name.lower().replace(" ", "_")
        return problem(status, code, error.description or error.name)


def _invalid(error: ValidationError) -> Response:
    where: list[dict[str, Any]] = [
        {"field": ".".join(str(part) for part in e["loc"]), "problem": e["msg"]}
        for e in error.errors(include_input=False)
    ]
    return problem(422, "invalid", "The request doesn't hold what is needed", fields=where)
