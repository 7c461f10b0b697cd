"""How right and how fast telling people apart is: 100,000 made-up people with three identifiers each, 1 % wrong links.

Every person has a member number, an app and a browser; each source tells two links of a person, as chains (number - app -
browser) for one half of the people and as stars (number - app, number - browser) for the other. Beside them come, at any
time between the others, wrong links (`WRONG` of their number), each between any two identifiers of two people. All of it
is synthetic, and goes through the ordinary intake into a history on disk.

precision       of pairs of identifiers that ended in one profile, the share that are one person's
recall          of pairs that are one person's, the share that ended in one profile
restored        after the wrong links were taken back: is every profile exactly one person?
refused         links that join nobody, before that
people_per_s    people told apart a second, links recorded and committed in batches of 1,000
rebuild_s       CPU seconds to work all profiles out anew from the links, in memory

`PEOPLE` says another number. The last line of stdout is one JSON object with these keys.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import combinations, islice
from pathlib import Path
from random import Random
from time import perf_counter, process_time

from sqlalchemy import Engine, select

from recommender.domain.event import Event, IdentityLinked, IdentityRevoked, Payload
from recommender.domain.limits import Limits
from recommender.history.events import Intake
from recommender.history.identity import hashed
from recommender.history.partition import partition
from recommender.storage import edges, members
from recommender.storage.engine import open_engine, write
from recommender.storage.migrate import upgrade
from recommender.storage.schema import identifiers

PEOPLE = int(os.environ.get("PEOPLE", "100000"))
WRONG = 0.01
KINDS = ("retailer", "app", "anonymous")
BATCH = 1000
SEED = 20261122
NOW = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)
Name = tuple[str, int]  # kind, person


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-identity-") as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'history.db'}")
        upgrade(engine)
        print(json.dumps(_measure(engine)))
        engine.dispose()


def _measure(engine: Engine) -> dict[str, float]:
    chance = Random(SEED)
    links, wrong = _links(chance)
    intake = Intake(bytes(32), "UTC", Limits.read("retailer=1,*=10"))
    order = list(range(len(links)))
    chance.shuffle(order)
    start = perf_counter()
    _tell(engine, intake, ((f"link-{n}", _linked(*links[n])) for n in order))
    people_per_s = PEOPLE / (perf_counter() - start)
    precision, recall, _ = _score(engine, intake)
    refused = len(edges.refused_links(engine))
    rebuild_s = _rebuild(engine)
    _tell(engine, intake, ((f"back-{n}", IdentityRevoked(f"link-{n}")) for n in wrong))
    *_, restored = _score(engine, intake)
    return {
        "precision": round(precision, 5), "recall": round(recall, 5), "restored": restored, "refused": refused,
        "wrong": len(wrong), "links": len(links), "people": PEOPLE,
        "people_per_s": round(people_per_s), "rebuild_s": round(rebuild_s, 2),
    }  # fmt: skip


def _links(chance: Random) -> tuple[list[tuple[Name, Name]], list[int]]:
    """All links, and the places of the wrong ones."""
    links: list[tuple[Name, Name]] = []
    for person in range(PEOPLE):
        number, app, browser = ((kind, person) for kind in KINDS)
        links += [(number, app), (app if person % 2 else number, browser)]
    right = len(links)
    while len(links) < right + round(right * WRONG):
        a, b = ((chance.choice(KINDS), chance.randrange(PEOPLE)) for _ in range(2))
        if a[1] != b[1]:
            links.append((a, b))
    return links, list(range(right, len(links)))


def _linked(a: Name, b: Name) -> IdentityLinked:
    return IdentityLinked(a[0], f"person-{a[1]}", b[0], f"person-{b[1]}")


def _tell(engine: Engine, intake: Intake, told: Iterator[tuple[str, Payload]]) -> None:
    done = 0
    while batch := [Event("crm", name, NOW, payload) for name, payload in islice(told, BATCH)]:
        answers, _ = write(engine, lambda connection, batch=batch: intake.apply(connection, batch, NOW))  # type: ignore[misc]
        assert set(answers) == {"recorded"}
        done += len(batch)
        print(f"\r{done:,} told", end="", file=sys.stderr)
    print(file=sys.stderr)


def _score(engine: Engine, intake: Intake) -> tuple[float, float, bool]:
    """Pairwise precision and recall, and whether profiles are exactly the people."""
    person = {hashed(intake.key, kind, f"person-{n}"): n for kind in KINDS for n in range(PEOPLE)}
    profiles: dict[int, list[int]] = {}
    with engine.connect() as connection:
        for row in connection.execute(select(identifiers.c.value_hash, identifiers.c.profile_id)):
            profiles.setdefault(row.profile_id, []).append(person[row.value_hash])
    same = [a == b for group in profiles.values() for a, b in combinations(group, 2)]
    exact = sorted(profiles.values()) == [[n] * len(KINDS) for n in range(PEOPLE)]
    return sum(same) / len(same), sum(same) / (PEOPLE * 3), exact


def _rebuild(engine: Engine) -> float:
    with engine.connect() as connection:
        ids: Sequence[int] = list(connection.execute(select(identifiers.c.id)).scalars())
        names, links = members.namespaces_of(connection, ids), edges.holding(connection, ids)
    start = process_time()
    partition(names, links, Limits.read("retailer=1,*=10"))
    return process_time() - start


if __name__ == "__main__":
    main()
