"""A day that somebody asks for in a page's address."""

from datetime import date

from flask import request

from signage.domain.errors import Invalid

YEARS = range(2000, 2100)  # far-off years have no calendar here


def asked_day(key: str, default: date) -> date:
    """`key` of this request's address, as 2026-11-21; `default` without one. Raises Invalid for anything else."""
    text = request.args.get(key)
    try:
        day = date.fromisoformat(text) if text else default
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise Invalid("day_bad", "Enter days as 2026-11-21.", "日付は 2026-11-21 の形で入力してください。")
    return day
