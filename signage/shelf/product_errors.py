"""A product code that leads nowhere in, a page that says why and what to do out."""

from flask import Response

from signage.shelf import texts_find
from signage.shelf.frame import message, say


def bad_code(code: str, why: str) -> Response:
    """400: `why` is a key of texts_find.WHY_BAD_CODE."""
    return message(
        texts_find.NOT_FOUND,
        [say(texts_find.WHY_BAD_CODE[why]), say(texts_find.LABEL_REMEDY)],
        400,
        code=code,
        by_hand=True,
    )


def unknown(gtin: str) -> Response:
    """404: a right code of a product that the catalogue doesn't have."""
    return message(
        texts_find.NOT_FOUND, [say(texts_find.NOT_LISTED), say(texts_find.LABEL_REMEDY)], 404, code=gtin, by_hand=True
    )


def no_product() -> Response:
    """404: a right code of something else."""
    return message(texts_find.NOT_FOUND, [say(texts_find.NO_PRODUCT), say(texts_find.LABEL_REMEDY)], 404, by_hand=True)
