"""Where stores are: what a map's page copies, and how far it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signage.domain.place import Position

TOKYO, OSAKA = Position(35.681236, 139.767125), Position(34.702485, 135.495951)
WIDE = "".join(
    chr(ord(letter) - ord("!") + 0xFF01) for letter in "35.681236,139.767125"
)  # as a Japanese keyboard has it
positions = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize("text", [
    "35.681236, 139.767125", "35.681236,139.767125", " 35.681236 139.767125 ", "35.681236、139.767125",
    "(35.681236, 139.767125)", WIDE, "+35.681236, +139.767125",
])  # fmt: skip
def test_a_position_is_read_as_it_is_copied(text: str) -> None:
    assert Position.read(text) == TOKYO


@pytest.mark.parametrize("text", [
    "", "35.68", "91, 0", "0, 181", "-90.1, 0", "35,68 139,76", "35.68N 139.77E", "nan, nan", "1e1, 2", "35.6, 139.7, 3",
    "inf, 0", "35.681236; 139.767125", "139.767125, 35.681236, ", "٣٥, ١٣٩", "35 41 0, 139 46 0", "<b>, 1", "1,2\0",
])  # fmt: skip
def test_what_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no position"):
        Position.read(text)


@pytest.mark.parametrize("minus", ["-", "−", "－"])
def test_south_and_west_have_a_minus_of_any_keyboard(minus: str) -> None:
    assert Position.read(f"{minus}22.9519, {minus}43.2105") == Position(-22.9519, -43.2105)


def test_from_tokyo_to_osaka() -> None:
    assert TOKYO.km_to(OSAKA) == pytest.approx(403.5, abs=1)  # the survey's 403 km
    assert Position(0, 179.5).km_to(Position(0, -179.5)) == pytest.approx(111.2, abs=0.1)  # over the date line


@given(positions, positions, positions)
def test_distance_is_a_distance(a: Position, b: Position, c: Position) -> None:
    assert a.km_to(a) == 0 and a.km_to(b) == pytest.approx(b.km_to(a), abs=1e-6)
    assert 0 <= a.km_to(b) <= 20_016 and a.km_to(c) <= a.km_to(b) + b.km_to(c) + 1e-3


@given(positions)
def test_what_is_written_is_read_again(position: Position) -> None:
    assert Position.read(str(position)).km_to(position) < 0.001
