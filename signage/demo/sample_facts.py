"""Facts made up for forty products of the demo, in the form that `recommender import --kind facts` takes: the data has none."""

import json
from pathlib import Path

from recommender.domain.gtin import restricted
from signage.bundle.find import path

TABLE = "sample_facts.jsonl"


def write(folder: Path) -> None:
    """facts.jsonl, every line marked as a sample."""
    with (folder / "facts.jsonl").open("w", encoding="utf-8") as file:
        for line in path("assets", TABLE).read_text("utf-8").splitlines():
            told = json.loads(line)
            told = {"gtin": restricted(told.pop("product_id")), **told, "sample": True}
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
