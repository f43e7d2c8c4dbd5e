"""The command line itself, and what its commands share."""

from pathlib import Path
from typing import Annotated

import typer

from engagetext.errors import EngagetextError

app = typer.Typer(
    name="engagetext",
    help="""Find keywords, themes and obstacles in French articles and the comments under them.

    Try: engagetext analyze article.html

    Exit codes: 0 done; 1 done, but some records were rejected (only with --strict); 2 wrong usage or unusable input.
    """,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ModelOption = Annotated[str | None, typer.Option(help="Name or folder of a model; the packaged French one by default.")]
FormatOption = Annotated[str | None, typer.Option(help="Format of the input, if its content does not tell.")]
VocabularyOption = Annotated[
    Path | None, typer.Option(help="Your own words, kept wherever they stand: one a line, or TOML with a list a theme.")
]
ColumnOption = Annotated[
    list[str] | None, typer.Option("--column", help="Map a column: --column text=body. May be repeated.")
]
StrictOption = Annotated[bool, typer.Option(help="Exit with 1 if a record was rejected.")]


def read_columns(pairs: list[str] | None) -> dict[str, str] | None:
    """Return the columns that options name, by field."""
    columns = {}
    for pair in pairs or []:
        name, mark, column = pair.partition("=")
        if not mark or not name or not column:
            raise typer.BadParameter(f"found {pair!r}, expected NAME=COLUMN, such as text=body", param_hint="--column")
        columns[name] = column
    return columns or None


def tell_rejected(error: EngagetextError) -> None:
    """Print why a record was rejected; the command goes on."""
    typer.echo(f"rejected: {error}", err=True)
