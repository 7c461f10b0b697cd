"""Files of a retailer, good and bad: nothing is lost silently, nothing twice, one bad line is one bad line."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from recommender.history.importer import DIFFERS, Importer, Step
from recommender.history.textlines import LINE_BYTES, WrongFile
from recommender.storage import imports, products
from tests.recommender.shop import JAM, LINE_COLUMNS, MILK, NOW, UNKNOWN, write_lines

AT = (NOW - timedelta(days=1)).isoformat()


def ignore(_: Step) -> None:
    pass


def line(order: str, number: int = 1, gtin: str = MILK, quantity: int = 1, member: str = "ada") -> tuple[object, ...]:
    return (order, number, member, "ekimae", AT, gtin, quantity, 250, "JPY", "online")


def dump(engine: Engine) -> dict[str, Sequence[Any]]:
    """All of the history but the runs of the importer."""
    with engine.connect() as connection:
        return {
            table: connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).all()
            for table in (
                "order_lines",
                "products",
                "categories",
                "stores",
                "identifiers",
                "prices",
                "price_history",
                "stock",
            )
        }


def orders(engine: Engine, like: str = "new%") -> list[tuple[str, str]]:
    with engine.connect() as connection:
        query = text("SELECT order_id, line_id FROM order_lines WHERE order_id LIKE :like ORDER BY 1, 2")
        return [(row[0], row[1]) for row in connection.execute(query, {"like": like})]


def import_runs(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM import_runs")).scalar_one())


def test_the_same_file_twice_changes_nothing(history: Engine, importer: Importer, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "lines.csv", [line("new1", 1), line("new1", 2, JAM), line("new2")])
    first = importer.run(path, "lines", ignore)
    before = dump(history)
    second = importer.run(path, "lines", ignore)
    assert (first.added, first.known) == (3, 0)
    assert (second.added, second.known) == (0, 3)
    assert dump(history) == before


@pytest.mark.parametrize(
    "change",
    [(2, "hh1"), (2, ""), (3, "elm"), (4, NOW.isoformat()), (5, JAM), (6, 2), (7, 251), (8, "USD"), (9, "store")],
    ids=lambda change: LINE_COLUMNS[change[0]],
)
def test_a_known_line_that_says_something_else_is_rejected_and_the_first_one_stays(
    history: Engine, importer: Importer, tmp_path: Path, change: tuple[int, object]
) -> None:
    first = [line("new1", 1), line("new1", 2), line("new2")]
    importer.run(write_lines(tmp_path / "first.csv", first), "lines", ignore)
    before = dump(history)["order_lines"]
    other = list(line("new1", 2))
    other[change[0]] = change[1]
    rows = [line("new1", 1), line("new3", quantity=-1), tuple(other), line("new4")]
    step = importer.run(write_lines(tmp_path / "second.csv", rows), "lines", ignore)
    assert (step.lines, step.added, step.known, step.rejected) == (4, 1, 1, 2)
    (_void, differs) = imports.rejects(history, step.run_id)
    assert (differs.line, differs.reason) == (4, DIFFERS)
    assert differs.raw.startswith("line_id=2,store_id=")
    assert "hh1" not in differs.raw and "new1" not in differs.raw, "it outlives the member's erasure"
    assert [row for row in dump(history)["order_lines"] if row[0] != "new4"] == before


def test_of_two_lines_of_a_file_with_one_number_the_first_counts(
    history: Engine, importer: Importer, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "lines.csv", [line("new1"), line("new1", quantity=2), line("new1")])
    step = importer.run(path, "lines", ignore)
    assert (step.added, step.known, step.rejected) == (1, 1, 1)
    assert [r.line for r in imports.rejects(history, step.run_id)] == [3]
    alone = importer.run(write_lines(tmp_path / "alone.csv", [line("new1", quantity=3)]), "lines", ignore)
    assert (alone.added, alone.known, alone.rejected) == (0, 0, 1)


def test_csv_json_lines_and_parquet_say_the_same(history: Engine, importer: Importer, tmp_path: Path) -> None:
    rows = [line(f"new{n}", n, JAM if n % 2 else MILK, n % 3 + 1, "" if n % 4 == 0 else f"hh{n}") for n in range(50)]
    records = [dict(zip(LINE_COLUMNS, row, strict=True)) for row in rows]
    csv_path = write_lines(tmp_path / "a.csv", rows)
    json_path = tmp_path / "a.jsonl"
    json_path.write_text("\n".join(json.dumps(record) for record in records))
    table = pa.Table.from_pylist(records)
    pq.write_table(table.set_column(5, "gtin", table["gtin"].cast(pa.int64())), tmp_path / "a.parquet")
    assert importer.run(csv_path, "lines", ignore).added == 50
    whole = dump(history)["order_lines"]
    for other in (json_path, tmp_path / "a.parquet"):
        with history.begin() as connection:
            connection.execute(text("DELETE FROM order_lines WHERE order_id LIKE 'new%'"))
        assert importer.run(other, "lines", ignore).added == 50
        assert dump(history)["order_lines"] == whole


def test_bad_lines_are_numbered_with_their_reason_and_the_rest_goes_in(
    history: Engine, importer: Importer, tmp_path: Path
) -> None:
    good = ",".join(map(str, line("new1")))
    bad = [
        b"too,few,columns",
        ",".join(map(str, line("new2", quantity=-1))).encode(),
        ",".join(map(str, line("new3", gtin=UNKNOWN))).encode(),
        b'new4,"1,ada,ekimae',
        b"new5,\xff\xfe,ada,ekimae,x,y,1,1,JPY,",
        b"x" * (LINE_BYTES + 10),
        b"",
        b"a\rb",
    ]
    path = tmp_path / "lines.csv"
    path.write_bytes("﻿".encode() + ",".join(LINE_COLUMNS).encode() + b"\r\n" + b"\n".join([*bad, good.encode()]))
    step = importer.run(path, "lines", ignore)
    rejects = {r.line: r.reason for r in imports.rejects(history, step.run_id)}
    assert rejects == {
        2: "3 columns where 10 columns belong",
        3: "return or void",
        4: "unknown product",
        5: "an unclosed quote where 10 columns belong",
        6: "not UTF-8",
        7: f"line longer than {LINE_BYTES} bytes",
        9: "an unclosed quote where 10 columns belong",
    }
    assert (step.lines, step.added, step.rejected) == (8, 1, 7)
    assert orders(history) == [("new1", "1")]


def test_a_line_of_a_gigabyte_costs_no_memory(importer: Importer, tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    with path.open("wb") as file:
        file.write((",".join(LINE_COLUMNS) + "\n").encode())
        file.truncate(200_000_000)  # a hole of zero bytes, no end of line in it
        file.seek(0, 2)
        file.write(("\n" + ",".join(map(str, line("new1"))) + "\n").encode())
    step = importer.run(path, "lines", ignore)
    assert (step.added, step.rejected) == (1, 1)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"order_id,line_id,store_id,gtin\n", "missing columns ordered_at, quantity, amount_minor, currency"),
        ("a.csv", b"", "missing columns order_id, line_id"),
        ("a.csv", b"\xff\xff\n", "missing columns"),
        ("a.jsonl", b'{"order_id": "1"}\n', "missing columns line_id"),
        ("a.parquet", b"PAR1 not really", "not a sound Parquet file"),
        ("a.xlsx", b"PK", "the name must end in one of"),
        ("missing.csv", None, "No such file"),
    ],
)
def test_a_wrong_file_is_one_clear_error(
    history: Engine, importer: Importer, tmp_path: Path, *, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    runs = import_runs(history)
    with pytest.raises(WrongFile, match=said):
        importer.run(tmp_path / name, "lines", ignore)
    assert import_runs(history) == runs


def test_a_parquet_file_without_a_time_zone_is_refused(importer: Importer, tmp_path: Path) -> None:
    records = [dict(zip(LINE_COLUMNS, line("new1"), strict=True)) | {"ordered_at": NOW.replace(tzinfo=None)}]
    pq.write_table(pa.Table.from_pylist(records), tmp_path / "a.parquet")
    with pytest.raises(WrongFile, match="the times in ordered_at have no zone"):
        importer.run(tmp_path / "a.parquet", "lines", ignore)


def test_json_lines_that_are_no_records_are_rejected(history: Engine, importer: Importer, tmp_path: Path) -> None:
    good = dict(zip(LINE_COLUMNS, line("new1"), strict=True))
    nested = "[" * 20_000
    texts = [json.dumps(good), "[1]", "{", json.dumps(good | {"gtin": {"a": 1}}), json.dumps({"order_id": "x"})]
    texts += [nested, '"\\ud800"']
    texts.append(json.dumps(good | {"order_id": "new2", "store_id": "\ud800"}))
    (tmp_path / "a.jsonl").write_text("\n".join(texts))
    step = importer.run(tmp_path / "a.jsonl", "lines", ignore)
    assert (step.added, step.rejected) == (1, 7)
    assert [r.line for r in imports.rejects(history, step.run_id)] == [2, 3, 4, 5, 6, 7, 8]


def test_progress_never_goes_back_and_ends_at_one(importer: Importer, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "lines.csv", [line(f"new{n}") for n in range(80_000)])
    steps: list[Step] = []
    last = importer.run(path, "lines", steps.append)
    shares = [step.done for step in steps]
    assert len(shares) > 1
    assert shares == sorted(shares)
    assert (shares[-1], last.lines, last.added) == (1.0, 80_000, 80_000)


def test_products_of_an_unknown_category_are_rejected_and_changed_ones_are_seen(
    history: Engine, importer: Importer, tmp_path: Path
) -> None:
    version = products.catalogue_version(history)
    path = tmp_path / "products.csv"
    head = "gtin,name_ja,name_en,brand,size,category,maker,in_models\n"
    changed = f"{MILK},新しい\u3000牛乳,New milk,national,1 L,DAIRY,,yes\n"
    path.write_text(head + changed + f"{JAM},x,y,national,,NOWHERE,,yes\n{JAM},,y,n,,DAIRY,,yes\n")
    step = importer.run(path, "products", ignore)
    assert (step.added, step.rejected) == (1, 2)
    assert imports.reasons(history, step.run_id) == {"name_ja is blank": 1, "unknown category 'NOWHERE'": 1}
    assert products.by_gtin(history, [MILK])[MILK].name_ja == "新しい\u3000牛乳"
    assert products.catalogue_version(history) == version + 1
    assert importer.run(path, "products", ignore).known == 1
    assert products.catalogue_version(history) == version + 1


_GTINS = ["4901234567894", "4912345678904", MILK, JAM]
_PRODUCTS = st.lists(
    st.tuples(
        st.sampled_from([*_GTINS, "4901234567890", ""]), st.sampled_from(["新", "牛乳", ""]), st.sampled_from(["", "1 L"]),
        st.sampled_from(["DAIRY", "DAIRY", "DAIRY", "NOWHERE"]),
    ), max_size=12,
)  # fmt: skip


def test_what_a_look_over_counts_is_what_taking_in_counts_and_it_leaves_nothing(
    on_either: Engine, importer: Importer, tmp_path: Path
) -> None:
    """Whatever repeats within a batch or over batches; on both databases, while somebody else writes."""
    path, told = tmp_path / "products.csv", list[Any]()
    importer = replace(importer, engine=on_either, tell=told.append, block=64)  # a line or two at a time

    @settings(max_examples=25, deadline=None)
    @given(_PRODUCTS)
    def counts_the_same(rows: list[tuple[str, str, str, str]]) -> None:
        lines = [f"{gtin},{name},Name,,{size},{category}," for gtin, name, size, category in rows]
        path.write_text("\n".join(["gtin,name_ja,name_en,brand,size,category,maker", *lines]))
        before, runs, steps = dump(on_either), import_runs(on_either), list[Step]()
        with on_either.connect().execution_options(immediate=True) as other, other.begin():
            tried = importer.look_over(path, steps.append)
        assert (dump(on_either), import_runs(on_either)) == (before, runs)
        rejects = [reject for step in steps for reject in step.rejects]
        steps.clear()
        done = importer.run(path, "products", steps.append)
        assert replace(tried, run_id=done.run_id) == done
        assert rejects == [reject for step in steps for reject in step.rejects]

    counts_the_same()
    assert not any(told)


@pytest.mark.parametrize(
    "head",
    [
        "JANコード,商品名,商品名(英語),ブランド,内容量,カテゴリー,メーカー",
        "商品コード,品名,英語名,ブランド名,規格,カテゴリ,メーカー名",
        "JAN,商品名(日本語),商品名 (英語),ブランド,容量,分類,メーカー",
        "GTIN,Name_JA,ｎａｍｅ_en,BRAND,size,category,maker",
    ],
)
def test_a_file_of_products_may_have_japanese_headings(
    history: Engine, importer: Importer, tmp_path: Path, head: str
) -> None:
    path = tmp_path / "products.csv"
    path.write_text(
        f"商品CD,{head},備考\n198,4901234567894,納豆,Natto,,3個,DAIRY,,x\n"
    )  # a code of their own beside it
    step = importer.run(path, "products", ignore)
    assert (step.added, step.rejected) == (1, 0)
    [made] = products.by_gtin(history, ["04901234567894"]).values()
    assert (made.name_ja, made.name_en, made.size, made.category) == ("納豆", "Natto", "3個", "DAIRY")


def test_a_store_may_change_its_zone_and_a_zone_must_exist(importer: Importer, tmp_path: Path) -> None:
    path = tmp_path / "stores.csv"
    path.write_text(
        "store_id,zone\nekimae,Asia/Seoul\nnew,UTC\nelm,America/New_York\nbad,Mars/Olympus\nworse,../../etc/passwd\n"
    )
    step = importer.run(path, "stores", ignore)
    assert (step.added, step.known, step.rejected) == (2, 1, 2)


def test_events_of_a_file_go_in_like_events_of_the_door(history: Engine, importer: Importer, tmp_path: Path) -> None:
    event = {
        "specversion": "1.0", "type": "Stock Changed", "source": "till", "id": "1", "time": AT,
        "data": {"gtin": MILK, "store_id": "ekimae", "quantity": 3},
    }  # fmt: skip
    texts = [
        event,
        event,
        event | {"id": "2", "data": {"gtin": UNKNOWN, "store_id": "ekimae", "quantity": 3}},
        event | {"id": 3},
    ]
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join(map(json.dumps, texts)) + "\nnonsense\n")
    step = importer.run(path, "events", ignore)
    assert (step.lines, step.added, step.known, step.rejected) == (5, 1, 1, 3)
    assert [r.line for r in imports.rejects(history, step.run_id)] == [3, 4, 5]
    assert importer.run(path, "events", ignore).known == 2


def test_search_shows_best_sellers_first_after_an_import(history: Engine, importer: Importer, tmp_path: Path) -> None:
    assert products.search(history, [""], None, 1)[0].gtin != JAM
    importer.run(write_lines(tmp_path / "l.csv", [line(f"new{n}", gtin=JAM) for n in range(500)]), "lines", ignore)
    assert products.search(history, [""], None, 1)[0].gtin == JAM
