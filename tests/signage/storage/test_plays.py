"""The ledger's rows on both databases: what is new is told apart from what was there, in one statement."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine

from signage.domain.condition import Condition
from signage.storage.conditions import Conditions, Stretch, put_stretch
from signage.storage.plays import Plays, insert_plays
from signage.storage.writer import GroupWriter
from tests.signage.proof.test_coverage import play
from tests.world import START


def test_only_the_new_ones_are_told_as_new(engine: Engine, writer: GroupWriter) -> None:
    made = [play(START + timedelta(seconds=n), 10, sequence=n) for n in range(120)]
    first = writer.submit(lambda connection: insert_plays(connection, "ekimae", made[:80], START))
    again = writer.submit(lambda connection: insert_plays(connection, "ekimae", made[::-1], START))
    assert first == {one.play_id for one in made[:80]}
    assert again == {one.play_id for one in made[80:]}
    assert writer.submit(lambda connection: insert_plays(connection, "ekimae", [], START)) == frozenset()
    assert Plays(engine).between(["entrance"], START, START + timedelta(hours=1)) == made


def test_a_stretch_grows(engine: Engine, writer: GroupWriter) -> None:
    one = Stretch("entrance", START, START, Condition.PLAYING)
    for until in (START, START + timedelta(minutes=5)):
        writer.submit(lambda connection, until=until: put_stretch(connection, replace(one, until=until)))
    kept = Conditions(engine).between(["entrance"], START, START + timedelta(hours=1))
    assert kept == [replace(one, until=START + timedelta(minutes=5))]
