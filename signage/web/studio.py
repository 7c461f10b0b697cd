"""Composition of people's pages: `install(app, ports)` adds login, language, limits and every page below /studio."""

from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, render_template, request
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFError
from limits.errors import StorageError
from werkzeug.exceptions import HTTPException

from recommender.domain.errors import RecommenderUnreachable
from signage.domain.errors import SignageError
from signage.http import RETRY_S, STATUS, WORDS, problem, unreachable
from signage.web import (
    access,
    alert_pages,
    campaign_forecast,
    campaign_list,
    campaign_pages,
    campaign_review,
    campaign_steps,
    coverage_pages,
    creative_page,
    creative_pages,
    decision_pages,
    evaluation_pages,
    guard,
    home,
    label_pages,
    language,
    notice_pages,
    poster_pages,
    preview_pages,
    product_import,
    quick_pages,
    report_pages,
    retention_pages,
    screen_commands,
    screen_import,
    screen_pages,
    show,
    store_pages,
    timetable_pages,
    trouble_pages,
    uploads,
    user_pages,
)
from signage.web.ports import EXTENSION, WebPorts

PAGES = (
    access, home, creative_pages, creative_page, campaign_list, campaign_pages, campaign_steps, campaign_review, timetable_pages,
    screen_pages, preview_pages, screen_commands, screen_import, product_import, decision_pages, report_pages,
    coverage_pages, label_pages, alert_pages, evaluation_pages, notice_pages, poster_pages, quick_pages, retention_pages,
    store_pages, trouble_pages, user_pages,
)  # fmt: skip


def install(app: Flask, ports: WebPorts) -> None:
    """Everything that people's pages add to the app. Call once, after `http.install`."""
    app.extensions[EXTENSION] = ports
    app.config.update(
        SESSION_COOKIE_NAME="shelfcast", SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=ports.secure_cookie,
        BOOTSTRAP_SERVE_LOCAL=True,
    )  # fmt: skip
    Bootstrap5(app)
    language.install(app)
    guard.install(app, ports.storage.users)
    access.install(app, ports.redis_url)
    app.register_blueprint(blueprint())
    app.register_blueprint(api())


def blueprint() -> Blueprint:
    """The pages."""
    pages = Blueprint("studio", __name__, template_folder="templates", static_folder="static",
                      static_url_path="/studio/static")  # fmt: skip
    guard.guard(pages, api=False)
    for room in PAGES:
        room.add(pages)
    show.install(pages)
    pages.register_error_handler(SignageError, _ours)
    pages.register_error_handler(RecommenderUnreachable, lambda error: _ours(unreachable(error)))
    pages.register_error_handler(CSRFError, _stale_form)
    pages.register_error_handler(StorageError, _uncounted)
    pages.register_error_handler(HTTPException, _http)
    pages.after_request(_retry)
    return pages


def api() -> Blueprint:
    """The few JSON twins that the pages' scripts use; errors are problem+json by `http.install`."""
    twins = Blueprint("studio_api", __name__)
    guard.guard(twins, api=True)
    for room in (home, creative_pages, uploads, campaign_pages, campaign_forecast):
        room.add_api(twins)
    twins.register_error_handler(SignageError, _problem)
    twins.register_error_handler(RecommenderUnreachable, lambda error: _problem(unreachable(error)))
    twins.after_request(_retry)
    return twins


def error_page(status: int, code: str, text: str) -> str:
    """For `http.install`: an error as a page in the studio's look."""
    names = show.context()  # an address that is nobody's is in no blueprint
    return render_template("studio/message.html", **names, status=status, code=code, text=text, back=_before())


def _before() -> str:
    """The page of the studio that led here, "" for none: where what is to be done can be done. Its path alone is believed."""
    page = urlsplit(request.referrer or "")
    if page.path == request.path or not page.path.startswith("/studio/"):
        return ""
    return page.path + (f"?{page.query}" if page.query else "")


def _ours(error: SignageError) -> tuple[str, int]:
    text = error.en if language.lang() == "en" else error.ja
    return error_page(STATUS[type(error)], error.code, text), STATUS[type(error)]


def _problem(error: SignageError) -> Response:
    text = error.en if language.lang() == "en" else error.ja
    return problem(STATUS[type(error)], error.code, text, dict(error.figures))


def _retry(response: Response) -> Response:
    """When to come back, unless the view has said so."""
    if response.status_code in RETRY_S:
        response.headers.setdefault("Retry-After", str(RETRY_S[response.status_code]))
    return response


def _stale_form(_error: CSRFError) -> tuple[str, int]:
    ja = "ページの有効期限が切れました。前のページに戻り、読み込み直してからもう一度送信してください。"
    en = "This page has expired. Go back, reload it and send it again."
    return error_page(400, "stale_form", en if language.lang() == "en" else ja), 400


def _uncounted(_error: StorageError) -> tuple[str, int]:
    """Attempts can't be counted while Redis is away; guessing without a limit is worse than waiting."""
    ja = "いまログインできません。しばらくしてからもう一度お試しください。"
    en = "Logging in isn't possible right now. Try again in a moment."
    return error_page(503, "live_unavailable", en if language.lang() == "en" else ja), 503


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error
    ja, en = WORDS.get(status, WORDS[500 if status >= 500 else 400])
    return error_page(status, error.name.lower().replace(" ", "_"), en if language.lang() == "en" else ja), status
