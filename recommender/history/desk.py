"""The retailer's side of membership: links, sessions and consents for an identifier that they vouch for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from recommender.domain.member import Purpose
from recommender.history import account
from recommender.storage.engine import Engine, write


@dataclass(frozen=True, slots=True)
class Desk:
    """`random` gives that many unpredictable bytes."""

    engine: Engine
    key: bytes
    clock: Callable[[], datetime]
    random: account.Random

    def find(self, namespace: str, value: str) -> int | None:
        """The identifier's id, None for somebody the history has never heard of."""
        with self.engine.connect() as connection:
            return account.identifier(connection, self.key, namespace, value)

    def link(self, identifier_id: int) -> str:
        """A one-time sign-in link's secret."""
        make = partial(account.make_link, identifier_id=identifier_id, now=self.clock(), random=self.random)
        return write(self.engine, make)

    def session(self, identifier_id: int) -> str:
        make = partial(account.make_session, identifier_id=identifier_id, now=self.clock(), random=self.random)
        return write(self.engine, make)

    def consent(self, identifier_id: int, purpose: str, granted: bool) -> None:
        now, about = self.clock(), Purpose(purpose)
        write(self.engine, lambda connection: account.set_consent(connection, identifier_id, about, granted, now))

    def consent_to_all(self, identifier_id: int) -> None:
        for purpose in Purpose:
            self.consent(identifier_id, purpose, True)
