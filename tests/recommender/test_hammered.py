"""The service under requests made from its own description, right and wrong ones: it never fails, and answers as it says."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from recommender.app import create_app
from recommender.settings import Settings
from tests.recommender.shop import NOW

KEY = {"Authorization": "Bearer door-key"}
EXAMPLES = max(8, profile().max_examples // 10)  # of each operation; many in `make soak`
CHECKS: list[CheckFunction] = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
]  # fmt: skip


@pytest.fixture
def app(settings: Settings) -> Flask:
    return create_app(settings, lambda: NOW)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_whatever_is_asked_it_never_fails_and_keeps_to_its_description(app: Flask, mode: GenerationMode) -> None:
    api = schemathesis.openapi.from_wsgi("/openapi.json", app)
    every = [found.ok() for found in api.get_all_operations() if isinstance(found, Ok)]
    asking = [one for one in every if one.body or any(one.iter_parameters())]  # of the others there is one request only
    assert len(asking) > 10
    for operation in asking:

        @given(case=operation.as_strategy(generation_mode=mode))
        @profile(suppress_health_check=list(HealthCheck), max_examples=EXAMPLES, derandomize=True)
        def asked(case: Case[Any]) -> None:
            case.call_and_validate(headers=KEY, checks=CHECKS)

        asked()
