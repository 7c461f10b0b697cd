"""Addresses that ask again for what this request asked for."""

from urllib.parse import urlencode

from flask import request, url_for


def asked_again(endpoint: str = "", *, anchor: str = "", **changes: str) -> str:
    """Of this page, or of `endpoint`, with the same query but for the `changes`. None of what was asked is handed to url_for,
    to which `endpoint`, `_scheme` and others would be words of its own."""
    place = url_for(endpoint) if endpoint else url_for(request.endpoint or "", **(request.view_args or {}))
    query = urlencode(request.args.to_dict(flat=False) | changes, doseq=True)
    return place + (f"?{query}" if query else "") + (f"#{anchor}" if anchor else "")
