"""The word lists of this folder."""

from importlib import resources


def listed(name: str) -> list[str]:
    """Return the words of a list; lines that begin with `#` are notes."""
    lines = resources.files("engagetext.context").joinpath(name).read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]
