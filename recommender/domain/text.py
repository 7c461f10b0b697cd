"""Text that people wrote and people will read."""

import unicodedata

_WIDE_SPACE = "\u3000"  # as Japanese is written


def one_line(text: str) -> bool:
    """Can people see all of it? No line break, control character, or sign that turns the direction of what follows."""
    return text.replace(_WIDE_SPACE, " ").isprintable()


def as_seen(text: str) -> str:
    """Full and half width are one, so are all spaces, and what shows nothing isn't there."""
    wide = unicodedata.normalize("NFKC", text)
    return " ".join("".join(letter for letter in wide if letter.isprintable() or letter.isspace()).split())


def same_words(text: str) -> str:
    """One spelling for all ways to type it: Beer, BEER and Ｂｅｅｒ, ビール and its half-width form, whatever spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
