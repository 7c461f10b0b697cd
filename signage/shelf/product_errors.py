"""A product code that leads nowhere in, a page that says why and what to do out."""

from flask import Response

from signage.shelf import texts
from signage.shelf.frame import message, say


def bad_code(code: str, why: str) -> Response:
    """400: `why` is a key of texts.WHY_BAD_CODE."""
    lines = [say(texts.WHY_BAD_CODE[why]), say(texts.LABEL_REMEDY)]
    return message(texts.NOT_FOUND, lines, 400, code=code)


def unknown(gtin: str) -> Response:
    """404: a right code of a product that the catalogue doesn't have."""
    return message(texts.NOT_FOUND, [say(texts.NOT_LISTED), say(texts.LABEL_REMEDY)], 404, code=gtin)
