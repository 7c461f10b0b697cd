"""Many screens at once: a CSV is looked over, then all of them are added; a sheet of QRs that says which panel is which."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from signage.channel.qr import qr_path
from signage.domain.errors import Invalid
from signage.domain.place import Screen, Store
from signage.proof.report import table_csv
from signage.storage.users import Role
from signage.web.csv_files import decoded
from signage.web.guard import me, needs
from signage.web.language import lang
from signage.web.ports import ports
from signage.web.screen_commands import mine
from signage.web.screen_list import HEADINGS, ScreenList, read
from signage.web.screen_search import in_order

MASK = 0
EXAMPLES = (
    ("entrance", "1920", "1080", "入口", "Entrance", ""),
    ("shelf", "1920", "360", "飲料売場", "Drinks", "drinks"),
)


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/screens/list", "screen_list", screen_list)
    pages.add_url_rule("/studio/screens/list", "read_screen_list", read_screen_list, methods=["POST"])
    pages.add_url_rule("/studio/screens/list/add", "add_screen_list", add_screen_list, methods=["POST"])
    pages.add_url_rule("/studio/screens/list.csv", "screen_list_csv", screen_list_csv)
    pages.add_url_rule("/studio/screens/sheet", "screen_sheet", screen_sheet)
    pages.add_url_rule("/studio/screens/<screen_id>/connect", "connect_screen", connect_screen)


@needs(Role.APPROVER)
def screen_list() -> str:
    return render_template("studio/screen_list.html", found=None, text="", stores=_stores())


@needs(Role.APPROVER)
def read_screen_list() -> str | tuple[str, int]:
    """What the file would do. Nothing is written; 422 with the lines that are wrong."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("file_none", "Choose a CSV file.", "CSVファイルを選んでください。")
    return _looked_over(decoded(file.read()))


@needs(Role.APPROVER)
def add_screen_list() -> Response | tuple[str, int] | str:
    """All of the list, read once more, or nothing."""
    text = request.form.get("text", "")
    found = _read(text)
    if found.wrong:
        return _looked_over(text)
    ports().storage.screens.add_screens([one for _line, one in found.screens], me().user_id, ports().clock())
    flash(
        ngettext(
            "%(num)s screen has been added. Print its QR and put it to its panel.",
            "%(num)s screens have been added. Print their QRs and put each to its panel.", len(found.screens),
        )
    )  # fmt: skip
    return redirect(url_for("studio.screen_sheet"))


@needs(Role.APPROVER)
def screen_list_csv() -> Response:
    """The template: the columns in the reader's language, and two lines to write over."""
    store_id = next(iter(_stores()), "store-1")
    sample = "見本" if lang() == "ja" else "Sample "
    rows = [(store_id, f"{sample}{n}", *example) for n, example in enumerate(EXAMPLES, 1)]
    head = list(HEADINGS.values()) if lang() == "ja" else list(HEADINGS)
    answer = Response(table_csv(head, rows), mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="screens.csv"'
    return answer


@needs(Role.STAFF)
def screen_sheet() -> str:
    """`?store=`: one store's. Those that no device has been connected to, each with its QR."""
    stores = _stores()
    asked = request.args.get("store", "")
    let_in = ports().storage.screens.let_in()
    wanted = [one for one in _screens() if one.screen_id not in let_in and asked in {"", one.store_id}]
    addresses = [f"{ports().base_url}/studio/screens/{one.screen_id}/connect" for one in wanted]
    codes = ports().offload(lambda: [qr_path(address, MASK) for address in addresses])
    tickets = [(one, stores[one.store_id], code) for one, code in zip(wanted, codes, strict=True)]
    return render_template(
        "studio/screen_sheet.html", tickets=tickets, stores=stores, asked=asked, player=f"{ports().base_url}/player"
    )


@needs(Role.STAFF)
def connect_screen(screen_id: str) -> str:
    """Where the QR of the sheet leads: which of the waiting devices is this panel?"""
    one = mine(screen_id)
    return render_template(
        "studio/screen_connect.html", one=one, store=ports().storage.screens.store(one.store_id),
        waiting=ports().storage.screens.pending(ports().clock()), player=f"{ports().base_url}/player",
        connected=ports().storage.screens.has_key(screen_id),
    )  # fmt: skip


def _stores() -> dict[str, Store]:
    return {one.store_id: one for one in ports().storage.screens.stores() if me().scope in {None, one.store_id}}


def _screens() -> list[Screen]:
    return in_order(ports().storage.screens.screens(me().scope))


def _read(text: str) -> ScreenList:
    return read(text, _stores(), {(one.store_id, one.name) for one in _screens()})


def _looked_over(text: str) -> str | tuple[str, int]:
    found = _read(text)
    page = render_template("studio/screen_list.html", found=found, text=text, stores=_stores())
    return (page, 422) if found.wrong else page
