"""What the models said and what is true in, figures with 95 % intervals out. Bootstrap: Efron and Tibshirani, 1993.

A figure is a number; in the same object `intervals` has its [low, high] and `of` how many cases it was taken over.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signage.audience.look import Look, band, may_be_child

DRAWS, SEED = 2000, 20261122
CHILD_TO, ADULT_TO, OLDEST = 12, 64, 120  # years; the bands' true edges
FEWEST = 10  # a group of fewer pictures has no figures of its own
MATCH_IOU = 0.4
SMOOTH_FRAMES = 25  # about one second of a clip: a count is averaged over it, and it is what is drawn anew
GENDERS = ("male", "female")
ORIGINS = ("white", "black", "asian", "indian", "other")  # the set's labels, not ours

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Label:
    """What a picture's name says: age_gender_race_date; a part that isn't there or isn't a known label is None."""

    age: int
    gender: str | None
    origin: str | None

    @classmethod
    def of(cls, name: str) -> "Label | None":
        """File name -> its label; None when it doesn't begin with somebody's age."""
        parts = name.split(".", maxsplit=1)[0].split("_")
        if not parts[0].isdecimal() or int(parts[0]) > OLDEST:
            return None
        said = [int(part) if part.isdecimal() else -1 for part in parts[1:3]] + [-1, -1]
        known = [
            names[number] if 0 <= number < len(names) else None
            for names, number in zip((GENDERS, ORIGINS), said[:2], strict=True)
        ]
        return cls(int(parts[0]), *known)


@dataclass(frozen=True, slots=True)
class Answer:
    """One picture of one person. `look` None: no face found, or too narrow to look at."""

    file: str
    face_width: float | None
    look: Look | None


def of_faces(answers: Sequence[Answer]) -> dict[str, Any]:
    """Answers to labelled pictures -> figures over all, by decade of age and by the labels' groups; others are left out."""
    known = [(answer, label) for answer in answers if (label := Label.of(answer.file)) is not None]
    groups: defaultdict[str, list[tuple[Answer, Label]]] = defaultdict(list)
    for answer, label in known:
        groups[f"{label.age // 10 * 10}-{label.age // 10 * 10 + 9}"].append((answer, label))
        for name in (label.gender, label.origin):
            if name is not None:
                groups[name].append((answer, label))
    told = {name: _faces(groups[name]) for name in sorted(groups) if len(groups[name]) >= FEWEST}
    decades = {name: figures for name, figures in told.items() if name not in (*GENDERS, *ORIGINS)}
    return {
        **_faces(known),
        "by_age": dict(sorted(decades.items(), key=lambda item: int(item[0].split("-")[0]))),
        "by_group": {name: told[name] for name in (*GENDERS, *ORIGINS) if name in told},
    }


def _faces(known: Sequence[tuple[Answer, Label]]) -> dict[str, Any]:
    looks = [(answer.look, label.age) for answer, label in known]

    def flagged(low: int, high: int) -> list[float]:
        return [float(may_be_child(look)) for look, age in looks if low <= age <= high]

    cases: dict[str, list[float]] = {
        "mae_18_70": [abs(look.age - age) for look, age in looks if look is not None and 18 <= age <= 70],
        "mae": [abs(look.age - age) for look, age in looks if look is not None],
        "too_old_by": [look.age - age for look, age in looks if look is not None],
        "bands_exact": [float(band(look) == _true_band(age)) for look, age in looks if band(look) != "unknown"],
        "child_recall": flagged(0, CHILD_TO),
        "teens_flagged": flagged(13, 19),
        "adult_flagged": flagged(18, ADULT_TO),
    }
    answered = [float(band(look) != "unknown") for look, _ in looks]
    return {"n": len(known), **told_of({"answered": answered, **cases})}


def _true_band(age: int) -> str:
    if age <= CHILD_TO:
        return "child"
    return "adult" if age <= ADULT_TO else "senior"


@dataclass(frozen=True, slots=True)
class Pasted:
    """The face of the picture with that number, `size_px` wide in an empty scene: was it found?"""

    picture: int
    size_px: int
    found: bool


def of_small_faces(pasted: Sequence[Pasted], false_per_image: Sequence[int], least_px: int) -> dict[str, Any]:
    """Faces put into scenes -> recall over those from `least_px` on and by size, and what else was taken for a face.

    The sizes of one face are hardly independent: its mean over them is one case.
    """
    found: defaultdict[int, list[bool]] = defaultdict(list)
    by_size: defaultdict[int, list[float]] = defaultdict(list)
    for one in pasted:
        by_size[one.size_px].append(float(one.found))
        if one.size_px >= least_px:
            found[one.picture].append(one.found)
    cases = {
        "face_recall": [float(np.mean(each)) for each in found.values()],
        "false_faces_per_image": [float(count) for count in false_per_image],
    }
    told = {str(size): told_of({"face_recall": by_size[size]}) for size in sorted(by_size)}
    return {**told_of(cases), "face_recall_by_px": told}


def joined(one: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Two objects of figures as one."""
    return {**one, **more, **{part: {**one[part], **more[part]} for part in ("intervals", "of")}}


def of_people(truth: Mapping[int, Values], found: Mapping[int, Values]) -> dict[str, Any]:
    """Frame -> boxes [n, 4] as left, top, width, height, true and found -> figures over the frames that have a truth."""
    frames = sorted(truth)
    empty = np.zeros((0, 4))
    pairs = [(truth[frame], found.get(frame, empty)) for frame in frames]
    hits = np.array([_hits(true, got) for true, got in pairs], float)
    true_count, got_count = (np.array([len(pair[side]) for pair in pairs], float) for side in (0, 1))
    off = np.abs(true_count - got_count)
    smooth_off = np.abs(_smooth(true_count) - _smooth(got_count))
    rates: dict[str, Callable[[NDArray[np.intp]], Values]] = {
        "recall": lambda i: hits[i].sum(-1) / np.maximum(true_count[i].sum(-1), 1),
        "precision": lambda i: hits[i].sum(-1) / np.maximum(got_count[i].sum(-1), 1),
        "count_mae": lambda i: off[i].mean(-1),
        "count_mae_smoothed": lambda i: smooth_off[i].mean(-1),
    }
    drawn = _draw_blocks(len(frames), SMOOTH_FRAMES)
    return {
        "frames": len(frames),
        "people": int(true_count.sum()),
        **{name: round(float(rate(np.arange(len(frames)))), 4) for name, rate in rates.items()},
        "intervals": {name: _ends(rate(drawn)) for name, rate in rates.items()},
    }


def lines(told: Mapping[str, Any]) -> list[str]:
    """What `evaluate` told, for reading: each figure over all with its interval."""
    return [
        f"{kind}  {name:<22} {value:>9}  {' to '.join(map(str, told[kind].get('intervals', {}).get(name, [])))}".rstrip()
        for kind in ("faces", "people", "stages_ms")
        for name, value in told.get(kind, {}).items()
        if isinstance(value, int | float)
    ]


def overlaps(a: Values, b: Values) -> Values:
    """Boxes [n, 4] and [m, 4] as left, top, width, height -> intersection over union [n, m]."""
    start = np.maximum(a[:, None, :2], b[None, :, :2])
    end = np.minimum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:])
    shared = np.prod(np.clip(end - start, 0, None), axis=-1)
    return np.asarray(shared / (np.prod(a[:, 2:], axis=1)[:, None] + np.prod(b[:, 2:], axis=1)[None] - shared))


def _hits(true: Values, got: Values) -> int:
    """How many pairs overlap enough, best first, each box once."""
    table, hits = overlaps(true, got), 0
    while table.size and table.max() >= MATCH_IOU:
        i, j = np.unravel_index(table.argmax(), table.shape)
        table[i, :] = table[:, j] = -1
        hits += 1
    return hits


def _smooth(count: Values) -> Values:
    """Moving mean over SMOOTH_FRAMES, shorter at the ends."""
    kernel = np.ones(min(SMOOTH_FRAMES, len(count)))
    return np.convolve(count, kernel, "same") / np.convolve(np.ones(len(count)), kernel, "same")


def told_of(cases: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Means, their intervals and how many cases; a figure without any case is left out. Cases are taken as independent."""
    arrays = {name: np.array(values, float) for name, values in cases.items() if len(values)}
    return {
        **{name: round(float(values.mean()), 4) for name, values in arrays.items()},
        "intervals": {
            name: _ends(values[_draw_blocks(len(values), 1)].mean(-1)) for name, values in arrays.items()
        },
        "of": {name: len(values) for name, values in arrays.items()},
    }  # fmt: skip


def _draw_blocks(count: int, length: int) -> NDArray[np.intp]:
    """[DRAWS, about count] indices drawn with replacement, in runs of `length`: neighbours of a clip are hardly independent."""
    length = min(length, count)
    starts = np.random.default_rng(SEED).integers(0, count - length + 1, (DRAWS, -(-count // length)))
    return (starts[:, :, None] + np.arange(length)).reshape(DRAWS, -1)


def _ends(drawn: Values) -> list[float]:
    return [round(float(end), 4) for end in np.percentile(drawn, (2.5, 97.5))]
