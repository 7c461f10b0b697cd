"""The command as it is typed: its words, its exit codes, its server."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from recommender.app import open_doors
from recommender.cli import main
from recommender.remote import open_remote
from recommender.settings import Settings
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


def test_serving_without_a_key_is_refused(env: dict[str, str]) -> None:
    told = call(env | {"SHELFCAST_RECOMMENDER_KEY": ""}, "serve")
    assert told.exit_code == 1
    assert "SHELFCAST_RECOMMENDER_KEY" in told.stderr


def test_the_server_answers_and_ends_when_told(env: dict[str, str]) -> None:
    words = [sys.executable, "-m", "recommender", "serve", "--port", "0"]
    with subprocess.Popen(
        words, env=os.environ | env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        catalog, *_ = open_remote(server.stdout.readline().strip(), "door-key")
        try:
            assert catalog.products([MILK])[MILK].name_en == "Milk"
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=20)
    assert server.returncode == 0


def test_doors_open_without_trainings_libraries(env: dict[str, str]) -> None:
    code = "import sys, recommender.app; print(sorted({'pandas', 'implicit', 'lightgbm', 'pyarrow', 'flask'} & set(sys.modules)))"
    told = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | env, capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.strip() == "[]"
