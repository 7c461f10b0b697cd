import pytest
from flask.testing import FlaskClient

from tests.signage.shelf.history import PIZZA


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_smoke(phone: FlaskClient, lang: str) -> None:
    answer = phone.get(f"/p/{PIZZA}?s=ekimae", headers={"Accept-Language": lang})
    print(answer.text)
    assert answer.status_code == 200
