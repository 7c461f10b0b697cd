"""What staff may ask of a screen, and what somebody is told of by themselves: two closed lists."""

from enum import StrEnum


class Verb(StrEnum):
    """Commands to a player. There is no other."""

    IDENTIFY = "identify"
    RELOAD = "reload"
    CLEAR_CACHE = "clear_cache"
    REPORT = "report"
    CAPTURE = "capture"


class AlertKind(StrEnum):
    """What an alert may be about. There is nothing else."""

    NO_CONTACT = "no_contact"
    DARK = "dark"
    NOT_AS_EXPECTED = "not_as_expected"
    PLAYS_DOUBTED = "plays_doubted"
    LIVE_AWAY = "live_away"
    TEST = "test"  # asked for by a person, to see whether alerts arrive


class NotToldWhy(StrEnum):
    """Why an alert was not told, for people's pages."""

    AWAY = "away"  # nobody answers there, or not in time
    PRIVATE = "private"  # the address is one of a private network
    UNTRUSTED = "untrusted"  # its certificate is not to be trusted
    REFUSED = "refused"  # it answered with something else than yes
