"""The error tree."""

import pickle

import pytest

from engagetext import errors


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(2, "No such file or directory"), "no file"),
        (IsADirectoryError(21, "Is a directory"), "a folder"),
        (PermissionError(13, "Permission denied"), "a file that may not be read"),
        (UnicodeDecodeError("utf-8", b"a\xe9", 1, 2, "x"), "no UTF-8 (byte 1)"),
        (ValueError("a bad header"), "ValueError: a bad header"),
    ],
)
def test_why_a_file_is_not_read_is_said_in_words(error: Exception, words: str) -> None:
    assert errors.unread(error) == words


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (errors.RecordError, ValueError),
        (errors.SourceError, OSError),
        (errors.SourceNotFoundError, FileNotFoundError),
        (errors.TaxonomyError, ValueError),
        (errors.ModelError, ValueError),
        (errors.ModelNotFoundError, FileNotFoundError),
        (errors.InputTypeError, TypeError),
        (errors.OptionError, ValueError),
        (errors.OutputError, OSError),
        (errors.MissingExtraError, ImportError),
    ],
)
def test_each_leaf_is_the_builtin_that_a_caller_expects(
    error: type[errors.EngagetextError], builtin: type[Exception]
) -> None:
    raised = error("a.jsonl, line 3", "a list", "an object", "Mend the line.")
    assert isinstance(raised, builtin)
    assert str(raised) == "a.jsonl, line 3: found a list, expected an object. Mend the line."
    # It leaves a worker process pickled.
    assert str(pickle.loads(pickle.dumps(raised))) == str(raised)
