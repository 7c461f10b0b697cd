"""How this process logs: one line an event, tracebacks without the values of variables, which may be secrets."""

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
