"""A PDF somebody sent -> its pages as pixels, one after the other. Nothing in it is run; only what is printed is drawn."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image

from signage.media.refusals import refused

MAX_PAGES = 50
LONGEST = 2560  # px: sharp on a screen of 1,920, and a page of it fits under the memory cap many times
_ASKS_PASSWORD = "password"


def pages(path: Path, only: int = 0) -> Iterator[tuple[int, int, Image.Image]]:
    """(number from 1, how many come, pixels), of all pages or of the one whose number is `only`.

    Raises RefusedFile: damaged, locked, empty, too many pages."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise refused("pdf_locked" if _ASKS_PASSWORD in str(error).lower() else "broken_pdf") from error
    with document:
        if not len(document):
            raise refused("broken_pdf")
        if len(document) > MAX_PAGES:
            raise refused("pdf_pages", pages=len(document), most=MAX_PAGES)
        chosen = [only - 1] if only else range(len(document))
        for number in chosen:
            yield number + 1, len(chosen), _drawn(document, number)


def _drawn(document: pypdfium2.PdfDocument, number: int) -> Image.Image:
    try:
        page = document[number]
        width, height = page.get_size()
        if min(width, height) < 1:
            raise refused("broken_pdf")
        image: Image.Image = page.render(scale=LONGEST / max(width, height), may_draw_forms=False).to_pil()
        return image.convert("RGB")
    except pypdfium2.PdfiumError as error:
        raise refused("broken_pdf") from error
