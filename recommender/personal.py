"""Door `personal`: a member's code, what it is worth on a screen, and the member's own page."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Protocol

from recommender.artifacts import Artifacts, Store
from recommender.domain.history import MemberHistory, Seen
from recommender.domain.instant import to_ms
from recommender.domain.member import Account, CodeRefused, Devices, MemberCode, PasskeyRefused, Purpose, Refusal, Site
from recommender.domain.recommendation import Affinity, Scored, left_out
from recommender.history import account, arms, codes, devices, passkeys
from recommender.live import Live, Unavailable
from recommender.serving import personal
from recommender.serving.recent import rebuilt, recent
from recommender.serving.rules import RulesOf
from recommender.serving.tally import Tally
from recommender.storage import accounts, interactions, members
from recommender.storage.accounts import Alias
from recommender.storage.engine import Connection, Engine, scrub, write

AFFINITY_ITEMS = 30
USED_FOR_S = 4 * codes.STEP_S  # longer than a code can be accepted
ALIAS_SECRET_BYTES = 32
MOST_CODES = 60  # half an hour's


class Personal(Protocol):
    """`session` is the opaque secret of a phone's cookie; only its hash is stored. All raise SignInRefused for a bad one."""

    def sign_in(self, link: str, device: str = "") -> str:
        """One-time link secret -> a new session. `device`: where, in a few words. Raises SignInRefused."""
        ...

    def sign_out(self, session: str) -> None: ...

    def ask_for_new_passkey(self, session: str, site: Site) -> str:
        """The options, JSON, with which the member's browser makes a passkey. Raises PasskeyRefused."""
        ...

    def add_passkey(self, session: str, site: Site, answer: str, device: str) -> None:
        """`answer`: what the browser made of the options, JSON. Each challenge is good once. Raises PasskeyRefused."""
        ...

    def ask_for_passkey(self, site: Site) -> str:
        """The options, JSON, with which anybody's browser proves whose it is. Raises PasskeyRefused."""
        ...

    def sign_in_by_passkey(self, site: Site, answer: str, device: str) -> str:
        """A new session. Raises PasskeyRefused."""
        ...

    def devices(self, session: str) -> Devices:
        """Where the member is signed in, and by what they may sign in."""
        ...

    def end_device(self, session: str, handle: str) -> None:
        """Ends that session of theirs, or removes that passkey; nothing for what isn't theirs."""
        ...

    def code(self, session: str, now: datetime) -> MemberCode:
        """The code to hold up now."""
        ...

    def coming_codes(self, session: str, now: datetime, count: int) -> list[MemberCode]:
        """The code to hold up now, and those that follow it. Raises ValueError for more than MOST_CODES."""
        ...

    def affinity(self, code: str, store_id: str, now: datetime) -> Affinity:
        """Accepts a code once, records the check-in (store and hour), gives public-safe picks. Raises CodeRefused."""
        ...

    def picks(
        self, session: str, store_id: str, now: datetime, limit: int, *, without: Collection[str] = ()
    ) -> list[Scored]:
        """Recommendations for the member's own phone; [] without that consent. without: GTINs that were shown already.
        Raises ValueError for more than LEFT_OUT of them."""
        ...

    def account(self, session: str) -> Account: ...

    def consent(self, session: str, purpose: Purpose, granted: bool, now: datetime) -> None:
        """Works on the next request."""
        ...

    def export(self, session: str) -> dict[str, object]:
        """The member's whole record as JSON-ready values."""
        ...

    def erase(self, session: str, now: datetime) -> None:
        """Deletes the member's history, identifiers and sessions; artifacts forget at the next training."""
        ...


@dataclass(frozen=True, slots=True)
class LocalPersonal:
    """The door in process. `random` gives that many unpredictable bytes; `clock` times what carries no `now`; `tally`
    counts how lists came about. `holdout_percent` of the members have no picks on screens."""

    engine: Engine
    live: Live
    store: Store
    rules: RulesOf
    tally: Tally
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]
    holdout_percent: int = 0

    def sign_in(self, link: str, device: str = "") -> str:
        signing = partial(account.sign_in, link=link, now=self.clock(), random=self.random, device=device)
        return write(self.engine, signing)

    def sign_out(self, session: str) -> None:
        write(self.engine, partial(accounts.drop_session, secret_hash=account.secret_hash(session)))

    def ask_for_new_passkey(self, session: str, site: Site) -> str:
        user_handle = self.random(passkeys.HANDLE_BYTES)
        with self._signed_in(session, self.clock()) as (connection, member):
            challenge = self._challenge(devices.purpose(member, user_handle))
            return devices.ask_to_make(connection, member, site, challenge, user_handle)

    def add_passkey(self, session: str, site: Site, answer: str, device: str) -> None:
        now, making = self.clock(), passkeys.read_making(answer)

        def _add(connection: Connection) -> None:
            member = account.signed_in(connection, session, now)
            devices.add_passkey(connection, member, site, making, meant=meant, device=device, now=now)

        meant = self._meant(making.challenge)
        write(self.engine, _add)

    def ask_for_passkey(self, site: Site) -> str:
        return passkeys.ask_to_use(site, self._challenge(devices.ANYBODY))

    def sign_in_by_passkey(self, site: Site, answer: str, device: str) -> str:
        using = passkeys.read_using(answer)
        signing = partial(
            devices.sign_in,
            site=site, using=using, meant=self._meant(using.challenge), device=device, now=self.clock(), random=self.random,
        )  # fmt: skip
        return write(self.engine, signing)

    def devices(self, session: str) -> Devices:
        now = self.clock()
        with self._signed_in(session, now) as (connection, member):
            return devices.devices(connection, member, session, now)

    def end_device(self, session: str, handle: str) -> None:
        now = self.clock()

        def _end(connection: Connection) -> None:
            devices.end(connection, account.signed_in(connection, session, now), handle, now)

        write(self.engine, _end)

    def code(self, session: str, now: datetime) -> MemberCode:
        return self.coming_codes(session, now, 1)[0]

    def coming_codes(self, session: str, now: datetime, count: int) -> list[MemberCode]:
        if not 0 < count <= MOST_CODES:
            raise ValueError(f"1 to {MOST_CODES} codes at once")
        first = codes.step_at(now)
        steps = range(first, first + count)
        with self._signed_in(session, self.clock()) as (connection, member):
            known = {day: accounts.alias_of(connection, member, day) for day in {codes.day_of(step) for step in steps}}
        aliases = {day: alias or self._new_alias(member, day) for day, alias in sorted(known.items())}
        found = []
        for step in steps:
            alias = aliases[codes.day_of(step)]
            found.append(MemberCode(codes.make(alias.alias, alias.secret, step), codes.start_of(step + 1)))
        return found

    def affinity(self, code: str, store_id: str, now: datetime) -> Affinity:
        read = codes.read(code)
        if read is None:
            raise CodeRefused(Refusal.INVALID)
        with self.engine.connect() as connection:
            alias = accounts.find_alias(connection, read.alias)
            signed = read.is_signed(alias.secret if alias else bytes(ALIAS_SECRET_BYTES))  # the same work either way
            if alias is None or not signed or codes.day_of(read.step) != alias.day:
                raise CodeRefused(Refusal.INVALID)
            if abs(codes.step_at(now) - read.step) > 1:
                raise CodeRefused(Refusal.EXPIRED)
            if not account.agreed(connection, alias.identifier_id, Purpose.RECOMMEND_SCREEN):
                raise CodeRefused(Refusal.NO_CONSENT)
        self._use_up(read, now)
        write(self.engine, partial(interactions.add_interactions, rows=[interactions.check_in(store_id, to_ms(now))]))
        with self.engine.connect() as connection:
            known = rebuilt(connection, members.profile_members(connection, alias.identifier_id), now)
        artifacts = self.store.current()
        return Affinity(
            tuple(self._rank(artifacts, known, store_id, now, AFFINITY_ITEMS, public=True)),
            artifacts.version,
            arms.withheld(alias.identifier_id, self.holdout_percent),
        )

    def picks(
        self, session: str, store_id: str, now: datetime, limit: int, *, without: Collection[str] = ()
    ) -> list[Scored]:
        shown = left_out(without)
        with self._signed_in(session, now) as (connection, member):
            if not account.agreed(connection, member, Purpose.RECOMMEND_PHONE):
                return []
            may_keep, tell = partial(_agrees_still, connection, member), partial(self.tally.add, "member_state")
            known = recent(connection, self.live, member, now, tell=tell, may_keep=may_keep)
        return self._rank(self.store.current(), known, store_id, now, limit, public=False, without=shown)

    def account(self, session: str) -> Account:
        with self._signed_in(session, self.clock()) as (connection, member):
            return account.account(connection, member)

    def consent(self, session: str, purpose: Purpose, granted: bool, now: datetime) -> None:
        def _say(connection: Connection) -> list[int]:
            member = account.signed_in(connection, session, now)
            account.set_consent(connection, member, purpose, granted, now)
            return members.profile_members(connection, member)

        ids = write(self.engine, _say)
        if not granted:
            self.live.forget(ids)

    def export(self, session: str) -> dict[str, object]:
        with self._signed_in(session, self.clock()) as (connection, member):
            return account.export(connection, member)

    def erase(self, session: str, now: datetime) -> None:
        def _forget(connection: Connection) -> list[int]:
            member = account.signed_in(connection, session, now)
            ids = members.profile_members(connection, member)
            account.erase(connection, member, now)
            return ids

        self.live.forget(write(self.engine, _forget))
        scrub(self.engine)

    @contextmanager
    def _signed_in(self, session: str, now: datetime) -> Iterator[tuple[Connection, int]]:
        """Raises SignInRefused."""
        with self.engine.connect() as connection:
            yield connection, account.signed_in(connection, session, now)

    def _rank(
        self,
        artifacts: Artifacts,
        known: tuple[MemberHistory, Seen],
        store_id: str,
        now: datetime,
        limit: int,
        *,
        public: bool,
        without: Collection[str] = (),
    ) -> list[Scored]:
        history, seen = known
        barred, tell = self.rules(store_id, public), partial(self.tally.add, "list")
        return personal.rank(
            artifacts, history, store_id, now, limit,
            public=public, seen=seen, without=without, barred=barred, tell=tell,
        )  # fmt: skip

    def _new_alias(self, member: int, day: int) -> Alias:
        fresh = Alias(self.random(codes.ALIAS_BYTES), member, day, self.random(ALIAS_SECRET_BYTES))
        return write(self.engine, partial(accounts.put_alias, alias=fresh))

    def _challenge(self, meant: bytes) -> bytes:
        """A fresh one, kept for as long as it is good. Raises PasskeyRefused when nothing can be kept."""
        challenge = self.random(passkeys.CHALLENGE_BYTES)
        try:
            self.live.challenge(sha256(challenge).hexdigest(), meant, passkeys.CHALLENGE_S)
        except Unavailable:
            raise PasskeyRefused("no challenge can be kept right now") from None
        return challenge

    def _meant(self, challenge: bytes) -> bytes:
        """What a challenge was given out for; with that it is used up. Raises PasskeyRefused."""
        try:
            meant = self.live.challenged(sha256(challenge).hexdigest())
        except Unavailable:
            raise PasskeyRefused("no challenge can be looked up right now") from None
        if meant is None:
            raise PasskeyRefused("the challenge is unknown, used or too old")
        return meant

    def _use_up(self, read: codes.ReadCode, now: datetime) -> None:
        """A server that started after the code's step may have forgotten that it was used. Raises CodeRefused."""
        try:
            first, uptime_s = self.live.claim(read.name, USED_FOR_S)
        except Unavailable:
            raise CodeRefused(Refusal.UNAVAILABLE) from None
        if not first:
            raise CodeRefused(Refusal.USED)
        if now - timedelta(seconds=uptime_s) > codes.start_of(read.step):
            raise CodeRefused(Refusal.UNAVAILABLE)


def _agrees_still(connection: Connection, member: int) -> bool:
    """As the database is now, and not as it was when the reading began."""
    connection.rollback()
    return account.agreed(connection, member, Purpose.RECOMMEND_PHONE)
