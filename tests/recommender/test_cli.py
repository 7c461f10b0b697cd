"""The command as it is typed: its words, its exit codes, its server."""

import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import make_dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import numpy as np
import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from recommender.app import open_doors
from recommender.artifacts import Store
from recommender.cli import main
from recommender.domain.event import Event, IdentityLinked
from recommender.remote import open_remote
from recommender.settings import Settings
from recommender.storage.engine import open_engine
from recommender.storage.promotions import planned
from tests.recommender.judged import told as told_of
from tests.recommender.shop import ADA, CATEGORIES, EKIMAE, MILK, PRODUCTS, write_lines


@pytest.fixture
def env(settings: Settings) -> dict[str, str]:
    return {
        "SHELFCAST_DATA_DIR": str(settings.data_dir), "SHELFCAST_RECOMMENDER_KEY": "door-key", "SHELFCAST_HISTORY_URL": "",
        "REDIS_URL": "", "RECOMMENDER_URL": "",
    }  # fmt: skip


def call(env: dict[str, str], *words: object) -> Result:
    return CliRunner(env=env).invoke(main, [str(word) for word in words])


def test_files_are_imported_and_told(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "categories.csv").write_text(CATEGORIES)
    (tmp_path / "products.csv").write_text(PRODUCTS)
    for kind in ("categories", "products"):
        told = call(env, "import", "--kind", kind, tmp_path / f"{kind}.csv", "--progress", "json")
        assert told.exit_code == 0, told.output
        assert json.loads(told.stderr.splitlines()[-1])["share"] == 1.0
    rows = [(1, 1, "ada", EKIMAE, "2026-11-01T00:00:00Z", MILK, -1, 2, "JPY", "")]
    told = call(
        env, "import", write_lines(tmp_path / "lines.csv", rows), "--progress", "none", "--rejects", tmp_path / "r.csv"
    )
    assert told.exit_code == 0
    assert "1  return or void" in told.stdout
    assert (tmp_path / "r.csv").read_text().startswith("2,return or void,")
    assert told.stderr == ""


def test_wrong_columns_end_with_two_and_one_sentence(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "lines.csv").write_text("order_id,line_id\n")
    told = call(env, "import", tmp_path / "lines.csv")
    assert told.exit_code == 2
    assert told.stderr.strip().endswith("missing columns store_id, ordered_at, gtin, quantity, amount_minor, currency")
    assert "Traceback" not in told.output


def test_a_plan_is_taken_in_and_told(env: dict[str, str], settings: Settings, tmp_path: Path) -> None:
    head, row = "store_id,gtin,first_day,last_day,display,leaflet\n", f"{MILK},2026-11-16,2026-11-22,1,0\n"
    (tmp_path / "plan.csv").write_text(f"{head},{row}{EKIMAE},{row.replace('22', '15')}")
    told = call(env, "plan", tmp_path / "plan.csv", "--progress", "none", "--rejects", tmp_path / "r.csv")
    assert (told.exit_code, told.stderr) == (0, "")
    assert told.stdout.splitlines()[0] == "plan.csv: 2 lines, 1 added, 0 known, 1 rejected"
    assert (tmp_path / "r.csv").read_text().startswith("3,last_day is before first_day,")
    engine = open_engine(settings.database)
    assert planned(engine, 0).store.tolist() == [""]
    engine.dispose()
    (tmp_path / "plan.csv").write_text("store_id\n")
    told = call(env, "plan", tmp_path / "plan.csv")
    assert (told.exit_code, told.stderr) == (
        2, "Error: plan.csv: missing columns gtin, first_day, last_day, display, leaflet\n",
    )  # fmt: skip


def test_links_that_join_nobody_are_listed(env: dict[str, str], settings: Settings) -> None:
    doors = open_doors(settings)
    for number in (ADA, "hh1"):
        told = IdentityLinked("retailer", number, "app", "till-tablet")
        doors.record.record(Event("crm", f"link-{number}", datetime(2026, 11, 1, tzinfo=UTC), told))
    doors.close()
    listed = call(env, "members", "refused-links").stdout.splitlines()
    assert listed[0] == "2026-11-01T00:00:00Z  crm  link-ada  retailer - app: claimed by several"
    assert [link["event_id"] for link in json.loads(call(env, "members", "refused-links", "--json").stdout)] == [
        "link-ada", "link-hh1",
    ]  # fmt: skip


def test_a_start_trains_only_what_is_missing_and_a_new_shop_has_nothing_to_learn_from(
    env: dict[str, str], tmp_path: Path
) -> None:
    new = env | {"SHELFCAST_DATA_DIR": str(tmp_path / "new")}
    assert call(new, "migrate").exit_code == 0
    told = call(new, "train", "--if-none", "--progress", "none")
    assert (told.exit_code, told.stdout) == (0, "")
    assert told.stderr.startswith("Not trained: ")
    assert call(new, "train", "--progress", "none").exit_code == 1
    theirs = make_dataclass("Popular", ["weather"], frozen=True)(np.zeros(1))  # another release's: no door could use it
    with capture_logs():
        Store(Path(env["SHELFCAST_DATA_DIR"]) / "artifacts").publish([theirs], {})
        trained = [call(env, "train", "--if-none", "--progress", "none").stdout for _ in range(2)]
    assert trained == ["000002\n", "000002\n"]


def test_limits_that_are_none_stop_the_start(settings: Settings) -> None:
    with pytest.raises(ValueError, match="is no list such as"):
        open_doors(settings.model_copy(update={"identity_limits": "retailer"}))


def test_a_member_gets_a_link_or_a_session(env: dict[str, str], settings: Settings) -> None:
    link = call(env, "members", "link", "--member", ADA).stdout.strip()
    session = call(env, "members", "link", "--member", ADA, "--consent", "--session").stdout.strip()
    doors = open_doors(settings)
    assert doors.personal.account(doors.personal.sign_in(link)).lines_total == 28
    assert {c.granted for c in doors.personal.account(session).consents} == {True}
    assert call(env, "members", "consent", "--member", ADA, "--purpose", "recommend_phone", "--withdraw").exit_code == 0
    assert {c.purpose.value: c.granted for c in doors.personal.account(session).consents} == {
        "recommend_screen": True, "recommend_phone": False,
    }  # fmt: skip
    doors.close()


def test_nobody_is_made_up(env: dict[str, str]) -> None:
    told = call(env, "members", "link", "--member", "nobody")
    assert told.exit_code == 1
    assert "No member 'nobody' is known" in told.stderr


def test_training_says_its_version(env: dict[str, str], settings: Settings) -> None:
    told = call(env, "train", "--only", "popular", "--progress", "json")
    assert told.exit_code == 0, told.output
    assert told.stdout.strip() == "000001"
    assert [json.loads(line)["share"] for line in told.stderr.splitlines()][-1] == 1.0


def test_rolled_back_to_the_training_before(env: dict[str, str]) -> None:
    call(env, "train", "--progress", "none")
    nothing = call(env, "rollback")
    assert (nothing.exit_code, nothing.stderr) == (1, "Error: there is no earlier version that opens\n")
    call(env, "train", "--progress", "none")
    assert call(env, "rollback").stdout == "000001\n"


def test_household_numbers_that_are_none_are_told(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "ids").write_text("1 2 three")
    told = call(env, "evaluate", "--households", tmp_path / "ids", "--progress", "none")
    assert told.exit_code == 1
    assert "not a list of household numbers" in told.stderr


def test_an_evaluation_made_elsewhere_is_kept_and_nothing_else(
    env: dict[str, str], settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "report.json").write_text(json.dumps(told_of()))
    assert call(env, "keep-evaluation", tmp_path / "report.json").exit_code == 0
    doors = open_doors(settings)
    before = doors.evaluation()
    assert before is not None and before.on.name == "Complete Journey"
    for wrong in (b"{}", b"\xff", b""):
        (tmp_path / "wrong.json").write_bytes(wrong)
        refused = call(env, "keep-evaluation", tmp_path / "wrong.json")
        assert (
            refused.exit_code == 2
            and refused.stderr.startswith("Error: wrong.json: ")
            and "Traceback" not in refused.output
        )
    assert doors.evaluation() == before
    doors.close()


def test_serving_without_a_key_is_refused(env: dict[str, str]) -> None:
    told = call(env | {"SHELFCAST_RECOMMENDER_KEY": ""}, "serve")
    assert told.exit_code == 1
    assert "SHELFCAST_RECOMMENDER_KEY" in told.stderr


def test_the_server_answers_also_what_is_too_much_and_what_it_has_begun_when_it_is_told_to_stop(
    env: dict[str, str],
) -> None:
    """`100 Continue` is sent when a worker has begun with the request."""
    event = {
        "specversion": "1.0", "type": "Stock Changed", "source": "till", "id": "1", "time": "2026-11-16T03:00:00Z",
        "data": {"gtin": MILK, "store_id": EKIMAE, "quantity": 5},
    }  # fmt: skip
    body = json.dumps(event).encode()
    head = f"POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer door-key\r\nContent-Length: {len(body)}\r\n"
    words = [sys.executable, "-m", "recommender", "serve", "--port", "0"]
    with subprocess.Popen(
        words, env=os.environ | env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        catalog, *_ = open_remote(url, "door-key")
        assert catalog.products([MILK])[MILK].name_en == "Milk"
        headers = {"Authorization": "Bearer door-key", "Content-Type": "application/json"}
        with pytest.raises(HTTPError) as refused:  # and not a broken pipe
            urlopen(Request(f"{url}/v1/events", b"[" + b" " * 10 * 2**20 + b"]", headers), timeout=30)
        with refused.value:
            assert refused.value.code == 413
        port = int(url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
            wire.sendall(f"{head}Content-Type: application/json\r\nExpect: 100-continue\r\n\r\n".encode())
            assert wire.recv(100).startswith(b"HTTP/1.1 100")
            server.send_signal(signal.SIGTERM)
            with pytest.raises(OSError):
                while True:  # until it has heard: nobody else is let in
                    urlopen(f"{url}/healthz", timeout=1).close()
            wire.sendall(body)
            answer = b"".join(iter(lambda: wire.recv(4096), b""))
        server.communicate(timeout=30)
    assert answer.startswith(b"HTTP/1.1 200") and b'"recorded"' in answer
    assert server.returncode == 0


def test_doors_open_without_trainings_libraries(env: dict[str, str]) -> None:
    code = "import sys, recommender.app; print(sorted({'pandas', 'implicit', 'lightgbm', 'pyarrow', 'flask'} & set(sys.modules)))"
    told = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | env, capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.strip() == "[]"
