"""Loading a model: what is damaged is told with the file that is to blame."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from engagetext.errors import ModelError
from engagetext.persistence.bundle import load_arrays, save_arrays
from engagetext.persistence.catalogue import find_model
from engagetext.pipeline import load_pipeline


@pytest.mark.parametrize(
    ("name", "array", "change", "found"),
    [
        ("rarity.npz", "zipf", None, "no array 'zipf'"),
        ("rarity.npz", "zipf", 5, "do not fit"),
        ("vectors.npz", "matrix", None, "no array 'matrix'"),
        ("vectors.npz", "rows", 5, "do not fit"),
        ("annotator.npz", "window", None, "no array 'window'"),
        ("labeller.npz", "themes_weights", 5, "do not fit"),
        ("labeller.npz", "themes_bias", None, "no array 'themes_bias'"),
    ],
)
def test_a_damaged_part_is_named(name: str, array: str, change: int | None, found: str, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(find_model(), folder)
    arrays = load_arrays(folder / name)
    if change is None:
        del arrays[array]
    else:
        arrays[array] = arrays[array][:change]
    save_arrays(folder / name, arrays)
    with pytest.raises(ModelError) as raised:
        load_pipeline(folder)
    assert raised.value.where.endswith(name)
    assert found in raised.value.found


def test_a_single_array_in_place_of_a_bundle_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(find_model(), folder)
    with (folder / "rarity.npz").open("wb") as stream:
        np.save(stream, np.zeros(3))
    with pytest.raises(ModelError, match=r"rarity\.npz.*arrays in npz form"):
        load_pipeline(folder)
