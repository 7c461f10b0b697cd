"""Passwords: what is refused, and Argon2id hashes. Hashing takes tens of milliseconds, so pages offload it."""

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from signage.domain.errors import Invalid

MIN_LENGTH = 10
MAX_LENGTH = 200
_HASHER = PasswordHasher()
# What guessing programs try first, among those long enough to pass; case and digits at the end don't help.
_COMMON = frozenset(
    {
        "password", "passwords", "passw0rd", "p@ssword", "p@ssw0rd", "qwerty", "qwertyui", "qwertyuiop", "asdfghjkl",
        "zxcvbnm", "letmein", "welcome", "iloveyou", "admin", "adminadmin", "administrator", "superadmin", "rootroot",
        "changeme", "default", "secret", "trustno", "shelfcast", "signage", "digitalsignage", "sakura", "nippon",
        "tokyo", "doraemon", "pokemon", "baseball", "football", "princess", "sunshine", "dragon", "monkey", "master",
        "shadow", "michael", "passpass", "testtest", "guestguest", "abcdefghij", "abcabc",
    }
)  # fmt: skip
# Fits no password, and takes as long to find out as any: made of zeros, since hashing would hold up every start.
_NOBODY = f"$argon2id$v=19$m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}${'A' * 22}${'A' * 43}"


def check(password: str, email: str) -> None:
    """Raises Invalid, saying what to choose instead."""
    if len(password) < MIN_LENGTH:
        raise Invalid("password_short", "Use at least 10 characters.", "10文字以上にしてください。")
    if len(password) > MAX_LENGTH:
        raise Invalid("password_long", "Use at most 200 characters.", "200文字以内にしてください。")
    core = password.casefold().strip("0123456789!?.@#-_ ")
    local_part = email.casefold().split("@")[0]
    if not core or core in _COMMON or len(set(password)) < 4 or (local_part and core == local_part):
        raise Invalid(
            "password_common",
            "This password is easy to guess. Use several words or a password manager.",
            "推測されやすいパスワードです。複数の単語をつなげるか、パスワード管理ソフトで作ってください。",
        )


def hashed(password: str) -> str:
    return _HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Does it match? Takes as long for an address that nobody has, so the answer's time tells nothing."""
    try:
        return _HASHER.verify(password_hash or _NOBODY, password[:MAX_LENGTH]) and password_hash is not None
    except (Argon2Error, InvalidHashError):
        return False
