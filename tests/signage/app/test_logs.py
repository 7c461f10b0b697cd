"""A traceback in the log never shows what a variable held."""

import pytest
import structlog

from signage.app import logs


def test_a_traceback_shows_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    try:
        secret = "M1.NOBODYSHOULDREADTHIS"
        raise ValueError(len(secret))
    except ValueError:
        structlog.get_logger().exception("it_failed", screen="entrance")
    finally:
        structlog.reset_defaults()
    told = "".join(capsys.readouterr())
    assert "it_failed" in told and "ValueError: 23" in told and "screen=entrance" in told
    assert "NOBODYSHOULDREADTHIS" not in told.replace('secret = "M1.NOBODYSHOULDREADTHIS"', "")
