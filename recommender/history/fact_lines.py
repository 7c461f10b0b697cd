"""A file of facts, a JSON object a line -> facts of products and lots; lines that are none are told, not fatal."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from pydantic import ValidationError

from recommender.domain.facts import Facts, misplaced
from recommender.domain.imported import Reject
from recommender.history.order_lines import BadLine, known_gtin
from recommender.history.textlines import WrongFile, read_blocks
from recommender.storage.facts import FORM

ENDINGS = (".jsonl", ".ndjson")
ERRORS_TOLD = 3
RAW_LENGTH = 1000
Read = tuple[list[Facts], list[Reject], float]


def read_facts(path: Path, known: Collection[str], today: date) -> Iterator[Read]:
    """Facts, rejects and the share of the file read, batch by batch. `known`: GTINs of the catalogue. `today` in UTC. Raises
    WrongFile."""
    if path.suffix.lower() not in ENDINGS:
        raise WrongFile(f"{path.name}: facts are JSON Lines, the name must end in one of {', '.join(ENDINGS)}")
    try:
        with path.open("rb") as file:
            for block in read_blocks(path, file):
                facts, rejects = [], list(block.broken)
                for number, line in zip(block.numbers, block.texts, strict=True):
                    try:
                        facts.append(parse(line, known, today))
                    except BadLine as bad:
                        rejects.append(Reject(number, str(bad), line[:RAW_LENGTH]))
                yield facts, rejects, block.done
    except OSError as error:
        raise WrongFile(f"{path.name}: {error.strerror or error}") from error


def parse(line: str, known: Collection[str], today: date) -> Facts:
    """Raises BadLine, which names the fields that are wrong."""
    try:
        facts = FORM.validate_json(line, strict=True)
    except ValidationError as wrong:
        told = [
            f"{'.'.join(str(part) for part in error['loc']) or 'line'}: {error['msg']}"
            for error in wrong.errors(include_url=False, include_input=False)
        ]
        raise BadLine("; ".join(told[:ERRORS_TOLD])) from None
    tomorrow = today + timedelta(days=1)  # where the day begins before UTC's
    for place, review in enumerate(facts.reviews):
        if review.on > tomorrow:
            raise BadLine(f"reviews.{place}.on: {review.on} is in the future")
    wrong_place = misplaced(facts)
    if wrong_place:
        owner = "the product, not to a lot" if facts.lot else "a lot, not to the product"
        raise BadLine(f"{wrong_place} belongs to {owner}")
    return replace(facts, gtin=known_gtin(facts.gtin.strip(), known))
