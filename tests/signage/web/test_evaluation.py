"""The page of the evaluation: every figure that was kept, in words and as charts; what is wrong is never shown."""

import json
import re
from pathlib import Path

import pytest

from recommender.training.kept import NotAnEvaluation, keep, kept
from signage.storage.users import Role
from signage.web.evaluation_pages import charts
from tests.recommender.judged import told
from tests.signage.web.conftest import Studio


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "artifacts"  # where the studio of these tests looks


@pytest.mark.parametrize(("lang", "words"), [("ja", "まだ評価していません"), ("en", "Not evaluated yet")])
def test_before_there_is_one_it_says_how_to_make_it(studio_app: Studio, lang: str, words: str) -> None:
    page = studio_app.logged_in(Role.VIEWER, lang=lang).get("/studio/evaluation").text
    assert words in page and "recommender evaluate --keep" in page and "race-row" not in page


def test_every_figure_in_words_and_as_charts(studio_app: Studio, folder: Path) -> None:
    keep(folder, json.dumps(told()))
    page = studio_app.logged_in(Role.VIEWER, lang="en").get("/studio/evaluation").text
    text = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    assert (
        "Complete Journey" in text
        and "weeks up to 44" in text
        and "2026-11-22" in text
        and "2017-01-01 – 2017-11-04" in text
        and "2,469" in text
        and "24,567" in text
    )
    assert "In 64 of 100 cases at least one of the first 10 is right." in text
    assert "NDCG of the first 5: 0.560" in text
    assert "75 CPU seconds" in text and "9.2 milliseconds a list; 95 % within 17.3" in text and "2,100 MB" in text
    assert "+0.170 (+0.160 – +0.180) ours is better" in text
    assert "+0.010 (-0.002 – +0.020) too close to tell" in text
    assert "-0.050 (-0.060 – -0.040) ours is worse" in text
    assert "&lt;b&gt;ours&lt;/b&gt;" in page and "<b>ours" not in page, "a retailer's own model by its own name"
    assert page.count('role="img"') == 3 and page.count("<details>") == 2, "a table for the charts of each task"
    ja = studio_app.logged_in(Role.VIEWER, lang="ja", name="ja").get("/studio/evaluation").text
    assert "100件のうち64件で、上位10点に当たりがあります。" in ja and "差があるとはいえません" in ja


def test_bars_and_intervals_lie_where_their_figures_say(folder: Path, studio_app: Studio) -> None:
    with studio_app.app.test_request_context(headers={"Accept-Language": "en"}):
        [shop, promoted] = charts(keep(folder, json.dumps(told())))
    assert [bar.ndcg for bar in shop.bars] == [0.24, 0.29, 0.235, 0.23, 0.07], (
        "ours, then the others from the best down"
    )
    assert [bar.width for bar in shop.bars] == [82.8, 100.0, 81.0, 79.3, 24.1]
    worse, better = shop.bars[1].whisker, shop.bars[4].whisker  # from -0.06 to 0.18
    assert worse is not None and (worse.low, worse.high, worse.zero) == (0.0, 8.3, 25.0)
    assert better is not None and (better.low, better.mean, better.high) == (91.7, 95.8, 100.0)
    assert shop.bars[0].whisker is None and promoted.bars[1].whisker is None
    assert [(step.words, step.ours_width, step.other_width) for step in shop.steps] == [("3–9 days", 83.3, 100.0)]
    assert shop.rival == "<b>ours</b>" and promoted.steps == () and promoted.bars[0].hit is None


def test_what_is_no_evaluation_is_neither_kept_nor_shown(folder: Path, studio_app: Studio) -> None:
    viewer = studio_app.logged_in(Role.VIEWER)
    for text in (
        "", "[]", "{}", "null", "[" * 100_000, json.dumps(told(cost={})), json.dumps(told(tasks={"next": {}})),
        json.dumps(told(tasks={"next": {"shipped": {"n": 3}}})), json.dumps(told(new_recall=float("nan"))),
        json.dumps(told(data={"made_at": "2026-11-22T05:00:00"})), json.dumps(told(data={"last_day": "soon"})),
        json.dumps(told()) + " " * (1 << 20),
    ):  # fmt: skip
        before = keep(folder, json.dumps(told()))
        with pytest.raises(NotAnEvaluation):
            keep(folder, text)
        assert kept(folder) == before and [path.name for path in folder.iterdir()] == ["evaluation.json"]
        (folder / "evaluation.json").write_text(text)
        assert kept(folder) is None
        assert "Not evaluated yet" in viewer.get("/studio/evaluation").text
