"""Another retailer's file: read by the importer's rules, judged on everybody's last basket, by the shipped defaults."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from recommender.cli import main
from recommender.domain.history import OrderLine
from recommender.training import retailer
from tests.recommender import rhythm

HEADER = ("order_id", "line_id", "member_id", "store_id", "ordered_at", "gtin", "quantity", "amount_minor", "currency")


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rhythm shop as a file, and one line that nobody would take."""
    path, bought = tmp_path_factory.mktemp("orders") / "orders.csv", rhythm.purchases()
    columns = (bought.profile.tolist(), bought.store.tolist(), bought.day.tolist(), bought.gtin.tolist())
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        out.writerow(("x", 1, "somebody", "east", "yesterday", rhythm.gtin(1), 1, 100, "JPY"))
        for line, (person, store, day, gtin) in enumerate(zip(*columns, strict=True)):
            when = f"{date.fromordinal(day).isoformat()}T03:00:00Z"
            out.writerow(
                (f"{person}-{day}", line, f"m{person}", rhythm.STORES[store], when, f"{gtin:014d}", 1, 100, "JPY")
            )
    return path


def test_judged_on_the_last_basket_with_lists(orders: Path, tmp_path: Path) -> None:
    told = CliRunner().invoke(
        main, ["evaluate", "--history", str(orders), "--lists", str(tmp_path), "--json", "--progress", "none"]
    )
    assert told.exit_code == 0, told.output
    assert told.stderr == "orders.csv: 1 lines were left out\n"
    report = json.loads(told.stdout)
    assert set(report["tasks"]) == {"next"}
    assert report["data"]["name"] == "orders.csv"
    assert report["data"]["members"] == rhythm.PEOPLE
    figures = report["tasks"]["next"]
    assert figures["shipped"]["n"] == rhythm.PEOPLE
    assert figures["shipped"]["ndcg@10"] > figures["popularity"]["ndcg@10"]
    with (tmp_path / "next.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["member_id", "rank", "gtin"]
    assert len(rows) == rhythm.PEOPLE * 20
    bought = rhythm.purchases()
    today = bought.where(bought.day == rhythm.TODAY)
    last = set(zip(today.profile.tolist(), today.gtin.tolist(), strict=True))
    hits = {  # in 10, counted again from the file alone
        int(r["member_id"][1:])
        for r in rows
        if int(r["rank"]) <= 10 and (int(r["member_id"][1:]), int(r["gtin"])) in last
    }
    assert len(hits) / rhythm.PEOPLE == pytest.approx(figures["shipped"]["phr@10"])


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", 2, "missing columns"),
        ("order_id,line_id\n", 2, "missing columns"),
        (",".join(HEADER) + "\n", 1, "nobody came often enough"),
    ],
)
def test_a_file_to_learn_nothing_from(tmp_path: Path, text: str, code: int, said: str) -> None:
    (tmp_path / "orders.csv").write_text(text)
    told = CliRunner().invoke(main, ["evaluate", "--history", str(tmp_path / "orders.csv"), "--progress", "none"])
    assert told.exit_code == code
    assert said in told.stderr
    assert "Traceback" not in told.output


def test_the_last_day_is_held_out_of_everything() -> None:
    days = {"ada": (1, 2, 3, 4), "bob": (1, 2, 3), "": (9,)}
    lines = [OrderLine(f"{who}{day}", who, "elm", day, 100 + day) for who, some in days.items() for day in some]
    train, members = retailer.last_baskets(*retailer.purchases(lines))
    assert [(m.name, m.day, m.gtin.tolist(), m.history.baskets, m.store_id) for m in members] == [
        ("ada", 4, [104], 3, "elm")
    ]
    assert sorted(train.day.tolist()) == [1, 1, 2, 2, 3, 3, 9]
    assert (train.profile == -1).sum() == 1


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("1 2 three", 1, "not a list of household numbers"),
        ("", 1, "no product was bought by enough people"),
        ("-1 0 99999999999999999999", 1, "no product was bought by enough people"),
    ],
)
def test_households_that_nobody_knows(tmp_path: Path, text: str, code: int, said: str) -> None:
    (tmp_path / "ids.txt").write_text(text)
    told = CliRunner().invoke(main, ["evaluate", "--households", str(tmp_path / "ids.txt"), "--progress", "none"])
    assert told.exit_code == code
    assert said in told.stderr
    assert "Traceback" not in told.output
