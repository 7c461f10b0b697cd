"""The errors that cross rooms of signage.

SignageError
├── NotFound         nothing by that name (404)
├── Invalid          the request can't be carried out as sent; says what to change (400/422)
├── Forbidden        known caller, not allowed (403)
├── Conflict         somebody else changed it, or it is in the wrong state (409)
├── RefusedFile      an upload that isn't what it says or can't be shown; names cause and remedy
└── Unavailable      a part that is needed now doesn't answer; try again (503)

Each carries a stable `code` (documented in docs/errors.md) and a text in ja and en.
"""

from dataclasses import dataclass, field


@dataclass
class SignageError(Exception):
    """`code` is stable and documented; `ja`/`en` say what happened and what to do."""

    code: str
    en: str
    ja: str
    figures: dict[str, str | int | float] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code}: {self.en}"


class NotFound(SignageError):
    pass


class Invalid(SignageError):
    pass


class Forbidden(SignageError):
    pass


class Conflict(SignageError):
    pass


class RefusedFile(SignageError):
    pass


class Unavailable(SignageError):
    pass
