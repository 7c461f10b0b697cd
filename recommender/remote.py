"""The five doors over HTTP: the same calls, the same values, the same exceptions as in process."""

import json
import math
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from http.client import HTTPException, HTTPResponse
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from pydantic import TypeAdapter

from recommender.domain.cloudevents import dump
from recommender.domain.errors import RecommenderUnreachable
from recommender.domain.evaluation import Evaluation
from recommender.domain.event import (
    Answer,
    ConflictingEvent,
    Event,
    LeftOut,
    Outcome,
    PartlyRecorded,
    RefusedEvent,
)
from recommender.domain.facts import Facts, is_lot
from recommender.domain.gtin import is_gtin14
from recommender.domain.instant import text
from recommender.domain.member import (
    Account,
    CodeRefused,
    Devices,
    MemberCode,
    PasskeyRefused,
    Purpose,
    Refusal,
    SignInRefused,
    Site,
)
from recommender.domain.product import Offer, Product
from recommender.domain.recommendation import Affinity, CrowdScores, Place, Scored, left_out
from recommender.sales import SalesCell

TIMEOUT_S = 3.0
REST_S = 2.0  # after nobody answered: asking a dead address again and again would keep everybody waiting
AT_ONCE = 200  # GTINs in one address, events in one body
T = TypeVar("T")
Json = Mapping[str, Any]


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


class Connection:
    """Calls of one service. What may be repeated is tried twice; a code, once given, never."""

    def __init__(
        self, url: str, key: str, timeout_s: float = TIMEOUT_S, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"RECOMMENDER_URL must start with http:// or https://, not {url!r}")
        self._url = url.rstrip("/")
        self._key = key
        self._timeout_s = timeout_s
        self._monotonic = monotonic
        self._rests_until = -math.inf

    def get(self, kind: type[T], path: str, query: Sequence[tuple[str, str]]) -> T:
        value: T = self._read(kind, f"{path}?{urlencode(query)}" if query else path, None, again=True)
        return value

    def post(self, kind: type[T], path: str, body: object, *, again: bool = True) -> T:
        value: T = self._read(kind, path, body, again=again)
        return value

    def _read(self, kind: Any, path: str, body: object, *, again: bool) -> Any:
        if self._monotonic() < self._rests_until:
            raise RecommenderUnreachable(f"{self._url}: nobody answered a moment ago")
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self._url}/v1{path}", data, headers)
        try:
            content = self._send(request)
        except RecommenderUnreachable:
            if not again:
                raise
            content = self._send(request)
        try:
            return _adapter(kind).validate_json(content or b"null")
        except ValueError as error:
            raise RecommenderUnreachable(f"{path}: the answer can't be read") from error

    def _send(self, request: Request) -> bytes:
        try:
            response: HTTPResponse
            with urlopen(request, timeout=self._timeout_s) as response:
                content = response.read()
        except HTTPError as error:
            with error:
                raise _raised(error.code, error.read()) from error
        except (OSError, HTTPException) as error:
            self._rests_until = self._monotonic() + REST_S
            raise RecommenderUnreachable(f"{request.host}: {error}") from error
        self._rests_until = -math.inf
        return content


def _raised(status: int, content: bytes) -> Exception:
    """A problem+json answer -> the exception that the door would have raised in process."""
    try:
        problem = json.loads(content)
        kind = problem["type"].rpartition(":")[2]
        if kind == "code_refused":
            return CodeRefused(Refusal(problem["why"]))
        if kind == "sign_in_refused":
            return SignInRefused(problem["detail"])
        if kind == "passkey_refused":
            return PasskeyRefused(problem["detail"])
        return RecommenderUnreachable(f"{status}: {problem['detail']}")
    except (ValueError, KeyError, TypeError, AttributeError):
        return RecommenderUnreachable(f"answered {status}")


@dataclass(frozen=True, slots=True)
class RemoteCatalog:
    connection: Connection

    def products(self, gtins: Sequence[str]) -> dict[str, Product]:
        found: dict[str, Product] = {}
        for some in _chunks([g for g in gtins if is_gtin14(g)]):
            found |= self.connection.get(dict[str, Product], "/products", [("gtin", g) for g in some])
        return found

    def offers(self, store_id: str, gtins: Sequence[str]) -> dict[str, Offer]:
        found: dict[str, Offer] = {}
        for some in _chunks([g for g in gtins if is_gtin14(g)]):
            query = [("store_id", store_id), *(("gtin", g) for g in some)]
            found |= self.connection.get(dict[str, Offer], "/offers", query)
        return found

    def search(self, text: str, limit: int = 20) -> list[Product]:
        return self.connection.get(list[Product], "/products/search", [("q", text[:200]), ("limit", str(limit))])

    def facts(self, gtin: str, lot: str = "") -> Facts:
        if not is_gtin14(gtin):
            return Facts(gtin)
        return self.connection.get(Facts, f"/products/{quote(gtin)}/facts", [("lot", lot)] if is_lot(lot) else [])

    def goes_with(self, gtin: str, store_id: str, limit: int, *, without: Collection[str] = ()) -> list[Scored]:
        shown = left_out(without)
        if not is_gtin14(gtin):
            return []
        query = [("store_id", store_id), ("limit", str(limit)), *(("without", g) for g in shown)]
        return self.connection.get(list[Scored], f"/products/{quote(gtin)}/goes-with", query)


@dataclass(frozen=True, slots=True)
class RemoteCrowd:
    connection: Connection

    def scores(self, place: Place, gtins: Sequence[str]) -> CrowdScores:
        parts = [
            self.connection.post(CrowdScores, "/crowd/scores", {"place": _place(place), "gtins": list(some)})
            for some in _chunks(gtins) or [()]
        ]
        return CrowdScores({g: s for part in parts for g, s in part.scores.items()}, parts[-1].model_version)

    def top(self, place: Place, limit: int, family: str = "", *, without: Collection[str] = ()) -> list[Scored]:
        body = {"place": _place(place), "limit": limit, "family": family, "without": left_out(without)}
        return self.connection.post(list[Scored], "/crowd/top", body)


@dataclass(frozen=True, slots=True)
class RemotePersonal:
    connection: Connection

    def sign_in(self, link: str, device: str = "") -> str:
        body = {"link": link, "device": device}
        return self.connection.post(dict[str, str], "/members/sign-in", body, again=False)["session"]

    def sign_out(self, session: str) -> None:
        self.connection.post(type(None), "/members/sign-out", {"session": session})

    def ask_for_new_passkey(self, session: str, site: Site) -> str:
        body = {"session": session, "site": asdict(site)}
        return self.connection.post(dict[str, str], "/members/passkeys/ask-new", body)["options"]

    def add_passkey(self, session: str, site: Site, answer: str, device: str) -> None:
        body = {"session": session, "site": asdict(site), "answer": answer, "device": device}
        self.connection.post(type(None), "/members/passkeys/add", body, again=False)

    def ask_for_passkey(self, site: Site) -> str:
        return self.connection.post(dict[str, str], "/members/passkeys/ask", {"site": asdict(site)})["options"]

    def sign_in_by_passkey(self, site: Site, answer: str, device: str) -> str:
        body = {"site": asdict(site), "answer": answer, "device": device}
        return self.connection.post(dict[str, str], "/members/passkeys/sign-in", body, again=False)["session"]

    def devices(self, session: str) -> Devices:
        return self.connection.post(Devices, "/members/devices", {"session": session})

    def end_device(self, session: str, handle: str) -> None:
        self.connection.post(type(None), "/members/devices/end", {"session": session, "handle": handle})

    def code(self, session: str, now: datetime) -> MemberCode:
        return self.connection.post(MemberCode, "/members/code", {"session": session, "now": text(now)})

    def coming_codes(self, session: str, now: datetime, count: int) -> list[MemberCode]:
        return self.connection.post(
            list[MemberCode], "/members/codes", {"session": session, "now": text(now), "count": count}
        )

    def affinity(self, code: str, store_id: str, now: datetime) -> Affinity:
        body = {"code": code, "store_id": store_id, "now": text(now)}
        try:
            return self.connection.post(Affinity, "/members/affinity", body, again=False)
        except RecommenderUnreachable as error:
            raise CodeRefused(Refusal.UNAVAILABLE) from error

    def picks(
        self, session: str, store_id: str, now: datetime, limit: int, *, without: Collection[str] = ()
    ) -> list[Scored]:
        asked = {"session": session, "store_id": store_id, "now": text(now), "limit": limit}
        body = {**asked, "without": left_out(without)}
        return self.connection.post(list[Scored], "/members/picks", body)

    def account(self, session: str) -> Account:
        return self.connection.post(Account, "/members/account", {"session": session})

    def consent(self, session: str, purpose: Purpose, granted: bool, now: datetime) -> None:
        body = {"session": session, "purpose": purpose.value, "granted": granted, "now": text(now)}
        self.connection.post(type(None), "/members/consent", body)

    def export(self, session: str) -> dict[str, object]:
        return self.connection.post(dict[str, object], "/members/export", {"session": session})

    def erase(self, session: str, now: datetime) -> None:
        self.connection.post(type(None), "/members/erase", {"session": session, "now": text(now)}, again=False)


@dataclass(frozen=True, slots=True)
class RemoteRecord:
    connection: Connection

    def record(self, event: Event) -> Outcome | PartlyRecorded:
        answer = self.record_all([event])[0]
        if isinstance(answer, RefusedEvent):
            raise answer
        return answer

    def record_all(self, events: Sequence[Event]) -> Sequence[Answer]:
        answers: list[Answer] = []
        for some in _chunks(events):
            told = self.connection.post(dict[str, list[_Told]], "/events", [dump(event) for event in some])
            answers += [_answer(result) for result in told["results"]]
        return answers


@dataclass(frozen=True, slots=True)
class _Told:
    """What the service says of one event."""

    outcome: str
    reason: str = ""
    left_out: tuple[LeftOut, ...] = ()


def _answer(told: _Told) -> Answer:
    if told.outcome == "conflict":
        return ConflictingEvent(told.reason)
    if told.outcome == "refused":
        return RefusedEvent(told.reason)
    return PartlyRecorded(told.left_out) if told.left_out else Outcome(told.outcome)


@dataclass(frozen=True, slots=True)
class RemoteSales:
    connection: Connection

    def units(
        self, gtins: Sequence[str], store_ids: Sequence[str], start: datetime, end: datetime, *, by_hour: bool = False
    ) -> list[SalesCell]:
        return self.connection.post(list[SalesCell], "/sales/units", _of_sales(gtins, store_ids, start, end, by_hour))

    def scans(
        self, gtins: Sequence[str], store_ids: Sequence[str], start: datetime, end: datetime, *, by_hour: bool = False
    ) -> list[SalesCell]:
        return self.connection.post(list[SalesCell], "/sales/scans", _of_sales(gtins, store_ids, start, end, by_hour))


def _of_sales(
    gtins: Sequence[str], store_ids: Sequence[str], start: datetime, end: datetime, by_hour: bool
) -> dict[str, object]:
    known = [gtin for gtin in gtins if is_gtin14(gtin)]
    times = {"start": text(start), "end": text(end)}
    return {"gtins": known, "store_ids": list(store_ids), **times, "by_hour": by_hour}


def open_remote(url: str, key: str) -> tuple[RemoteCatalog, RemoteCrowd, RemotePersonal, RemoteRecord, RemoteSales]:
    """Opens no connection yet. Raises ValueError for an address that is none."""
    c = Connection(url, key)
    return RemoteCatalog(c), RemoteCrowd(c), RemotePersonal(c), RemoteRecord(c), RemoteSales(c)


def remote_evaluation(url: str, key: str) -> Evaluation | None:
    """The one that was kept last there. Raises RecommenderUnreachable."""
    return Connection(url, key).get(Evaluation | None, "/evaluation", [])  # type: ignore[arg-type]  # a union is read as well


def _place(place: Place) -> Json:
    return {**asdict(place), "at": text(place.at)}


def _chunks(values: Sequence[T]) -> list[Sequence[T]]:
    return [values[i : i + AT_ONCE] for i in range(0, len(values), AT_ONCE)]
