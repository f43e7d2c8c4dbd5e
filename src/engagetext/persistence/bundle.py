"""A bundle is a folder of arrays (`.npz`) and JSON documents: no pickle, and the same bytes for the same content."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.errors import ModelError, unread

# A fixed time stamp: zip members carry one, and the same arrays must give the same bytes on any day.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def save_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write named arrays to one `.npz` file, sorted by name, compressed, without time stamps.

    Parameters
    ----------
    path : Path
        File to write.
    arrays : mapping of str to ndarray
        Numeric arrays; an object array is refused by numpy.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, member.getvalue())


def load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read the arrays that `save_arrays` wrote.

    Raises
    ------
    ModelError
        If the file is missing, damaged, or holds pickled objects.
    """
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(str(path), unread(error), "arrays in npz form", _REBUILD) from error


def save_json(path: Path, value: object) -> None:
    """Write a JSON document with sorted keys."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def load_json(path: Path) -> Any:
    """Read a JSON document.

    Raises
    ------
    ModelError
        If the file is missing or no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(str(path), unread(error), "a JSON document", _REBUILD) from error


_REBUILD = "Install engagetext again, or build the model anew with `engagetext train`."
