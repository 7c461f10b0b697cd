"""Progress is a line on the terminal and a file for the page."""

import json
from pathlib import Path

from signage.processes.progress import Progress, share_in


def test_tenths_are_said_once_and_the_file_has_the_rest(tmp_path: Path) -> None:
    said: list[str] = []
    progress = Progress(tmp_path / "progress.json", said.append, of=2)
    progress.begin("Import")
    for share in (0.01, 0.02, 0.13, 0.135, 2.0):
        progress.update("Import", share)
    assert said == ["[1/2] Import 0 %", "[1/2] Import 10 %", "[1/2] Import 100 %"]
    told = json.loads((tmp_path / "progress.json").read_text())
    assert told == {"number": 1, "of": 2, "what": "Import", "share": 1.0, "model": "none"}


def test_the_newest_share_is_read_from_a_log_with_noise(tmp_path: Path) -> None:
    log = tmp_path / "import.log"
    assert share_in(log) is None
    log.write_text('hello\n{"done": 5, "total": 20}\n{"share": 0.5}\nwarning: x\n{"half a li')
    assert share_in(log) == 0.5
    log.write_text('{"done": 5, "total": 20}\nnoise')
    assert share_in(log) == 0.25
