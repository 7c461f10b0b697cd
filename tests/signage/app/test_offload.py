"""Work that would block every socket goes to a thread of its own, and still knows whose request it is for."""

import threading

from flask import Flask, request

from signage.app.web import offload


def test_the_request_goes_with_its_work() -> None:
    here = threading.get_ident()
    with Flask("x").test_request_context("/studio/coverage?screen=entrance"):
        assert offload(lambda: (request.args["screen"], threading.get_ident() == here)) == ("entrance", False)
