"""Routes of the door `personal` for passkeys and for the places where a member is signed in."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel, Field, RootModel

from recommender.domain.member import Devices, Site
from recommender.http.answers import answer, nothing
from recommender.http.members import Device, Session
from recommender.personal import Personal


class OfSite(BaseModel):
    site: Site


class OfMembersSite(Session, OfSite): ...


class Answered(OfSite):
    answer: str = Field(max_length=16_384)
    device: Device


class OfMembersAnswer(Session, Answered): ...


class OfHandle(Session):
    handle: str = Field(max_length=64)


class Options(BaseModel):
    """For `navigator.credentials`, as JSON in a text."""

    options: str


class Places(RootModel[Devices]): ...


def devices_blueprint(personal: Personal) -> APIBlueprint:
    routes = APIBlueprint("devices", __name__, url_prefix="/v1/members", abp_security=[{"key": []}])

    @routes.post("/passkeys/ask-new", responses={200: Options})
    def ask_new(body: OfMembersSite) -> Response:
        return answer(Options, Options(options=personal.ask_for_new_passkey(body.session, body.site)))

    @routes.post("/passkeys/add")
    def add(body: OfMembersAnswer) -> Response:
        personal.add_passkey(body.session, body.site, body.answer, body.device)
        return nothing()

    @routes.post("/passkeys/ask", responses={200: Options})
    def ask(body: OfSite) -> Response:
        return answer(Options, Options(options=personal.ask_for_passkey(body.site)))

    @routes.post("/passkeys/sign-in", responses={200: Session})
    def sign_in(body: Answered) -> Response:
        return answer(Session, Session(session=personal.sign_in_by_passkey(body.site, body.answer, body.device)))

    @routes.post("/devices", responses={200: Places})
    def devices(body: Session) -> Response:
        return answer(Devices, personal.devices(body.session))

    @routes.post("/devices/end")
    def end(body: OfHandle) -> Response:
        personal.end_device(body.session, body.handle)
        return nothing()

    return routes
