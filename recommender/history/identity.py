"""Who is who: identifiers are hashed under the history's own key; edges that sources tell join them to profiles."""

import hashlib
import hmac
import os
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from recommender.domain.limits import Limits
from recommender.history.partition import HUB, partition
from recommender.storage import edges, members
from recommender.storage.edges import Edge
from recommender.storage.engine import Connection

RETAILER = "retailer"  # the namespace of `member_id` in order lines and of `userId` in events
ANONYMOUS = "anonymous"  # of `anonymousId`: a browser or an app before anybody signed in
KEY_BYTES = 32


def history_key(data_dir: Path) -> bytes:
    """The key that identifiers are hashed under: made once, kept in the data directory, readable by its owner alone.

    Raises ValueError for a damaged file: a new key would cut every member from their history."""
    path = data_dir / "history.key"
    data_dir.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = data_dir / f".history.key.{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails when another process was first: then its key counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise ValueError(f"{path} must hold {KEY_BYTES} bytes; restore it from a backup")
    return key


def hashed(key: bytes, namespace: str, value: str) -> bytes:
    """HMAC-SHA-256 of an identifier's value."""
    return hmac.new(key, f"{namespace}\0{value}".encode(), hashlib.sha256).digest()


def resolve(connection: Connection, key: bytes, namespace: str, values: Collection[str]) -> dict[str, int]:
    """Value -> identifier id, made where there is none."""
    by_hash = {hashed(key, namespace, value): value for value in values}
    return {by_hash[h]: n for h, n in members.ensure(connection, namespace, list(by_hash)).items()}


def link(connection: Connection, told: Sequence[Edge]) -> list[int]:
    """Keeps the links; gives their ends, for `regroup`. So do the next two."""
    edges.put_edges(connection, told)
    return [n for edge in told for n in (edge.a, edge.b)]


def seen_together(connection: Connection, told: Sequence[Edge]) -> list[int]:
    """Links that events carry in passing: each pair once for a source, and never again once it was taken back."""
    fresh: dict[tuple[str, int, int], Edge] = {}
    for edge in told:
        fresh.setdefault((edge.source, min(edge.a, edge.b), max(edge.a, edge.b)), edge)
    for source in {edge.source for edge in told}:
        for a, b in edges.told_pairs(connection, source, {n for edge in told for n in (edge.a, edge.b)}):
            fresh.pop((source, a, b), None)
    return link(connection, list(fresh.values()))


def revoke_between(connection: Connection, source: str, ends: tuple[int, int], at: int) -> list[int]:
    """Takes back all links of `source` between the two; [] when it made none."""
    return list(ends) if edges.revoke_between(connection, source, *ends, at) else []


def forget(connection: Connection, ids: Collection[int], at: int) -> int:
    """Deletes these identifiers, their links and everything that hangs on them; gives how many order lines that were.

    What somebody else laid claim to as well stays nobody's: it isn't theirs now because the other one is gone."""
    members.drop_events(connection, edges.drop(connection, ids))
    return members.forget(connection, ids, at)


def regroup(connection: Connection, touched: Iterable[int], limits: Limits) -> None:
    """Profiles follow from the links that hold: works them out again for all that these reach, once for each link that
    came or went (an identifier counts as often as it is named)."""
    times = Counter(touched)
    if not times:
        return
    around, links, hubs = _reach(connection, times)
    before = members.profiles_of(connection, around)
    namespaces = members.namespaces_of(connection, around)
    after, why = partition(namespaces, links, limits, hubs)
    moved = {n: profile for n, profile in after.items() if before[n] != profile}
    members.set_profiles(connection, moved)
    members.touch(connection, moved)
    edges.mark(connection, {key: why[key] for x in links if why[key := (x.source, x.event_id)] != x.refused})


def _reach(connection: Connection, times: Counter[int]) -> tuple[set[int], list[Edge], set[int]]:
    """Identifiers that links lead to from these, those links, and which of the identifiers are hubs.

    What lies behind a hub isn't looked at, unless it became one or ceased to be one just now."""
    around, links, hubs = set[int](), dict[tuple[str, str], Edge](), set[int]()
    edge: set[int] = set(times)
    while edge:
        around |= edge
        counts = edges.links_of(connection, edge)
        hubs |= {n for n in edge if counts[n] > HUB}
        settled = {n for n in edge if counts[n] > HUB + times[n]}
        found = edges.holding(connection, edge - settled) + edges.holding(connection, settled, confirmed=True)
        links |= {(x.source, x.event_id): x for x in found}
        edge = {n for x in found for n in (x.a, x.b)} - around
    return around, list(links.values()), hubs
