"""Routes of the door `personal`. Secrets travel in bodies: an address ends up in logs."""

from datetime import UTC, datetime
from typing import Annotated

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from pydantic import AwareDatetime, BaseModel, Field, RootModel

from recommender.domain.member import Account, MemberCode, Purpose
from recommender.domain.recommendation import Affinity, Scored
from recommender.history.devices import DEVICE_LENGTH
from recommender.http.answers import answer, nothing
from recommender.http.shop import Limit, ScoredList, StoreId, Without
from recommender.personal import MOST_CODES, Personal

Now = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))]


Device = Annotated[str, Field(max_length=DEVICE_LENGTH)]


class Link(BaseModel):
    link: str
    device: Device = ""


class Session(BaseModel):
    session: str


class SessionNow(Session):
    now: Now


class OfCodes(SessionNow):
    count: int = Field(ge=1, le=MOST_CODES)


class OfAffinity(BaseModel):
    code: str
    store_id: StoreId
    now: Now


class OfPicks(SessionNow):
    store_id: StoreId
    limit: Limit
    without: Without = []


class OfConsent(SessionNow):
    purpose: Purpose
    granted: bool


class Code(RootModel[MemberCode]): ...


class Codes(RootModel[list[MemberCode]]): ...


class Suits(RootModel[Affinity]): ...


class Own(RootModel[Account]): ...


class Exported(RootModel[dict[str, object]]): ...


def members_blueprint(personal: Personal) -> APIBlueprint:
    routes = APIBlueprint("members", __name__, url_prefix="/v1/members", abp_security=[{"key": []}])

    @routes.post("/sign-in", responses={200: Session})
    def sign_in(body: Link) -> Response:
        return answer(Session, Session(session=personal.sign_in(body.link, body.device)))

    @routes.post("/sign-out")
    def sign_out(body: Session) -> Response:
        personal.sign_out(body.session)
        return nothing()

    _add_codes(routes, personal)

    @routes.post("/affinity", responses={200: Suits})
    def affinity(body: OfAffinity) -> Response:
        return answer(Affinity, personal.affinity(body.code, body.store_id, body.now))

    @routes.post("/picks", responses={200: ScoredList})
    def picks(body: OfPicks) -> Response:
        shown = personal.picks(body.session, body.store_id, body.now, body.limit, without=body.without)
        return answer(list[Scored], shown)

    @routes.post("/account", responses={200: Own})
    def account(body: Session) -> Response:
        return answer(Account, personal.account(body.session))

    @routes.post("/consent")
    def consent(body: OfConsent) -> Response:
        personal.consent(body.session, body.purpose, body.granted, body.now)
        return nothing()

    @routes.post("/export", responses={200: Exported})
    def export(body: Session) -> Response:
        return answer(dict[str, object], personal.export(body.session))

    @routes.post("/erase")
    def erase(body: SessionNow) -> Response:
        personal.erase(body.session, body.now)
        return nothing()

    return routes


def _add_codes(routes: APIBlueprint, personal: Personal) -> None:
    @routes.post("/code", responses={200: Code})
    def code(body: SessionNow) -> Response:
        return answer(MemberCode, personal.code(body.session, body.now))

    @routes.post("/codes", responses={200: Codes})
    def codes(body: OfCodes) -> Response:
        return answer(list[MemberCode], personal.coming_codes(body.session, body.now, body.count))
