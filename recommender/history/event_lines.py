"""A file of CloudEvents, one a line -> numbered events; lines that are none are told, not fatal."""

import json
from collections.abc import Iterator
from pathlib import Path

from recommender.domain.cloudevents import parse
from recommender.domain.event import Event
from recommender.domain.imported import Reject
from recommender.history.textlines import WrongFile, read_blocks

BLOCK_BYTES = 2**19  # some 2,000 events: one transaction
Read = tuple[list[tuple[int, Event]], list[Reject], float]


def read_events(path: Path) -> Iterator[Read]:
    """Numbered events, rejects and the share of the file read, batch by batch. Raises WrongFile."""
    try:
        with path.open("rb") as file:
            for block in read_blocks(path, file, BLOCK_BYTES):
                events: list[tuple[int, Event]] = []
                rejects = list(block.broken)
                for number, line in zip(block.numbers, block.texts, strict=True):
                    try:
                        events.append((number, parse(json.loads(line))))
                    except (ValueError, RecursionError) as bad:
                        rejects.append(Reject(number, f"not an event: {bad}"))
                yield events, rejects, block.done
    except OSError as error:
        raise WrongFile(f"{path.name}: {error.strerror or error}") from error
