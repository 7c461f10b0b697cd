"""A file of CloudEvents, one a line -> numbered events; lines that are none are told, not fatal."""

import json
from collections.abc import Iterator
from pathlib import Path

from recommender.domain.cloudevents import parse
from recommender.domain.event import Event
from recommender.history.textlines import Reject, WrongFile, batches, text_lines

AT_ONCE = 2000  # events in one transaction
Read = tuple[list[tuple[int, Event]], list[Reject], float]


def read_events(path: Path) -> Iterator[Read]:
    """Numbered events, rejects and the share of the file read, batch by batch. Raises WrongFile."""
    try:
        with path.open("rb") as file:
            for lines, done in batches(path, file, text_lines(file), AT_ONCE):
                events: list[tuple[int, Event]] = []
                rejects: list[Reject] = []
                for number, line in lines:
                    if isinstance(line, Reject):
                        rejects.append(line)
                        continue
                    try:
                        events.append((number, parse(json.loads(line))))
                    except (ValueError, RecursionError) as bad:
                        rejects.append(Reject(number, f"not an event: {bad}"))
                yield events, rejects, done
    except OSError as error:
        raise WrongFile(f"{path.name}: {error.strerror or error}") from error
