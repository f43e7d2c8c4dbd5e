"""The command line: `engagetext` and `python -m engagetext`. It parses, calls and prints; nothing else."""

import sys

import typer

from engagetext.cli import archives, models
from engagetext.cli.options import app
from engagetext.errors import EngagetextError

# Importing the two registers their commands.
__all__ = ["app", "archives", "main", "models"]


def main() -> None:
    """Run the command line; an error of ours becomes one line and exit code 2."""
    try:
        app()
    except EngagetextError as error:
        typer.echo(f"engagetext: {error}", err=True)
        sys.exit(2)
