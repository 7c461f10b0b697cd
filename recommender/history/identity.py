"""Who is who: identifiers are hashed under the history's own key; edges that sources tell join them to profiles."""

import hashlib
import hmac
import os
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path

from recommender.storage import members
from recommender.storage.engine import Connection
from recommender.storage.members import Edge

RETAILER = "retailer"  # the namespace of `member_id` in order lines
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


def link(connection: Connection, edge: Edge, at: int) -> None:
    """Keeps the edge and joins the two profiles."""
    members.put_edge(connection, edge, at)
    regroup(connection, (edge.a, edge.b))


def revoke(connection: Connection, source: str, event_id: str, at: int) -> bool:
    """Takes an edge back and parts what only it joined; False when there is no such edge."""
    edge = members.revoke_edge(connection, source, event_id, at)
    if edge is None:
        return False
    regroup(connection, (edge.a, edge.b))
    return True


def regroup(connection: Connection, touched: Iterable[int]) -> None:
    """Profiles follow from the edges that hold: works them out again for all that the touched identifiers belonged to."""
    ids = {n for t in touched for n in members.profile_members(connection, t)}
    edges = members.edges_of(connection, ids)
    members.set_profiles(connection, components(ids, [(e.a, e.b) for e in edges]))


def components(ids: Collection[int], pairs: Iterable[tuple[int, int]]) -> list[set[int]]:
    """Union-find: ids and the pairs that are one -> the groups."""
    parent = {n: n for n in ids}

    def _root(n: int) -> int:
        while parent[n] != n:
            parent[n] = n = parent[parent[n]]
        return n

    for a, b in pairs:
        parent[_root(a)] = _root(b)
    groups: dict[int, set[int]] = defaultdict(set)
    for n in ids:
        groups[_root(n)].add(n)
    return list(groups.values())
