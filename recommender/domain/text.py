"""Text that people wrote and people will read."""

_WIDE_SPACE = "\u3000"  # as Japanese is written


def one_line(text: str) -> bool:
    """Can people see all of it? No line break, control character, or sign that turns the direction of what follows."""
    return text.replace(_WIDE_SPACE, " ").isprintable()
