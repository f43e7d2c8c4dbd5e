"""Model names and paths -> folders: those of the wheel, those of a checkout, and the user's own."""

from os import PathLike
from pathlib import Path

from engagetext.errors import ModelNotFoundError
from engagetext.persistence.manifest import FILE_NAME

DEFAULT_NAME = "fr"
_PACKAGE = Path(__file__).resolve().parents[1]


def model_folders() -> list[Path]:
    """Return the folders of all packaged models, sorted by name and version."""
    # In a wheel the models lie inside the package; in a checkout beside `src`.
    places = (_PACKAGE / "models", _PACKAGE.parents[1] / "models")
    return sorted(manifest.parent for place in places for manifest in place.glob(f"*/{FILE_NAME}"))


def find_model(name_or_path: str | PathLike[str] | None = None) -> Path:
    """Return the folder of a model.

    Parameters
    ----------
    name_or_path : str or PathLike, optional
        `name-version` or a name alone (its newest version), or the path of a model folder. None: the packaged French
        model. A packaged model's name wins over a folder: where a program is started changes no score.

    Raises
    ------
    ModelNotFoundError
        If there is no such model; the message lists those that there are.
    """
    asked = DEFAULT_NAME if name_or_path is None else str(name_or_path)
    folders = model_folders()
    named = [folder for folder in folders if asked in (folder.name, folder.name.rsplit("-", 1)[0])]
    if named:
        return max(named, key=lambda folder: _version_key(folder.name))
    path = Path(asked)
    if (path / FILE_NAME).is_file():
        return path
    known = ", ".join(folder.name for folder in folders) or "none"
    raise ModelNotFoundError(
        f"model {asked!r}",
        "no such model",
        f"a folder with a {FILE_NAME}, or one of: {known}",
        "Check the spelling, or train one with `engagetext train`.",
    )


def _version_key(folder_name: str) -> tuple[tuple[int, str], ...]:
    version = folder_name.rsplit("-", 1)[-1]
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in version.split("."))
