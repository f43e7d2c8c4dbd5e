"""Word lists that packages bring along as text files."""

from importlib import resources


def listed(package: str, name: str) -> list[str]:
    """Return the words of a list beside the modules of a package; lines that begin with `#` are notes."""
    lines = resources.files(package).joinpath(name).read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]
