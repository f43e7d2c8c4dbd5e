"""The manifest of a model: what it is, what made it, and whether this version can read it.

`FORMAT` is raised by one whenever a file of the bundle changes its meaning; older numbers that can still be read are
listed in `READABLE`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engagetext.errors import ModelError
from engagetext.persistence.bundle import load_json, save_json

# Since 2 a bundle holds annotator.npz, since 3 ranker.npz and relations; since 4 labeller.npz may hold a network, and a
# calibration for it, and there may be a stance.npz; since 5 cues, which a network reads instead of senses; since 7 a
# status reader, which tells statuses in the network's stead.
FORMAT = 7
READABLE = (3, 4, 5, 6, 7)
FILE_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a model folder says of itself.

    Parameters
    ----------
    name, version : str
        The folder is called `<name>-<version>`.
    language : str
        Language code of the texts that it reads.
    format : int
        Number of the bundle format.
    taxonomy_version : int
        Version of the label scheme.
    data_digest : str
        SHA-256 over the training data.
    seed : int
        Seed of everything random in training.
    licences : mapping of str to str
        Data set -> licence, for all that the weights were learnt from.
    metrics : mapping of str to Any
        Scores on development passages or, with `cross_validated` (`document` or `source`), by cross-validation of the
        training data; `zero_shot` if no labelled passage trained it. A kind without labels has none.
    built_with : mapping of str to str
        Package -> version.
    """

    name: str
    version: str
    language: str
    format: int = FORMAT
    taxonomy_version: int = 1
    data_digest: str = ""
    seed: int = 0
    licences: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    built_with: Mapping[str, str] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """Name and version in one word."""
        return f"{self.name}-{self.version}"


def save_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into a model folder."""
    save_json(folder / FILE_NAME, asdict(manifest))


def load_manifest(folder: Path) -> Manifest:
    """Read and check the manifest of a model folder.

    Raises
    ------
    ModelError
        If it is missing, incomplete, or of a format that this version cannot read.
    """
    table = load_json(folder / FILE_NAME)
    where = str(folder / FILE_NAME)
    if not isinstance(table, dict) or not {"name", "version", "language", "format"} <= table.keys():
        raise ModelError(where, "an incomplete manifest", "name, version, language and format", "Build the model anew.")
    if table["format"] not in READABLE:
        raise ModelError(
            where,
            f"format {table['format']}",
            f"one of {', '.join(map(str, READABLE))}",
            "Use the version of engagetext that built it, or build the model anew.",
        )
    known = Manifest.__dataclass_fields__
    return Manifest(**{key: value for key, value in table.items() if key in known})
