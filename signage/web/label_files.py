"""Sheets of labels in, an SVG of one or a PDF of all out."""

import io
import re
from functools import cache, lru_cache
from html import escape

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from signage.bundle.find import path
from signage.web.label_sheets import PAPER, Sheet, Symbol

_FONT = "BIZ UDPGothic"
_RUN = re.compile(r"M(\d+) (\d+)h(\d+)")


@lru_cache(4096)
def measure(text: str) -> float:
    """Width in the PDF's font, of size 1. Raises MissingFile before `shelfcast assets pull`."""
    return float(_font().stringWidth(text, 1))


def svg(sheet: Sheet) -> str:
    """In millimetres; every text keeps to its width whatever font the reader has."""
    width, height = PAPER
    symbols = "".join(
        f'<path transform="translate({mark.x:.2f} {mark.y:.2f}) scale({mark.module:.4f})" d="{mark.path}"/>'
        for mark in sheet.symbols
    )
    texts = "".join(
        f'<text x="{mark.x:.2f}" y="{mark.y:.2f}" font-size="{mark.size:.2f}" textLength="{mark.width:.2f}" '
        f'lengthAdjust="spacingAndGlyphs">{escape(mark.text)}</text>'
        for mark in sheet.texts
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" viewBox="0 0 {width:g} {height:g}">'
        f'<path fill="#fff" d="M0 0h{width:g}v{height:g}H0z"/><g shape-rendering="crispEdges">{symbols}</g>'
        f'<g font-family="{_FONT}, Noto Sans JP, sans-serif">{texts}</g></svg>'
    )


def pdf(sheets: list[Sheet], title: str) -> bytes:
    """One page for each, with the letters that it needs inside; the same bytes for the same sheets."""
    _font()
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(PAPER[0] * mm, PAPER[1] * mm), invariant=1)
    canvas.setTitle(title)
    for sheet in sheets:
        for mark in sheet.texts:
            canvas.setFont(_FONT, mark.size * mm)
            canvas.drawString(mark.x * mm, (PAPER[1] - mark.y) * mm, mark.text)
        for symbol in sheet.symbols:
            _draw(canvas, symbol)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _draw(canvas: Canvas, symbol: Symbol) -> None:
    """As one shape: between two that touch a printer may leave a hair of white."""
    shape = canvas.beginPath()
    for x, y, length in _RUN.findall(symbol.path):
        left, bottom = symbol.x + int(x) * symbol.module, PAPER[1] - symbol.y - (int(y) + 1) * symbol.module
        shape.rect(left * mm, bottom * mm, int(length) * symbol.module * mm, symbol.module * mm)
    canvas.drawPath(shape, stroke=0, fill=1)


@cache
def _font() -> TTFont:
    font = TTFont(_FONT, path("assets", "ready", "print", "biz-udpgothic.ttf"))
    pdfmetrics.registerFont(font)
    return font
