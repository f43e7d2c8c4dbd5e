"""The command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engagetext.cli import app, main
from engagetext.errors import SourceError

EXAMPLES = Path(__file__).parents[2] / "examples"
TAXONOMY = Path(__file__).parents[2] / "src" / "engagetext" / "taxonomy" / "taxonomie.toml"
RUNNER = CliRunner()


def run(*words: str, text: str | None = None, code: int = 0) -> str:
    result = RUNNER.invoke(app, list(words), input=text)
    assert result.exit_code == code, result.output
    return result.output


def test_help_names_every_command_and_the_exit_codes() -> None:
    text = run("--help")
    for word in ("analyze", "score", "report", "train", "evaluate", "info", "Exit codes"):
        assert word in text


def test_a_text_on_standard_input_is_analysed() -> None:
    text = run("analyze", "-", text="Le manque de temps nous freine tous, et la confiance se perd.")
    assert "Keywords:" in text
    assert "Manque de moyens et de temps" in text


def test_json_is_one_object_an_article() -> None:
    lines = run("analyze", "--json", str(EXAMPLES / "archive" / "articles.jsonl")).splitlines()
    assert len(lines) == 5
    table = json.loads(lines[0])
    assert table["title"].startswith("Bibliothèque")
    assert lines[0].count('"title": "Bibliothèque') == 1
    assert len(table["comments"]) == 6


def test_an_archive_is_scored_and_reported(tmp_path: Path) -> None:
    text = run("score", str(EXAMPLES / "archive"), str(tmp_path / "out.jsonl"), "--workers", "1")
    assert text.startswith("148 records read = 141 scored (17 articles, 124 comments) + 7 skipped")
    shown = run("report", str(tmp_path / "out.jsonl"))
    assert shown.startswith("17 articles, 124 comments")
    for word in ("Keywords", "Themes", "Obstacles", "«"):
        assert word in shown


def test_parquet_is_reported_like_jsonl(tmp_path: Path) -> None:
    for suffix in (".jsonl", ".parquet"):
        run("score", str(EXAMPLES / "archive" / "articles.jsonl"), str(tmp_path / f"out{suffix}"))
    assert run("report", str(tmp_path / "out.jsonl")) == run("report", str(tmp_path / "out.parquet"))


def test_rejected_records_count_only_when_asked(tmp_path: Path) -> None:
    source, out = str(EXAMPLES / "bad" / "broken.jsonl"), str(tmp_path / "out.jsonl")
    assert "1 rejected" in run("score", source, out)
    assert "1 rejected" in run("score", source, out, "--strict", code=1)
    assert "rejected: " in run("analyze", source, "--strict", code=1)


def test_columns_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("n;q7\n1;Le partage avance bien chez nous.\n", encoding="utf-8")
    out = str(tmp_path / "out.jsonl")
    assert "1 scored" in run("score", str(tmp_path / "a.csv"), out, "--column", "text=q7")
    assert "Keywords: partage" in run("analyze", str(tmp_path / "a.csv"), "--column", "text=q7")
    assert "expected NAME=COLUMN" in run("score", str(tmp_path / "a.csv"), out, "--column", "avis", code=2)


def test_info_tells_model_and_extras() -> None:
    text = run("info")
    assert "model fr-" in text
    assert "extra web: there" in text


def test_a_model_is_evaluated(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    rows = [{"id": str(n), "text": "Nous manquons de temps.", "obstacles": ["moyens"], "themes": []} for n in range(3)]
    gold.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert "3 passages" in run("evaluate", str(gold))
    figures = json.loads(run("evaluate", str(gold), "--json"))
    assert figures["obstacles"]["labels"]["moyens"]["recall"] == 1.0
    assert 0 <= figures["status_accuracy"] <= 1


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["analyze", "no such file"], "no such file or folder"),
        (["analyze", "-", "--model", "klingon"], "no such model"),
        (["score", "-", "out.xlsx"], "expected .jsonl, .parquet"),
        (["report", "no.jsonl"], "expected a scored archive"),
        (["train", "no.toml"], "expected a recipe"),
        (["train", "--taxonomy", str(TAXONOMY), "--out", "unused", "--workers", "0"], "expected at least 1"),
    ],
)
def test_an_error_is_one_line_and_exit_code_2(
    words: list[str], part: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["engagetext", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    shown = capsys.readouterr().err.strip()
    assert shown.startswith("engagetext: ")
    assert part in shown
    assert "\n" not in shown


def test_keywords_prints_every_slice_and_what_it_says_more() -> None:
    printed = run("keywords", str(EXAMPLES / "archive"), "--top-n", "3")
    assert "article: 17 texts" in printed
    assert "comment: 124 texts" in printed
    assert printed.count("more than the rest") == 2


def test_input_of_which_nothing_can_be_used_ends_with_the_first_reason(tmp_path: Path) -> None:
    table = tmp_path / "avis.csv"
    table.write_text("q7\nTrop peu de temps.\n", encoding="utf-8")
    told = run("score", str(table), str(tmp_path / "out.jsonl"), "--workers", "1", code=2)
    assert "nothing could be used; the first reason" in told
    assert "--column text=" in told
    assert "rejected" in run("analyze", str(table), code=2)
    result = RUNNER.invoke(app, ["keywords", str(table)])
    assert result.exit_code == 2
    (told,) = result.stderr.splitlines()
    assert "--column text=" in told


def test_keywords_by_month_say_that_no_text_has_a_date(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Le temps nous manque.", encoding="utf-8")
    with pytest.raises(SourceError, match="found no text in fr with a date"):
        RUNNER.invoke(app, ["keywords", str(tmp_path / "a.txt"), "--by", "month"], catch_exceptions=False)


ENGLISH = "The committee has decided to publish all of its decisions this year.\n"


def test_a_text_in_another_language_is_told_so(tmp_path: Path) -> None:
    text = run("analyze", "-", text=ENGLISH, code=2)
    assert "the model does not read this language" in text
    assert "left alone: standard input: found a text in en, expected one in fr. Give texts in fr, or a model" in text
    (tmp_path / "en.txt").write_text(ENGLISH, encoding="utf-8")
    (tmp_path / "fr.txt").write_text("Le temps nous manque.", encoding="utf-8")
    assert "left alone" in run("analyze", str(tmp_path))
    text = run("score", str(tmp_path / "en.txt"), str(tmp_path / "out.jsonl"), code=2)
    assert "nothing could be used" in text
    assert "found texts in other languages alone, expected some in fr. Give texts in fr, or a model that reads" in text
    assert "next: " not in text
    with pytest.raises(SourceError, match=r"no text in fr, expected texts in fr\. Give texts in fr, or a model"):
        RUNNER.invoke(app, ["keywords", str(tmp_path / "en.txt")], catch_exceptions=False)


def test_an_article_in_another_language_with_french_comments_is_used(tmp_path: Path) -> None:
    comments = [{"id": "c", "text": "Le manque de temps nous freine tous, et la confiance se perd."}]
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "a", "text": ENGLISH, "comments": comments}), encoding="utf-8")
    assert "left alone" in run("analyze", str(tmp_path / "a.jsonl"))


@pytest.mark.parametrize("command", ["analyze", "score", "keywords"])
@pytest.mark.parametrize(
    ("name", "found"), [("empty", "a folder without files"), ("empty/*", "a pattern that no file fits")]
)
def test_a_folder_without_files_is_told(tmp_path: Path, command: str, name: str, found: str) -> None:
    (tmp_path / "empty" / "below").mkdir(parents=True)
    (tmp_path / "empty" / ".hidden").touch()
    out = [str(tmp_path / "out.jsonl")] if command == "score" else []
    result = RUNNER.invoke(app, [command, str(tmp_path / name), *out])
    assert result.exit_code == 2, result.output
    (told,) = result.stderr.splitlines()
    assert f"{name}: found {found}, expected a file to read. Check the path; hidden" in told


def test_an_empty_text_is_told_so() -> None:
    assert "the text is empty" in run("analyze", "-", text="")
