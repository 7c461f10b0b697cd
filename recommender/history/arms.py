"""The members' holdout: a member's identifier in, the arm out. It is drawn here, and no more than one bit goes further."""

import hashlib

EXPERIMENT = "member-1"  # a new name draws new arms


def withheld(identifier_id: int, percent: int) -> bool | None:
    """True for that share of the members, the same ones for as long as the experiment has its name; None: there is none."""
    if not percent:
        return None
    digest = hashlib.sha256(f"{EXPERIMENT}\n{identifier_id}".encode()).digest()
    return int.from_bytes(digest[:8]) * 100 < percent << 64
