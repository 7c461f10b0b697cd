"""Facts of products as a retailer tells them: what is taken, what is refused and why; told twice they change nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from recommender.history.fact_lines import parse
from recommender.history.importer import Importer
from recommender.history.order_lines import BadLine
from recommender.history.textlines import WrongFile
from recommender.storage import facts, imports
from tests.recommender.shop import GAS, MILK, NOW, UNKNOWN

PER = {"per": "100ml", "energy_kcal": 63, "protein_g": 3.3, "fat_g": 3.8, "carbohydrate_g": 4.8, "salt_g": 0.1}
REVIEW = {"stars": 4, "text": "good", "lang": "en", "on": "2026-10-01", "source": "web"}


@pytest.mark.parametrize(("told", "why"), [
    ({"gtin": ""}, "not a GTIN (digits)"), ({"gtin": UNKNOWN}, "unknown product"), ({"orgin": {}}, "orgin: Unexpected"),
    ({"origin": {"ja": "\n"}}, "origin.ja: Predicate"), ({"origin": {"fr": "Ici"}}, "origin.fr: Unexpected"),
    ({"origin": {"ja": "あ" * 1001}}, "origin.ja: String should have at most 1000"), ({"sample": "yes"}, "sample: Input"),
    ({"nutrition": PER | {"salt_g": -1}}, "nutrition.salt_g: Input should be greater"),
    ({"nutrition": PER | {"per": "cup"}}, "nutrition.per: Input should be '100g'"),
    ({"nutrition": {"per": "100g"}}, "nutrition.energy_kcal: Field required"),
    ({"reviews": [REVIEW | {"stars": 6}]}, "reviews.0.stars: Input should be less"),
    ({"reviews": [REVIEW | {"on": "yesterday"}]}, "reviews.0.on: Input should be a valid date"),
    ({"reviews": [REVIEW, REVIEW | {"on": "9999-12-31"}]}, "reviews.1.on: 9999-12-31 is in the future"),
    ({"reviews": [REVIEW | {"on": "2026-11-18"}]}, "reviews.0.on: 2026-11-18 is in the future"),
    ({"reviews": [REVIEW] * 21}, "reviews: Tuple should have at most 20"),
    ({"lot": "A", "reviews": [REVIEW]}, "reviews belongs to the product, not to a lot"),
    ({"best_before": "2026-12-01"}, "best_before belongs to a lot, not to the product"),
    ({"producer": {"ja": "\u202eX"}}, "producer.ja: Predicate"),
    ({"lot": "x" * 21}, "lot: Predicate"), ({"lot": "ロット"}, "lot: Predicate"), ({"lot": "A B"}, "lot: Predicate"),
])  # fmt: skip
def test_a_line_that_is_wrong_says_where(told: dict[str, Any], why: str) -> None:
    with pytest.raises(BadLine) as bad:
        parse(json.dumps({"gtin": MILK} | told), {MILK}, NOW.date())
    assert str(bad.value).startswith(why)


@pytest.mark.parametrize(
    "line", ["", "null", "[]", "{", '{"gtin": 1}', "[" * 9_000, '{"gtin": "\\ud800"}', '{"gtin": NaN}']
)
def test_what_is_no_object_of_facts_is_refused(line: str) -> None:
    with pytest.raises(BadLine):
        parse(line, {MILK}, NOW.date())


def test_a_review_of_today_is_taken_wherever_the_day_has_begun() -> None:
    days = ["2026-11-16", "2026-11-17"]
    line = json.dumps({"gtin": MILK, "reviews": [REVIEW | {"on": day} for day in days]})
    assert [review.on.isoformat() for review in parse(line, {MILK}, NOW.date()).reviews] == days


def test_good_lines_are_kept_beside_bad_ones_and_a_second_time_changes_nothing(
    importer: Importer, tmp_path: Path
) -> None:
    file = tmp_path / "facts.jsonl"
    good = {"gtin": MILK[1:], "producer": {"ja": "十勝\u3000牧場"}, "nutrition": PER, "reviews": [REVIEW]}
    lot = {"gtin": MILK, "lot": "L/7", "best_before": "2026-12-01", "notice": {"kind": "recall", "text": {"en": "bad"}}}
    file.write_text("\n".join([json.dumps(good), "{", json.dumps(lot), json.dumps({"gtin": GAS, "lot": " "})]))
    step = importer.run(file, "facts", lambda _: None)
    assert (step.lines, step.added, step.rejected) == (4, 2, 2)
    assert [row.line for row in imports.rejects(importer.engine, step.run_id)] == [2, 4]
    again = importer.run(file, "facts", lambda _: None)
    assert (again.added, again.known, again.rejected) == (0, 2, 2)
    known = facts.of(importer.engine, MILK, ["", "L/7", "other"])
    assert known.keys() == {"", "L/7"} and known[""].reviews[0].stars == 4
    less = tmp_path / "less.jsonl"
    less.write_text(json.dumps({"gtin": MILK}))
    assert importer.run(less, "facts", lambda _: None).added == 1  # told anew, as a whole
    assert facts.of(importer.engine, MILK, [""])[""].nutrition is None


def test_only_json_lines_hold_facts(importer: Importer, tmp_path: Path) -> None:
    for name in ("facts.csv", "nowhere.jsonl"):
        with pytest.raises(WrongFile, match=name):
            importer.run(tmp_path / name, "facts", lambda _: None)
