"""Bundles, manifests and the catalogue."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engagetext.errors import ModelError, ModelNotFoundError
from engagetext.persistence.bundle import load_arrays, load_json, save_arrays, save_json
from engagetext.persistence.catalogue import find_model, model_folders
from engagetext.persistence.manifest import Manifest, load_manifest, save_manifest


def test_arrays_come_back_and_the_bytes_are_the_same_every_time(tmp_path: Path) -> None:
    arrays: dict[str, NDArray[Any]] = {
        "b": np.arange(6, dtype=np.float16).reshape(2, 3),
        "a": np.array([1, 2], dtype=np.uint64),
    }
    save_arrays(tmp_path / "one.npz", arrays)
    save_arrays(tmp_path / "two.npz", dict(reversed(list(arrays.items()))))
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    back = load_arrays(tmp_path / "one.npz")
    assert all((back[name] == array).all() and back[name].dtype == array.dtype for name, array in arrays.items())


def test_pickled_objects_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "evil.npz", x=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(ModelError) as raised:
        load_arrays(tmp_path / "evil.npz")
    assert "evil.npz" in raised.value.where
    assert raised.value.expected == "arrays in npz form"


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04broken"])
def test_a_damaged_bundle_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(ModelError) as raised:
        load_arrays(tmp_path / "x.npz")
    assert raised.value.remedy


def test_json_with_an_error_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError) as raised:
        load_json(tmp_path / "x.json")
    assert raised.value.expected == "a JSON document"


def test_a_manifest_comes_back(tmp_path: Path) -> None:
    manifest = Manifest("mine", "1.2", "fr", seed=3, licences={"blog": "MIT"})
    save_manifest(tmp_path, manifest)
    assert load_manifest(tmp_path) == manifest
    assert manifest.full_name == "mine-1.2"


@pytest.mark.parametrize(
    ("table", "found"),
    [({"name": "x"}, "an incomplete manifest"), ([], "an incomplete manifest")],
)
def test_an_incomplete_manifest_is_told(tmp_path: Path, table: object, found: str) -> None:
    save_json(tmp_path / "manifest.json", table)
    with pytest.raises(ModelError) as raised:
        load_manifest(tmp_path)
    assert raised.value.found == found


def test_a_format_of_the_future_is_refused(tmp_path: Path) -> None:
    save_manifest(tmp_path, Manifest("mine", "1", "fr", format=99))
    with pytest.raises(ModelError) as raised:
        load_manifest(tmp_path)
    assert raised.value.found == "format 99"


def test_models_are_found_by_name_version_and_path() -> None:
    folder = find_model()
    assert folder in model_folders()
    assert find_model("fr") == find_model(folder.name) == folder
    assert find_model(folder) == folder


def test_a_model_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(ModelNotFoundError) as raised:
        find_model("de")
    assert model_folders()[0].name in raised.value.expected
    assert raised.value.where == "model 'de'"


def test_the_packaged_model_has_its_card_and_licences() -> None:
    folder = find_model()
    manifest = load_manifest(folder)
    assert manifest.licences
    assert manifest.data_digest in (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert sum(file.stat().st_size for file in folder.iterdir()) < 25_000_000
