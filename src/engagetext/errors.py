"""Every exception that engagetext raises on purpose, as one tree.

EngagetextError
├── RecordError (ValueError)            one record cannot be used; a batch goes on without it
├── SourceError (OSError)               a whole source (file, folder, stream) cannot be read
│   └── SourceNotFoundError (FileNotFoundError)
├── TaxonomyError (ValueError)          a taxonomy file breaks its own rules
├── VocabularyError (ValueError)        a list of words cannot be read
├── ModelError (ValueError)             a model folder cannot be used
│   └── ModelNotFoundError (FileNotFoundError)
├── InputTypeError (TypeError)          an argument is of a type that no step reads
├── OptionError (ValueError)            an option has a value that it cannot take
├── OutputError (OSError)               results cannot be written where they were asked for
├── WorkerError (RuntimeError)          a worker process died
├── SchedulerError (ConnectionError)    no Dask scheduler answers
└── MissingExtraError (ImportError)     an optional package is needed and not installed

Every message has four parts: where, what was found, what was expected, how to mend it.
"""

from typing import Self


class EngagetextError(Exception):
    """Base of all errors that engagetext raises on purpose.

    Parameters
    ----------
    where : str
        File, line, record or argument at fault.
    found : str
        What stood there.
    expected : str
        What would have been right.
    remedy : str
        How to mend it: one full sentence.
    """

    def __init__(self, where: str, found: str, expected: str, remedy: str) -> None:
        super().__init__(where, found, expected, remedy)
        self.where, self.found, self.expected, self.remedy = where, found, expected, remedy

    def __reduce__(self) -> tuple[type, tuple[str, str, str, str]]:
        # An error leaves a worker pickled, and OSError keeps only two of its arguments in `args`.
        return type(self), (self.where, self.found, self.expected, self.remedy)

    def __str__(self) -> str:
        return f"{self.where}: found {self.found}, expected {self.expected}. {self.remedy}"


def unread(error: Exception) -> str:
    """Say in words why a text file could not be read: what an error found."""
    if isinstance(error, FileNotFoundError):
        return "no file"
    if isinstance(error, IsADirectoryError):
        return "a folder"
    if isinstance(error, PermissionError):
        return "a file that may not be read"
    if isinstance(error, UnicodeDecodeError):
        return f"no UTF-8 (byte {error.start})"
    return f"{type(error).__name__}: {error}"


class RecordError(EngagetextError, ValueError):
    """One record cannot be used; the job goes on without it."""


class SourceError(EngagetextError, OSError):
    """A file, folder or stream cannot be read at all."""


class SourceNotFoundError(SourceError, FileNotFoundError):
    """No file or folder has that name."""


class TaxonomyError(EngagetextError, ValueError):
    """A taxonomy breaks its own rules."""


class VocabularyError(EngagetextError, ValueError):
    """A list of words cannot be read."""


class ModelError(EngagetextError, ValueError):
    """A model folder cannot be used."""


class ModelNotFoundError(ModelError, FileNotFoundError):
    """No model has that name or path."""


class InputTypeError(EngagetextError, TypeError):
    """An argument is of a type that no step reads."""


class OptionError(EngagetextError, ValueError):
    """An option has a value that it cannot take."""


class OutputError(EngagetextError, OSError):
    """Results cannot be written where they were asked for."""


class WorkerError(EngagetextError, RuntimeError):
    """A worker process died; what was finished stays."""


class SchedulerError(EngagetextError, ConnectionError):
    """No Dask scheduler answers at an address."""


class MissingExtraError(EngagetextError, ImportError):
    """An optional package is needed and not installed."""

    @classmethod
    def of(cls, where: str, package: str, extra: str) -> Self:
        """Return the error of a package that an extra brings."""
        return cls(where, f"no {package}", package, f'Run: pip install "engagetext[{extra}]".')
