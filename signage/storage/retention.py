"""What is kept of people and behaviour, why, and for how long: the one table of it. See enforcing for the job."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Table, and_, exists, select

from signage.domain.guest import GUEST_LASTS
from signage.domain.words import Words
from signage.settings import Settings
from signage.storage import schema
from signage.storage.idempotency import KEPT
from signage.storage.uploads import UNFINISHED

Old = Callable[[int], ColumnElement[bool]]  # moment in ms -> which rows are from before it


@dataclass(frozen=True, slots=True)
class Line:
    """`keep` None: until somebody removes it. `setting`: with what a retailer decides. `table` None: not in this database.

    `public`: it is about shoppers, so `/privacy` tells it.
    """

    name: str
    what: Words
    why: Words
    keep: timedelta | None
    setting: str = ""
    table: Table | None = None
    old: Old | None = None
    public: bool = False


def lines(settings: Settings) -> tuple[Line, ...]:
    """The whole table. Times are those of this shop's settings."""
    return (*_people(settings), *_past(settings), *_staff(settings), *_brief())


def _people(settings: Settings) -> tuple[Line, ...]:
    """What a camera counted, and what is made of it."""
    keep, setting = timedelta(days=settings.audience_days), "SHELFCAST_AUDIENCE_DAYS"
    return (
        Line(
            "pictures",
            Words("カメラの映像・画像・顔の特徴", "Video, pictures and features of faces"),
            Words("保存しません", "Never kept"),
            timedelta(0), public=True,
        ),
        Line(
            "snapshots",
            Words("画面ごとの最新の客層の集計", "The newest audience of each screen"),
            Words("次に流すものを選ぶため", "To choose what is shown next"),
            timedelta(seconds=10), public=True,
        ),
        Line(
            "samples",
            Words("カメラの集計(1秒ごとの人数・年代)", "Camera counts by the second: people, age bands"),
            Words("放映ごとと5分ごとの人数を求めるため", "To work out the people of each play and of each five minutes"),
            timedelta(hours=settings.sample_hours), "SHELFCAST_SAMPLE_HOURS", schema.audience_samples,
            _of_screens(schema.audience_samples, "at"), public=True,
        ),
        Line(
            "exposures",
            Words("放映ごとの人数と視認時間(年代なし)", "People and attention of each play, without ages"),
            Words("放映実績と、スポットの効果を知るため", "For proof of play, and to learn which spots are looked at"),
            keep, setting, schema.exposures, _before(schema.exposures, "at"), public=True,
        ),
        Line(
            "cells",
            Words("画面の前の5分ごとの人数(10人単位、10人未満は残しません)",
                  "People before a screen in five minutes, rounded to tens; fewer than ten aren’t kept"),
            Words("時間帯ごとの人数の報告のため", "For reports by the hour"),
            keep, setting, schema.audience_cells, _of_screens(schema.audience_cells, "at"), public=True,
        ),
        Line(
            "spot_days",
            Words("スポットごと・1日ごとの視認の合計", "Attention of each spot, added up by the day"),
            Words("見飽きられたスポットを見つけるため", "To notice when a spot wears out"),
            keep, setting, schema.spot_days,
            lambda ms: schema.spot_days.c.day < ms // (24 * 3_600_000),
        ),
        Line(
            "learned",
            Words("学習した重み(人の記録は含みません)", "Learned weights; no record of anybody"),
            Words("よく見られるスポットを選ぶため", "To choose spots that are looked at"),
            None,
        ),
    )  # fmt: skip


def _past(settings: Settings) -> tuple[Line, ...]:
    """What was shown, and what explains it."""
    keep, setting = timedelta(days=settings.decision_days), "SHELFCAST_DECISION_DAYS"
    named = exists().where(schema.decisions.c.inventory == schema.inventories.c.version)
    return (
        Line(
            "plays",
            Words("放映の記録", "Plays"),
            Words("放映実績の証明と請求のため", "They are the proof that is billed by"),
            timedelta(days=settings.play_days), "SHELFCAST_PLAY_DAYS", schema.plays, _of_screens(schema.plays, "started_at"),
        ),
        Line(
            "refused_plays",
            Words("受け付けられなかった放映の記録と理由", "Plays that were refused, with the reason"),
            Words("端末の不具合を調べるため", "To find out what is wrong with a device"),
            keep, setting, schema.refused_plays, _before(schema.refused_plays, "received_at"),
        ),
        Line(
            "decisions",
            Words("選択の記録(客層の区分を含み、会員は含みません)", "Decisions, with an audience class and never a member"),
            Words("「なぜ出ている?」に答え、選択の記録を後から検証するため",
                  "To answer “why this”, and to check and re-run the log later"),
            keep, setting, schema.decisions, _before(schema.decisions, "at"), public=True,
        ),
        Line(
            "inventories",
            Words("選択のときの候補一覧", "What decisions were chosen from"),
            Words("選択の記録が参照しているあいだ、その検証のため", "As long as a decision names it: to re-run that one"),
            keep, setting, schema.inventories,
            lambda ms: and_(schema.inventories.c.created_at < ms, ~named),
        ),
        Line(
            "conditions",
            Words("端末の状態の記録", "How each screen was"),
            Words("放映達成率の説明のため", "To explain what was missing from coverage"),
            keep, setting, schema.conditions, _before(schema.conditions, "until"),
        ),
        Line(
            "alerts",
            Words("終わったお知らせ(警告)", "Alerts that are over"),
            Words("障害の振り返りのため", "To look back at troubles"),
            keep, setting, schema.alerts, _before(schema.alerts, "ended_at"),
        ),
    )  # fmt: skip


def _staff(settings: Settings) -> tuple[Line, ...]:
    """Of those who work with it, and for whoever looks for a fault."""
    return (
        Line(
            "users",
            Words("スタジオのログイン(パスワードはハッシュのみ)", "Studio logins; of passwords only a hash"),
            Words("ログインのため", "To log in"),
            None,
        ),
        Line(
            "audit",
            Words("スタジオの操作履歴", "Who did what in the studio"),
            Words("誰が承認・変更したかを示すため", "To show who approved and changed what"),
            timedelta(days=settings.audit_days), "SHELFCAST_AUDIT_DAYS", schema.audit, _before(schema.audit, "at"),
        ),
        Line(
            "logs",
            Words("プロセスのログ(お客様についての行はありません)", "Logs of the processes; no line is about a shopper"),
            Words("障害の調査のため", "To find out what went wrong"),
            timedelta(days=settings.log_days), "SHELFCAST_LOG_DAYS",
        ),
    )  # fmt: skip


def _brief() -> tuple[Line, ...]:
    """What is needed for a moment."""
    return (
        Line(
            "guests",
            Words("会員コードをかざした後の表示(乱数の番号と商品の点数のみ)",
                  "A guest session after a code: a random number and scores of products"),
            Words("その画面におすすめを表示するため", "To show that screen’s picks"),
            GUEST_LASTS, public=True,
        ),
        Line(
            "registrations",
            Words("登録待ちの端末(ブラウザーの種類)", "Devices waiting to be let in, with the kind of browser"),
            Words("端末の登録のため", "To let a device in"),
            timedelta(days=1), "", schema.registrations, _before(schema.registrations, "expires_at"),
        ),
        Line(
            "jobs",
            Words("終わった変換作業", "Work of the background that is done"),
            Words("失敗の原因を調べるため", "To find out why something failed"),
            timedelta(days=30), "", schema.jobs, _before(schema.jobs, "finished_at"),
        ),
        Line(
            "uploads",
            Words("途中まで届いたアップロード", "Uploads that arrived in part"),
            Words("通信が切れた後に続きから送るため", "To go on after the connection was lost"),
            UNFINISHED, "", schema.uploads, _before(schema.uploads, "created_at"),
        ),
        Line(
            "idempotency",
            Words("二重送信を防ぐための応答の控え", "Answers kept so that sending twice does nothing twice"),
            Words("同じ操作を二度行わないため", "So that nothing is done twice"),
            KEPT, "", schema.idempotency, _before(schema.idempotency, "created_at"),
        ),
    )  # fmt: skip


def _before(table: Table, column: str) -> Old:
    return lambda ms: table.c[column] < ms


def _of_screens(table: Table, column: str) -> Old:
    """By screen, as the table's index is: else every round would read the whole table."""
    return lambda ms: and_(table.c.screen_id.in_(select(schema.screens.c.id)), table.c[column] < ms)
