"""What every route shares: errors as problem+json (RFC 9457) or a page, ETags, idempotency keys, headers."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.exceptions import Conflict as HttpConflict
from werkzeug.http import generate_etag

from recommender.domain.errors import RecommenderUnreachable
from signage.domain.errors import Conflict, Forbidden, Invalid, NotFound, RefusedFile, SignageError, Unavailable

STATUS: dict[type[SignageError], int] = {
    NotFound: 404, Invalid: 400, Forbidden: 403, Conflict: 409, RefusedFile: 422, Unavailable: 503,
}  # fmt: skip
RETRY_S = {429: 60, 503: 5}
WORDS = {  # status: ja, en
    400: ("リクエストの内容を読み取れません。", "The request can't be read."),
    401: ("認証が必要です。", "Authentication is needed."),
    403: ("この操作は許可されていません。", "This isn't allowed."),
    404: ("見つかりません。", "Not found."),
    405: ("この操作はできません。", "This method isn't allowed here."),
    409: ("ほかの操作と競合しています。", "This conflicts with something else."),
    413: ("データが大きすぎます。", "This is too large."),
    415: ("この形式は受け付けられません。", "This media type isn't accepted."),
    416: ("この範囲はありません。", "There is no such range."),
    429: ("回数が多すぎます。しばらくしてからもう一度お試しください。", "Too many requests. Try again in a while."),
    500: ("内部エラーが発生しました。", "Something went wrong inside."),
}
KEPT_HEADERS = {"Allow", "Retry-After", "WWW-Authenticate", "Content-Range"}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

log = structlog.get_logger()
ErrorPage = Callable[[int, str, str], str]  # status, code, text -> HTML


def install(app: Flask, error_page: ErrorPage | None = None) -> None:
    """Give the app one shape for every error and its security headers (a route's own headers win)."""
    app.url_map.merge_slashes = False  # it redirects, to whatever host the request names

    @app.errorhandler(SignageError)
    def _ours(error: SignageError) -> Response:
        text = error.ja if language() == "ja" else error.en
        return _answer(error_page, STATUS[type(error)], error.code, text, dict(error.figures))

    @app.errorhandler(RecommenderUnreachable)
    def _away(error: RecommenderUnreachable) -> Response:
        return _ours(unreachable(error))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response | HTTPException:
        status = error.code or 500
        if status < 400:
            return error  # a redirect
        ja, en = WORDS.get(status, WORDS[500 if status >= 500 else 400])
        code = error.name.lower().replace(" ", "_")
        response = _answer(error_page, status, code, ja if language() == "ja" else en)
        for name, value in error.get_headers():
            if name in KEPT_HEADERS:
                response.headers[name] = value
        return response

    @app.after_request
    def _headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def _answer(
    error_page: ErrorPage | None, status: int, code: str, text: str, extra: dict[str, Any] | None = None
) -> Response:
    """A page for people, problem+json for programs; `/v1` is for programs."""
    wanted = request.accept_mimetypes.best_match(("application/problem+json", "text/html"))  # browsers accept more
    if error_page and not request.path.startswith("/v1/") and wanted == "text/html":
        response = Response(error_page(status, code, text), status, mimetype="text/html")
    else:
        response = problem(status, code, text, extra)
    if status in RETRY_S:
        response.headers["Retry-After"] = str(RETRY_S[status])
    return response


def unreachable(error: RecommenderUnreachable) -> Unavailable:
    """The recommender doesn't answer: what to tell whoever asked us. The log gets the cause."""
    log.warning("recommender_unreachable", why=str(error), path=request.path)
    return Unavailable(
        "recommender_unreachable",
        "Products and members can't be looked up right now. Wait a little and try again.",
        "商品と会員の情報を、いま確認できません。少し待ってから、もう一度お試しください。",
    )


def problem(status: int, code: str, text: str, extra: dict[str, Any] | None = None) -> Response:
    """RFC 9457: `code` is stable and documented, `detail` is for people."""
    body = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": text} | (extra or {})
    return Response(_json(body), status, mimetype="application/problem+json")


def language() -> str:
    """ "ja" or "en" by Accept-Language; Japanese unless English is preferred."""
    return request.accept_languages.best_match(["ja", "en"]) or "ja"


def json_body(max_bytes: int = 64 * 1024) -> dict[str, Any]:
    """The request's JSON object. Raises HTTP errors: 415 other media type, 413 too large, 400 malformed."""
    request.max_content_length = max_bytes
    try:
        body = request.get_json()
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is no text, and no database takes it
    except (UnicodeEncodeError, RecursionError) as error:
        raise BadRequest from error
    if not isinstance(body, dict):
        raise BadRequest
    return body


def bearer() -> str:
    """The key in the Authorization header, "" when there is none."""
    auth = request.authorization
    return (auth.token or "") if auth is not None and auth.type == "bearer" else ""


def with_etag(body: Any, etag: str = "", status: int = 200) -> Response:
    """JSON with a strong ETag (made of the body unless given), or 304 when the caller holds it."""
    text = _json(body)
    response = Response(text, status, mimetype="application/json")
    response.set_etag(etag or generate_etag(text.encode()))
    response.headers["Cache-Control"] = "no-cache"
    return response.make_conditional(request)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Answered:
    """What a key was answered with; `status` 0 = still at work on it."""

    request_sha256: str
    status: int
    body: str


class Answers(Protocol):
    """See storage/idempotency.py."""

    def begin(self, key: str, route: str, request_sha256: str, now: datetime) -> tuple[str, int, str] | None: ...
    def finish(self, key: str, route: str, status: int, body: str) -> None: ...
    def release(self, key: str, route: str) -> None: ...


def once(answers: Answers, now: datetime, work: Callable[[], tuple[int, Any]], fingerprint: str = "") -> Response:
    """Run `work` -> (status, JSON body) at most once per Idempotency-Key and route; a repetition gets the first answer.

    `fingerprint` stands for the request where its body is too big to hash here. Without the header `work` just runs.
    Raises Invalid (key malformed, or used for another request) and 409 while the first one is still at work.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        status, body = work()
        return Response(_json(body), status, mimetype="application/json")
    if len(key) > 100 or not key.isprintable():
        raise Invalid(
            "bad_idempotency_key",
            "An Idempotency-Key has at most 100 characters.",
            "Idempotency-Key は100文字以内です。",
        )
    sha256 = hashlib.sha256(fingerprint.encode() or request.get_data()).hexdigest()
    route = f"{request.method} {request.path}"
    known = answers.begin(key, route, sha256, now)
    if known is not None:
        return _repeated(Answered(*known), sha256)
    try:
        status, body = work()
    except BaseException:
        answers.release(key, route)
        raise
    text = _json(body)
    answers.finish(key, route, status, text)
    return Response(text, status, mimetype="application/json")


def _repeated(known: Answered, sha256: str) -> Response:
    if known.request_sha256 != sha256:
        raise Invalid(
            "idempotency_key_reused",
            "This Idempotency-Key was used for another request.",
            "この Idempotency-Key は別のリクエストで使用済みです。",
        )
    if known.status == 0:
        raise HttpConflict
    return Response(known.body, known.status, mimetype="application/json", headers={"Idempotent-Replayed": "true"})


def _json(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
