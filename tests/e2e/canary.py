"""A face that a camera has seen: what would give it away wherever it was kept, and what a careless program might keep."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

from signage.audience import zoo
from signage.audience.attributes import Ages, cut
from signage.audience.detect import Detector
from signage.audience.frames import read_still
from signage.audience.pace import LONG_SIDES_PX


def traces(picture: Path) -> dict[str, list[bytes]]:
    """What could give away the face in it: pixels, the file, where the face lies, what was thought of its age; each as it
    would stand in a file, in base64 and in hexadecimal letters."""
    image, faces = read_still(picture), Detector(zoo.load("centerface"))
    assert image is not None
    found = [face for side in LONG_SIDES_PX for face in faces.find(image, side)]
    assert len(found) == len(LONG_SIDES_PX)
    looks = Ages(zoo.load("age-v1"), zoo.entry("age-v1").class_values).of(image, found)
    rows_of_pixels = [
        image[int(face.top + share * face.height), int(face.left) :][:12].tobytes()
        for face in found
        for share in (0.3, 0.5, 0.7)
    ]
    whole = picture.read_bytes()
    places = [face.landmarks[n].astype(kind).tobytes() for face in found for n in range(5) for kind in ("<f4", "<f8")]
    numbers = [x for face in found for x in (face.left, face.top, *face.landmarks.ravel().tolist())]
    raw = {
        "pixels": rows_of_pixels,
        "file": [whole[at : at + 36] for at in (len(whole) // 3, len(whole) // 2)],
        "cut for the network": [cut(image, face, 1.0, False).tobytes()[9000:9036] for face in found],
        "places": places,
    }
    written = {f"{name} as text": [s for one in kept for s in _spelled(one)] for name, kept in raw.items()}
    return raw | written | {"numbers": [f"{x:.6f}"[:-2].encode() for x in (*numbers, *(look.age for look in looks))]}


def _spelled(raw: bytes) -> Iterator[bytes]:
    """In hexadecimal letters, and in base64 wherever in a longer text it begins."""
    yield raw.hex().encode()
    yield from (base64.b64encode(raw[start:])[: (len(raw) - start) // 3 * 4] for start in range(3))


def leaks(picture: Path) -> dict[str, bytes]:
    """What a careless program might keep of it."""
    image, faces = read_still(picture), Detector(zoo.load("centerface"))
    assert image is not None
    [face] = faces.find(image)
    crop = image[int(face.top) :, int(face.left) :][: int(face.height), : int(face.width)]
    return {
        "crop": crop.tobytes(),
        "crop in base64": base64.b64encode(b"an image:" + crop.tobytes()),
        "landmarks": face.landmarks.tobytes(),
        "landmarks as JSON": json.dumps({"at": face.landmarks.tolist()}).encode(),
        "box": f"face at {face.left} {face.top}".encode(),
    }


def told_by(text: bytes, secrets: dict[str, list[bytes]]) -> list[str]:
    return [name for name, words in secrets.items() if any(word in text for word in words)]
