"""The text of a LightGBM model, as an artifact keeps it -> a model that answers."""

import numpy as np
from numpy.typing import NDArray


class BadTrees(ValueError):
    """The text is no model, or the rows aren't what it was taught with. str() is what LightGBM says."""


class Trees:
    def __init__(self, text: bytes) -> None:
        """Raises BadTrees."""
        from lightgbm import Booster  # noqa: PLC0415 - half a second to import; only what was trained needs it
        from lightgbm.basic import LightGBMError  # noqa: PLC0415

        self._error = LightGBMError
        try:
            self._model = Booster(model_str=text.decode())
        except LightGBMError as error:
            raise BadTrees(str(error)) from error

    def predict(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """(rows, columns) -> (rows,), on one core. Raises BadTrees for other columns than it was taught with."""
        try:
            return np.asarray(self._model.predict(rows, num_threads=1))
        except self._error as error:
            raise BadTrees(str(error)) from error
