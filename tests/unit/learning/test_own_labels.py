"""From labelled passages to a model of one's own, and to the passages worth labelling next."""

import json
from pathlib import Path
from typing import Any

import pytest

import engagetext as et
from engagetext.learning.crossval import cross_validate, show_cross_validation
from engagetext.learning.datasets import read_passages
from engagetext.learning.suggest import suggest
from engagetext.learning.train import TrainingOptions
from engagetext.pipeline import load_pipeline
from engagetext.taxonomy import read_taxonomy

TAXONOMY = """
version = 1
[[theme]]
id = "velo"
label = "Le vélo"
seeds = ["vélo", "piste cyclable"]
[[obstacle]]
id = "danger"
label = "Le danger"
seeds = ["danger", "accident"]
"""
SENTENCES = [
    ("La piste cyclable longe le canal.", ["velo"], []),
    ("On roule à vélo toute l'année.", ["velo"], []),
    ("À vélo, le carrefour est un danger mortel.", ["velo"], ["danger"]),
    ("Un accident par semaine : quel danger !", [], ["danger"]),
    ("Le danger vient des camions.", [], ["danger"]),
    ("La cantine sert des lentilles.", [], []),
    ("Le conseil vote le budget.", [], []),
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("own")
    (folder / "mine.toml").write_text(TAXONOMY, encoding="utf-8")
    rows: list[dict[str, Any]] = [
        {"id": f"{copy}-{n}", "doc": str(copy), "text": f"{text} {copy}", "themes": themes, "obstacles": obstacles}
        for copy in range(10)
        for n, (text, themes, obstacles) in enumerate(SENTENCES)
    ]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "labels.jsonl").write_text(lines, encoding="utf-8")
    return folder / "labels.jsonl", folder / "mine.toml"


def test_cross_validation_scores_what_each_fold_leaves_out(files: tuple[Path, Path]) -> None:
    taxonomy = read_taxonomy(files[1])
    pipeline = load_pipeline()
    passages = read_passages(files[0], taxonomy)
    result = cross_validate(
        passages, taxonomy, pipeline.annotator, pipeline.labeller.spaces.vectors, TrainingOptions(folds=3)
    )
    assert result.evaluation.themes.micro_f1 > 0.9
    assert result.evaluation.obstacles.labels["danger"].gold == 30
    assert result.evaluation.status_accuracy > 0.9
    sizes = [point.passages for point in result.curve]
    assert sizes == sorted(sizes)
    shown = show_cross_validation(result)
    assert "learning curve" in shown
    assert "velo" in shown


def test_a_model_states_what_cross_validation_says_of_it(files: tuple[Path, Path], tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from engagetext.cli import app
    from engagetext.persistence.manifest import load_manifest

    model = tmp_path / "stated"
    done = CliRunner().invoke(app, ["train", str(files[0]), "--taxonomy", str(files[1]), "-o", str(model)])
    assert done.exit_code == 0, done.output
    assert "status right for" in done.output
    metrics = load_manifest(model).metrics
    assert metrics["cross_validated"]
    assert f"micro F1 {metrics['obstacles']['micro_f1']:.3f}" in done.output
    card = (model / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "## Scores by cross-validation" in card
    assert "| danger | 30 |" in card
    assert "Finds 1 theme (Le vélo) and 1 obstacle (Le danger)" in card
    assert "network" not in card
    assert "stances" not in card
    shown = CliRunner().invoke(app, ["info", "--model", str(model)]).output
    assert f"on {metrics['passages']} passages, cross-validated" in shown


@pytest.mark.parametrize(("kind", "other"), [("theme", "obstacle"), ("obstacle", "theme")])
def test_a_taxonomy_may_have_one_kind_only(kind: str, other: str, files: tuple[Path, Path], tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from engagetext.cli import app
    from engagetext.persistence.manifest import load_manifest

    taxonomy, labels, model = tmp_path / "one.toml", tmp_path / "one.jsonl", tmp_path / "one"
    head, *tables = files[1].read_text(encoding="utf-8").split("[[")
    taxonomy.write_text("[[".join([head, *(t for t in tables if t.startswith(kind))]), encoding="utf-8")
    rows = [json.loads(line) for line in files[0].read_text(encoding="utf-8").splitlines()]
    kept = (json.dumps(row | {f"{other}s": []}, ensure_ascii=False) + "\n" for row in rows)
    labels.write_text("".join(kept), encoding="utf-8")
    done = CliRunner().invoke(app, ["train", str(labels), "--taxonomy", str(taxonomy), "-o", str(model)])
    assert done.exit_code == 0, done.output
    metrics = load_manifest(model).metrics
    assert f"{kind}s" in metrics
    assert f"{other}s" not in metrics
    assert ("status_accuracy" in metrics) == (kind == "obstacle")
    shown = CliRunner().invoke(app, ["evaluate", str(labels), "--model", str(model)]).output
    assert f"{kind}s: micro F1" in shown
    assert f"{other}s: micro F1" not in shown


def test_a_model_is_trained_loaded_and_asked_for_more(files: tuple[Path, Path], tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from engagetext.cli import app

    model = tmp_path / "models" / "mine"
    command = ["train", str(files[0]), "--taxonomy", str(files[1]), "-o", str(model), "--no-curve"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    analysis = et.load(model)("Le danger guette à vélo.")
    assert [label.name for label in analysis.themes] == ["Le vélo"]
    assert [label.label for label in analysis.obstacles] == ["danger"]
    assert analysis.obstacles[0].explain(1)[0][0] == "danger"
    done = CliRunner().invoke(app, ["evaluate", str(files[0]), "--model", str(model)])
    assert f"mine-1.0 has learnt from {files[0]}" in done.output
    text = "Le vélo rouille au garage.\n\nUn danger, dit-on, mais lequel ?\n\nTrop cher.\n\nTrop cher."
    articles = [et.Article("a", text, comments=(et.Comment("c", "Trop cher."), et.Comment("d", "👍")))]
    rows, repeated = suggest(articles, load_pipeline(model), 5)
    assert sorted(row["text"] for row in rows) == [
        "Le vélo rouille au garage.", "Trop cher.", "Un danger, dit-on, mais lequel ?",
    ]  # fmt: skip
    assert repeated == 2
    assert [row["sure"] for row in rows] == sorted(row["sure"] for row in rows)
    out = tmp_path / "next.jsonl"
    source = tmp_path / "texts.jsonl"
    source.write_text(json.dumps({"text": articles[0].text}, ensure_ascii=False), encoding="utf-8")
    done = CliRunner().invoke(app, ["suggest", str(source), "-o", str(out), "--model", str(model), "--count", "1"])
    assert done.exit_code == 0, done.output
    assert "1 passages, 1 that came again or are labelled left out" in done.output
    assert f"engagetext train {out} --taxonomy {model / 'taxonomy.toml'} -o" in done.output
    again = ["suggest", str(source), "-o", str(out), "--model", str(model), "--labelled", str(out)]
    refused = CliRunner().invoke(app, again)
    assert refused.exit_code != 0
    assert read_passages(out, read_taxonomy(files[1]))
    done = CliRunner().invoke(app, [*again, "--overwrite"])
    assert done.exit_code == 0, done.output
    left = {passage.text for passage in read_passages(out, read_taxonomy(files[1]))}
    assert len(left) == 2


def test_training_shows_what_to_look_at_and_what_to_label_next(files: tuple[Path, Path], tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from engagetext.cli import app

    rows = [json.loads(line) for line in files[0].read_text(encoding="utf-8").splitlines()]
    wrong = next(row for row in rows if row["text"] == "Le danger vient des camions. 3")
    wrong["obstacles"] = []
    labels, archive = tmp_path / "labels.jsonl", tmp_path / "archive.jsonl"
    labels.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    archive.write_text(
        "".join(
            json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in (rows[0]["text"], "Un vélo rouille.")
        ),
        encoding="utf-8",
    )
    command = [
        "train",
        str(labels),
        "--taxonomy",
        str(files[1]),
        "-o",
        str(tmp_path / "m"),
        "--unlabelled",
        str(archive),
    ]
    shown = CliRunner().invoke(app, command).output
    told = shown.split("labels worth a second look")[1].splitlines()[1]
    assert told.startswith(f"  {labels}, line {rows.index(wrong) + 1}: not labelled obstacle danger, probability 0.9")
    assert "Un vélo rouille." in shown.split("passages worth labelling next:")[1]
    assert rows[0]["text"] not in shown.split("passages worth labelling next:")[1]
    assert "70 passages are few" in shown
    assert f"next: engagetext suggest {archive} -o next.csv --model {tmp_path / 'm'} --labelled {labels}" in shown


def test_passages_of_several_files_train_together(files: tuple[Path, Path], tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from engagetext.cli import app

    lines = files[0].read_text(encoding="utf-8").splitlines(keepends=True)
    parts = [tmp_path / "first.jsonl", tmp_path / "second.jsonl"]
    for part, chosen in zip(parts, (lines[:35], lines[35:]), strict=True):
        part.write_text("".join(chosen), encoding="utf-8")
    model = tmp_path / "both"
    command = ["train", *map(str, parts), "--taxonomy", str(files[1]), "-o", str(model), "--no-curve"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert [label.label for label in et.load(model)("Le danger guette à vélo.").obstacles] == ["danger"]
    refused = CliRunner().invoke(app, ["train", str(parts[0]), "recipe.toml"])
    assert "a recipe alone" in refused.output


@pytest.mark.parametrize("count", [0, 3])
def test_too_few_documents_are_told_at_once(count: int, files: tuple[Path, Path], tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from engagetext.cli import app

    few = tmp_path / "few.jsonl"
    rows = [{"id": str(n), "text": f"Le danger guette ici {n}.", "obstacles": ["danger"]} for n in range(count)]
    few.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = CliRunner().invoke(app, ["train", str(few), "--taxonomy", str(files[1]), "-o", str(tmp_path / "model")])
    assert isinstance(done.exception, et.RecordError)
    assert f"{count} documents" in str(done.exception)


def test_suggestions_that_nobody_mended_are_told(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from engagetext.cli import app

    articles = [
        et.Article(str(n), f"Par manque de temps et de moyens, le club numéro {n} ne se réunit plus.")
        for n in range(30)
    ]
    suggested, _ = suggest(articles, load_pipeline(), 30)
    out = tmp_path / "next.jsonl"
    out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in suggested), encoding="utf-8")
    assert "were these suggestions mended?" in CliRunner().invoke(app, ["evaluate", str(out)]).output
    suggested[0]["themes"] = ["mesure", *suggested[0]["themes"]]
    out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in suggested), encoding="utf-8")
    assert "mended" not in CliRunner().invoke(app, ["evaluate", str(out)]).output
