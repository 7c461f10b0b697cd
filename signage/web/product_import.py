"""Products by CSV: looked over line by line, and only then taken in by the recommender's own importer. Headquarters only."""

import csv
import re
from functools import partial
from pathlib import Path
from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from recommender.domain.imported import (
    PRODUCT_COLUMNS,
    PRODUCT_HEADINGS,
    PRODUCT_OPTIONAL,
    ImportedProducts,
    Reject,
    product_columns,
)
from signage.domain.errors import Conflict, Forbidden, Invalid
from signage.proof.report import table_csv
from signage.storage.users import Role
from signage.web.csv_files import decoded
from signage.web.guard import me, needs, takes_at_most
from signage.web.language import lang
from signage.web.ports import ports

MOST_BYTES = 5_000_000
MOST_LINES = 50_000
FIRST_LINE, UNREAD = 10_000, 20  # letters that are looked at, and headings that are named
_REQUEST = 2 * MOST_BYTES  # it comes back as a field of a form, and in UTF-8 Japanese is half as long again
REASONS = (  # of recommender/history/catalogue.py and files.py
    (r"not a GTIN \(digits\)", _l("The GTIN (JAN) isn’t digits only. Did a spreadsheet shorten it (4.9E+12)?")),
    (r"not a GTIN \(length\)", _l("The GTIN (JAN) has to have 8, 12, 13 or 14 digits.")),
    (r"not a GTIN \(check\)", _l("The check digit of the GTIN (JAN) is wrong. It is mistyped.")),
    (r"unknown category (['\"])(?P<name>.*)\1", _l("There is no category “%(name)s”.")),
    (r"(?P<name>\w+) is blank", _l("%(name)s is empty.")),
    (r"(?P<name>\w+) is longer than (?P<most>\d+) .*", _l("%(name)s is longer than %(most)s characters or can’t be printed.")),
    (r"(?P<name>\w+) is neither yes nor no", _l("%(name)s has to be yes or no.")),
    (r"an unclosed quote .*", _l("A quotation mark isn’t closed. A cell has to end on its line.")),
    (r"(?P<found>\d+) columns where (?P<width>\d+) .*", _l("%(found)s cells where %(width)s belong.")),
    (r"line longer than .*", _l("The line is too long.")),
)  # fmt: skip


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/products/import", "import_products", import_products)
    pages.add_url_rule("/studio/products/import", "read_products", read_products, methods=["POST"])
    pages.add_url_rule("/studio/products/import/add", "add_products", add_products, methods=["POST"])
    pages.add_url_rule("/studio/products/import.csv", "products_csv", products_csv)


@needs(Role.EDITOR)
def import_products() -> str:
    _headquarters()
    return _page()


@needs(Role.EDITOR)
@takes_at_most(_REQUEST)
def read_products() -> tuple[str, int]:
    """What the file would do. Nothing is written; 422 when none of its lines can be taken."""
    _headquarters()
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("file_none", "Choose a CSV file.", "CSVファイルを選んでください。")
    text = decoded(file.read(), MOST_BYTES)
    return _looked_over(text, _taken_in(text, dry_run=True))


@needs(Role.EDITOR)
@takes_at_most(_REQUEST)
def add_products() -> Response | tuple[str, int]:
    """The same text once more, for good."""
    _headquarters()
    text = request.form.get("text", "")
    found = _taken_in(text, dry_run=False)
    if found.missing:
        return _looked_over(text, found)
    counts = {"added": found.added, "changed": found.changed, "known": found.known, "rejected": found.rejected}
    told = ", ".join(f"{name} {count}" for name, count in counts.items())
    ports().storage.audit.add(ports().clock(), me().user_id, "products_imported", "", detail=told)
    flash(
        _(
            "Products: %(added)s new, %(changed)s changed, %(known)s as before. Lines left out: %(rejected)s.",
            **counts,
        )
    )
    return redirect(url_for("studio.import_products"))


@needs(Role.EDITOR)
def products_csv() -> Response:
    """The template: the importer's columns, those that have to be there first."""
    _headquarters()
    head = [called(column) for column in (*PRODUCT_COLUMNS, *PRODUCT_OPTIONAL)]
    answer = Response(table_csv(head, []), mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="products.csv"'
    return answer


def why(reject: Reject) -> str:
    """The importer's reason in the reader's language; one that isn't among REASONS as it is."""
    for pattern, words in REASONS:
        if found := re.fullmatch(pattern, reject.reason, re.DOTALL):
            said = found.groupdict()
            if reject.reason.startswith(name := said.get("name", "-")):  # it begins with its column
                said |= {"name": called(name)}
            return str(words) % said
    return reject.reason


def called(column: str) -> str:
    """A column of the importer as the reader's template has it; what is none of them as it is."""
    return PRODUCT_HEADINGS[column][0] if lang() == "ja" and column in PRODUCT_HEADINGS else column


def unread(text: str) -> list[str]:
    """The headings that mean nothing to the importer: somebody may think that their cells are taken in, too."""
    first = next(csv.reader(text[:FIRST_LINE].splitlines()), [])
    meant = zip(first, product_columns(first), strict=True)
    return [heading.strip() for heading, column in meant if heading.strip() and not column]


def _headquarters() -> None:
    if me().scope is not None:
        raise Forbidden("headquarters_only", "Only headquarters can do this.", "本部だけができる操作です。")


def _taken_in(text: str, *, dry_run: bool) -> ImportedProducts:
    """A form's field ends its lines otherwise than the file did: both are read alike, so that numbers of lines agree."""
    work = ports().import_products
    if work is None:
        raise Conflict(
            "products_elsewhere", "Products are kept by the recommender’s own service. Run `recommender import` there.",
            "商品データは別サーバーのおすすめサービスにあります。そこで recommender import を実行してください。",
        )  # fmt: skip
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MOST_LINES:
        raise Invalid(
            "csv_long", f"The file has more than {MOST_LINES:,} lines. Split it.",
            f"ファイルが{MOST_LINES:,}行を超えています。分割してください。",
        )  # fmt: skip
    with ports().storage.media.workspace() as folder:
        path = Path(folder, "products.csv")
        path.write_bytes(text.encode())
        return cast(ImportedProducts, ports().offload(partial(work, path, dry_run)))


def _looked_over(text: str, found: ImportedProducts) -> tuple[str, int]:
    fit = found.added + found.changed + found.known
    return _page(found, text, fit), 200 if fit else 422


def _page(found: ImportedProducts | None = None, text: str = "", fit: int = 0) -> str:
    return render_template(
        "studio/product_import.html", found=found, text=text, fit=fit, why=why, here=ports().import_products is not None,
        needed=PRODUCT_COLUMNS, optional=PRODUCT_OPTIONAL, called=called,
        missing=[called(column) for column in found.missing] if found else [], unread=unread(text)[:UNREAD],
    )  # fmt: skip
