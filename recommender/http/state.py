"""Routes that tell of the service itself: does it live, may it be asked, what has it done, how good are its lists?"""

from collections.abc import Callable
from datetime import datetime

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from pydantic import RootModel

from recommender.domain.evaluation import Evaluation
from recommender.http.answers import answer, nothing
from recommender.http.metrics import Metrics
from recommender.http.readiness import Readiness, readiness
from recommender.serving.health import Health

KEY: list[dict[str, list[str]]] = [{"key": []}]


class Status(RootModel[dict[str, str]]): ...


class Judged(RootModel[Evaluation]): ...


def state_blueprint(
    health: Callable[[], Health],
    evaluation: Callable[[], Evaluation | None],
    metrics: Metrics,
    clock: Callable[[], datetime],
) -> APIBlueprint:
    routes = APIBlueprint("state", __name__)

    @routes.get("/healthz", responses={200: Status})
    def healthz() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @routes.get("/readyz", responses={200: Readiness, 503: Readiness})
    def readyz() -> Response:
        """503 while no list can be answered."""
        told = readiness(health(), clock())
        return answer(Readiness, told, 200 if told.ready else 503)

    @routes.get("/metrics", responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}, security=KEY)
    def tell_metrics() -> Response:
        """Prometheus' text format."""
        return metrics.text()

    @routes.get("/v1/evaluation", responses={200: Judged, 204: None}, security=KEY)
    def tell_evaluation() -> Response:
        """The evaluation that was kept last; 204 before there is one."""
        found = evaluation()
        return nothing() if found is None else answer(Evaluation, found)

    return routes
