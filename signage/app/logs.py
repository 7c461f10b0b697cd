"""How this process logs: one line an event, tracebacks without the values of variables, which may be secrets. And how long."""

import os
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import structlog


def configure() -> None:
    """Once per process, before the first event. Pretty tracebacks would print locals: a code, a key, a session."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )


def rotate(folder: Path, now: datetime, before: datetime) -> int:
    """Every day what each log holds becomes a file of that day; files that may have a line from `before` go -> how many.

    Processes hold their logs open for appending: a log is copied and emptied, never moved.
    """
    today = now.date().isoformat()
    for log in folder.glob("*.log"):
        kept = log.with_name(f"{log.name}.{today}")
        if log.stat().st_size and not kept.exists():
            shutil.copyfile(log, kept)
            os.truncate(log, 0)
    lines_from = before.date() + timedelta(days=1)  # a day's file has lines of the day before
    old = [file for file in folder.glob("*.log.[0-9]*") if date.fromisoformat(file.suffix[1:]) <= lines_from]
    for file in old:
        file.unlink()
    return len(old)
