"""Routes of the doors that know no person: events in, products, crowd and sales out."""

from collections.abc import Callable
from typing import Annotated

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from pydantic import AwareDatetime, BaseModel, Field, RootModel

from recommender.catalog import Catalog
from recommender.crowd import Crowd
from recommender.domain.facts import LOT_LENGTH, Facts
from recommender.domain.product import Offer, Product
from recommender.domain.recommendation import LEFT_OUT, CrowdScores, Place, Scored
from recommender.http.answers import answer
from recommender.http.events import EventResults, answer_events
from recommender.record import Record
from recommender.sales import Sales, SalesCell

Gtin14 = Annotated[str, Field(pattern=r"^[0-9]{14}$")]
Gtins = Annotated[list[Gtin14], Field(max_length=500)]
Without = Annotated[list[Gtin14], Field(max_length=LEFT_OUT, description="Shown already: not again")]
Limit = Annotated[int, Field(ge=1, le=500)]
StoreId = Annotated[str, Field(min_length=1, max_length=64)]


class OfGtins(BaseModel):
    gtin: Gtins = []


class OfOffers(OfGtins):
    store_id: StoreId


class OfSearch(BaseModel):
    q: str = Field(max_length=200)
    limit: Limit = 20


class OfGtin(BaseModel):
    gtin: Gtin14


class OfLot(BaseModel):
    lot: str = Field("", max_length=LOT_LENGTH)


class InStore(BaseModel):
    store_id: StoreId
    limit: Limit = 6
    without: Without = []


class Where(BaseModel):
    store_id: StoreId
    at: AwareDatetime
    audience: str = Field("unknown", max_length=64)

    def place(self) -> Place:
        return Place(self.store_id, self.at, self.audience)


class OfCrowd(BaseModel):
    place: Where
    gtins: list[str] = Field(max_length=500)


class OfTop(BaseModel):
    place: Where
    limit: Limit
    family: str = Field("", max_length=64)
    without: Without = []


class OfSales(BaseModel):
    gtins: Gtins
    store_ids: list[StoreId] = Field(max_length=1000)
    start: AwareDatetime
    end: AwareDatetime
    by_hour: bool = False


class Products(RootModel[dict[str, Product]]): ...


class ProductList(RootModel[list[Product]]): ...


class Offers(RootModel[dict[str, Offer]]): ...


class Known(RootModel[Facts]): ...


class ScoredList(RootModel[list[Scored]]): ...


class Crowded(RootModel[CrowdScores]): ...


class Cells(RootModel[list[SalesCell]]): ...


def shop_blueprint(
    catalog: Catalog, crowd: Crowd, record: Record, sales: Sales, count_event: Callable[[str], None]
) -> APIBlueprint:
    """`count_event` hears the outcome of every event that was told."""
    routes = APIBlueprint("shop", __name__, url_prefix="/v1", abp_security=[{"key": []}])

    _add_catalog(routes, catalog)

    @routes.post("/crowd/scores", responses={200: Crowded})
    def crowd_scores(body: OfCrowd) -> Response:
        return answer(CrowdScores, crowd.scores(body.place.place(), body.gtins))

    @routes.post("/crowd/top", responses={200: ScoredList})
    def crowd_top(body: OfTop) -> Response:
        return answer(list[Scored], crowd.top(body.place.place(), body.limit, body.family, without=body.without))

    @routes.post("/sales/units", responses={200: Cells})
    def units(body: OfSales) -> Response:
        cells = sales.units(body.gtins, body.store_ids, body.start, body.end, by_hour=body.by_hour)
        return answer(list[SalesCell], cells)

    @routes.post("/sales/scans", responses={200: Cells})
    def scans(body: OfSales) -> Response:
        cells = sales.scans(body.gtins, body.store_ids, body.start, body.end, by_hour=body.by_hour)
        return answer(list[SalesCell], cells)

    @routes.post("/events", responses={200: EventResults, 207: EventResults})
    def events() -> Response:
        """One CloudEvent or an array of them. 200: all taken or known; 207: look at each result."""
        return answer_events(record, count_event)

    return routes


def _add_catalog(routes: APIBlueprint, catalog: Catalog) -> None:
    @routes.get("/products", responses={200: Products})
    def products(query: OfGtins) -> Response:
        return answer(dict[str, Product], catalog.products(query.gtin))

    @routes.get("/products/search", responses={200: ProductList})
    def search(query: OfSearch) -> Response:
        return answer(list[Product], catalog.search(query.q, query.limit))

    @routes.get("/products/<gtin>/goes-with", responses={200: ScoredList})
    def goes_with(path: OfGtin, query: InStore) -> Response:
        shown = catalog.goes_with(path.gtin, query.store_id, query.limit, without=query.without)
        return answer(list[Scored], shown)

    @routes.get("/products/<gtin>/facts", responses={200: Known})
    def facts(path: OfGtin, query: OfLot) -> Response:
        return answer(Facts, catalog.facts(path.gtin, query.lot))

    @routes.get("/offers", responses={200: Offers})
    def offers(query: OfOffers) -> Response:
        return answer(dict[str, Offer], catalog.offers(query.store_id, query.gtin))
