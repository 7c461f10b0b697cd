"""A member's own account: signing in, what they agreed to, what is kept of them, and its erasure."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta

from recommender.domain import instant
from recommender.domain.member import Account, BoughtLine, Consent, Purpose, SignInRefused
from recommender.history import identity
from recommender.storage import accounts, edges, events, interactions, members, passkeys, purchases, returns
from recommender.storage.accounts import ConsentRow, SessionRow
from recommender.storage.engine import Connection
from recommender.storage.purchases import MemberLine

CONSENT_VERSION = "1"  # grows when the wording changes
LINK_LIFE = timedelta(minutes=15)
SESSION_LIFE = timedelta(days=30)
SECRET_BYTES = 32
RECENT = 20
SEEN = {"ProductViewed": "viewed", "ProductAdded": "added", "ProductRemoved": "removed", "ShelfScanned": "scanned"}

Random = Callable[[int], bytes]  # number of bytes -> that many unpredictable ones


def secret_hash(secret: str) -> bytes:
    """Secrets are long and random: a plain SHA-256 is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def make_link(connection: Connection, identifier_id: int, now: datetime, random: Random) -> str:
    """A new one-time sign-in link's secret."""
    secret = random(SECRET_BYTES).hex()
    accounts.put_link(connection, secret_hash(secret), identifier_id, instant.to_ms(now + LINK_LIFE))
    return secret


def make_session(connection: Connection, identifier_id: int, now: datetime, random: Random, device: str = "") -> str:
    """A new session's secret. `device`: where it begins, in a few words."""
    secret = random(SECRET_BYTES).hex()
    times = instant.to_ms(now), instant.to_ms(now + SESSION_LIFE)
    accounts.put_session(connection, SessionRow(secret_hash(secret), identifier_id, *times, device))
    return secret


def sign_in(connection: Connection, link: str, now: datetime, random: Random, device: str = "") -> str:
    """Raises SignInRefused."""
    identifier_id = accounts.use_link(connection, secret_hash(link), instant.to_ms(now))
    if identifier_id is None:
        raise SignInRefused("this sign-in link is unknown, used or too old")
    return make_session(connection, identifier_id, now, random, device)


def signed_in(connection: Connection, session: str, now: datetime) -> int:
    """The identifier of the session. Raises SignInRefused."""
    identifier_id = accounts.session_member(connection, secret_hash(session), instant.to_ms(now))
    if identifier_id is None:
        raise SignInRefused("not signed in")
    return identifier_id


def agreed(connection: Connection, identifier_id: int, purpose: Purpose) -> bool:
    """Did this identifier grant it, and has none that belongs to the same person taken it back?"""
    ids = members.profile_members(connection, identifier_id)
    said = {
        row.identifier_id: row.granted for row in accounts.newest_consents(connection, ids) if row.purpose == purpose
    }
    return said.get(identifier_id, False) and all(said.values())


def set_consent(connection: Connection, identifier_id: int, purpose: Purpose, granted: bool, now: datetime) -> None:
    """The same said again adds nothing. A refusal is said for all identifiers of the person, a grant for this one and
    for those that refused."""
    ids = members.profile_members(connection, identifier_id)
    said = {
        row.identifier_id: row.granted for row in accounts.newest_consents(connection, ids) if row.purpose == purpose
    }
    speaking = {identifier_id} | {n for n in said if said[n] != granted}
    for n in sorted(speaking):
        if said.get(n) != granted:
            accounts.put_consent(connection, ConsentRow(n, purpose, granted, CONSENT_VERSION, instant.to_ms(now)))


def account(connection: Connection, identifier_id: int) -> Account:
    ids = members.profile_members(connection, identifier_id)
    recent = purchases.member_lines(connection, ids, RECENT)
    first = purchases.first_day(connection, ids)
    rows = [row for row in accounts.newest_consents(connection, ids) if row.identifier_id == identifier_id]
    return Account(
        since=None if first is None else date.fromordinal(first),
        lines_total=purchases.count_lines(connection, ids),
        consents=tuple(Consent(Purpose(r.purpose), r.granted, r.version, instant.from_ms(r.at)) for r in rows),
        recent=tuple(_bought(line) for line in recent),
    )


def export(connection: Connection, identifier_id: int) -> dict[str, object]:
    """All that is kept about the person, JSON-ready. Identifiers are kept hashed, so only their kind can be said. What
    was recommended isn't kept."""
    ids = members.profile_members(connection, identifier_id)
    return {
        "identifiers": members.namespaces(connection, ids),
        "links": [
            {"told_by": source, "at": _text(at), "taken_back_at": None if gone is None else _text(gone)}
            for source, at, gone in edges.links_told(connection, ids)
        ],
        "consents": [
            {"purpose": r.purpose, "granted": r.granted, "version": r.version, "at": _text(r.at)}
            for r in accounts.every_consent(connection, ids)
        ],
        "sessions": [
            {"signed_in_at": _text(row.created_at), "device": row.device}
            for row in accounts.sessions_of(connection, ids)
        ],
        "passkeys": [
            {
                "made_at": _text(row.created_at),
                "device": row.device,
                "used_at": _text(row.used_at) if row.used_at else None,
            }
            for row in passkeys.of(connection, ids)
        ],
        "sign_in_links": [
            {"good_until": _text(until), "used_at": None if used is None else _text(used)}
            for until, used in accounts.link_times(connection, ids)
        ],
        "member_codes_on": [
            (instant.EPOCH.date() + timedelta(days=day)).isoformat() for day in accounts.alias_days(connection, ids)
        ],
        "events": [
            {"source": e.source, "id": e.event_id, "kind": e.kind, "at": _text(e.at)}
            for e in events.events_of(connection, ids)
        ],
        "purchases": [
            {
                "order_id": line.order_id,
                "line_id": line.line_id,
                "ordered_at": _text(line.at),
                "store_id": line.store_id,
                "gtin": line.gtin,
                "quantity": line.quantity,
                "returned": line.returned,
                "amount_minor": line.amount_minor,
                "currency": line.currency,
                "channel": line.channel,
            }
            for line in purchases.member_lines(connection, ids)
        ],
        "returns": [
            {"order_id": r.order_id, "line_id": r.line_id, "gtin": r.gtin, "quantity": r.quantity, "at": _text(r.at)}
            for r in returns.returns_of(connection, ids)
        ],
        "views": [
            {"kind": SEEN[view.kind], "at": _text(view.at), "gtin": view.gtin, "store_id": view.store_id}
            for view in interactions.views_of(connection, ids)
        ],
    }


def erase(connection: Connection, identifier_id: int, now: datetime) -> int:
    """Everything of the person goes, under all identifiers linked to them; gives how many lines that were."""
    return identity.forget(connection, members.profile_members(connection, identifier_id), instant.to_ms(now))


def identifier(connection: Connection, key: bytes, namespace: str, value: str) -> int | None:
    """The identifier's id, None for somebody the history has never heard of."""
    value_hash = identity.hashed(key, namespace, value)
    return members.find(connection, namespace, [value_hash]).get(value_hash)


def _text(ms: int) -> str:
    return instant.text(instant.from_ms(ms))


def _bought(line: MemberLine) -> BoughtLine:
    return BoughtLine(
        ordered_on=date.fromordinal(line.local_day),
        store_id=line.store_id,
        gtin=line.gtin,
        quantity=line.quantity - line.returned,
        amount_minor=line.amount_minor * (line.quantity - line.returned) // line.quantity,
        currency=line.currency,
        channel=line.channel,
    )
