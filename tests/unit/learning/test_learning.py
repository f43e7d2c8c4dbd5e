"""Training: recipes, data sets, and models that come out the same every time."""

import json
from pathlib import Path
from typing import Any

import pytest

import engagetext as et
from engagetext.errors import OptionError, SourceNotFoundError
from engagetext.learning.build import build_model, cross_validate_recipe
from engagetext.learning.datasets import LabelledPassage, digest, licences, read_passages
from engagetext.learning.evaluate import evaluate_labels
from engagetext.learning.recipe import read_recipe
from engagetext.learning.stance import read_stances
from engagetext.persistence.manifest import load_manifest
from engagetext.pipeline import load_pipeline
from engagetext.taxonomy import default_taxonomy

TAXONOMY = """
[[theme]]
id = "jardin"
label = "Le jardin"
seeds = ["jardin"]
[[obstacle]]
id = "pluie"
label = "La pluie"
"""
RECIPE = """
name = "mien"
version = "1.0"
passages = ["data.jsonl"]
development = "data.jsonl"
taxonomy = "mine.toml"
[options]
prior_positives = 5.0
"""
GARDEN = ["Le jardin donne des fraises.", "Au jardin, on sème.", "Notre jardin est ouvert.", "Un jardin pour tous."]
RAIN = ["La pluie a tout arrêté.", "Sans cesse la pluie nous bloque.", "S'il tombait de la pluie, on rentrerait."]
OTHER = ["La mairie ferme à midi.", "Le train part à six heures.", "On mange à la cantine.", "La réunion est finie."]


def rows() -> list[dict[str, Any]]:
    made = []
    for doc in range(6):
        for kind, texts in (("jardin", GARDEN), ("pluie", RAIN), ("", OTHER)):
            for number, text in enumerate(texts):
                made.append(
                    {
                        "id": f"{doc}-{kind}-{number}",
                        "source": "essai",
                        "doc": str(doc),
                        "text": f"{text} Jour {doc}.",
                        "licence": "CC0",
                        "themes": [kind] if kind == "jardin" else [],
                        "obstacles": [{"label": "pluie", "status": "present"}] if kind == "pluie" else [],
                    }
                )
    return made


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    (tmp_path / "mine.toml").write_text(TAXONOMY, encoding="utf-8")
    (tmp_path / "data.jsonl").write_text("\n".join(map(json.dumps, rows())), encoding="utf-8")
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPE, encoding="utf-8")
    return path


def test_ones_own_taxonomy_trains_and_loads(recipe: Path, tmp_path: Path) -> None:
    evaluation = build_model(read_recipe(recipe), tmp_path / "mien-1.0")
    assert evaluation is not None
    assert evaluation.themes.micro_f1 > 0.9
    assert evaluation.obstacles.labels["pluie"].gold == 18
    analysis = et.load(tmp_path / "mien-1.0")("Tout le monde aime le jardin du quartier, surtout au printemps.")
    assert [label.label for label in analysis.themes] == ["jardin"]
    assert analysis.model == "mien-1.0"
    assert "jardin" in [keyword.theme for keyword in analysis.keywords]


def test_the_same_data_give_the_same_bytes(recipe: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        build_model(read_recipe(recipe), tmp_path / name)
    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name


def test_a_model_keeps_no_sentence_of_its_data(recipe: Path, tmp_path: Path) -> None:
    build_model(read_recipe(recipe), tmp_path / "model")
    for file in (tmp_path / "model").iterdir():
        assert b"donne des fraises" not in file.read_bytes()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('{"id": "a"}', "text = None"),
        ('{"id": "a", "text": " "}', "text = ' '"),
        ('{"id": "a", "text": "x", "themes": ["amour"]}', "the theme 'amour'"),
        ('{"id": "a", "text": "x", "obstacles": [{"label": "gel"}]}', "the obstacle 'gel'"),
        ('{"id": "a", "text": "x", "obstacles": [{"label": "moyens", "status": "?"}]}', "the status '?'"),
        ("[]", "list"),
        ("{", "Expecting"),
    ],
)
def test_a_bad_line_is_told(tmp_path: Path, line: str, found: str) -> None:
    (tmp_path / "data.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(et.RecordError) as raised:
        read_passages(tmp_path / "data.jsonl", default_taxonomy())
    assert found in raised.value.found
    assert raised.value.where.endswith("data.jsonl, line 1")
    assert raised.value.remedy.endswith(".")


def test_missing_data_are_told(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError):
        read_passages(tmp_path / "none.jsonl", default_taxonomy())


def test_the_digest_follows_labels_and_texts(tmp_path: Path) -> None:
    (tmp_path / "data.jsonl").write_text('{"id": "a", "text": "x"}\n{"id": "b", "text": "y"}', encoding="utf-8")
    passages = read_passages(tmp_path / "data.jsonl", default_taxonomy())
    assert digest(passages) != digest(passages[:1])
    assert digest(passages) == digest(list(passages))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("name = ", "Invalid value"),
        ('name = "x"', "KeyError"),
        ('name="x"\nversion="1"\npassages=[]\n[options]\nz=1', "z"),
    ],
)
def test_a_broken_recipe_is_told(tmp_path: Path, source: str, found: str) -> None:
    (tmp_path / "r.toml").write_text(source, encoding="utf-8")
    with pytest.raises(OptionError) as raised:
        read_recipe(tmp_path / "r.toml")
    assert found in raised.value.found


def test_too_few_documents_are_told(recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "data.jsonl").write_text('{"id": "a", "text": "Le jardin.", "themes": ["jardin"]}', encoding="utf-8")
    with pytest.raises(et.RecordError) as raised:
        build_model(read_recipe(recipe), tmp_path / "model")
    assert raised.value.expected == "at least 5, one a fold"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('authred = ["corpus/*.jsonl"]', "unknown entries authred"),
        ('authored = ["nowhere/*.jsonl"]', "nowhere"),
        ('authored = ["/nowhere/*.jsonl"]', "/nowhere"),
        ('authored = "corpus.jsonl"', "where a list of file names stands"),
    ],
)
def test_a_slip_in_a_recipe_is_told(line: str, found: str, tmp_path: Path) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text(f'name = "x"\nversion = "1"\npassages = ["p.jsonl"]\n{line}\n', encoding="utf-8")
    with pytest.raises(et.EngagetextError, match=found):
        read_recipe(recipe)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('{"id": "a", "text": "x", "themes": null}', "themes = None"),
        ('{"id": "a", "text": "x", "themes": "confiance"}', "themes = 'confiance'"),
        ('{"id": "a", "text": "x", "obstacles": [3]}', "the obstacle 3"),
        ('{"id": "a", "text": "x", "obstacles": [{"status": "present"}]}', "the obstacle"),
        ('{"id": "a", "text": "x", "theme": ["confiance"]}', "the key 'theme'"),
    ],
)
def test_labels_of_another_shape_are_told(line: str, found: str, tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(et.RecordError, match=found):
        read_passages(tmp_path / "p.jsonl", default_taxonomy())


def test_a_source_with_two_licences_names_both() -> None:
    passages = [
        LabelledPassage(str(number), "blog/1", "x", (), (), licence)
        for number, licence in enumerate(("GPL-3.0", "CC BY 4.0", ""))
    ]
    assert licences(passages) == {"blog": "CC BY 4.0, GPL-3.0, not stated"}


def test_what_was_written_after_a_source_does_not_take_its_licence() -> None:
    passages = [
        LabelledPassage("1", "blog/1", "x", (), (), "GPL-3.0"),
        LabelledPassage("2", "blog/1", "y", (), (), "CC BY 4.0", authored=True, after="1"),
        LabelledPassage("3", "handbook/1", "z", (), (), "MIT", authored=True),
    ]
    assert licences(passages) == {"authored": "CC BY 4.0", "blog": "GPL-3.0", "handbook": "MIT"}


def test_development_passages_win_over_cross_validation(recipe: Path, tmp_path: Path) -> None:
    read = read_recipe(recipe)
    validated = cross_validate_recipe(read).evaluation
    assert validated.left_out
    evaluation = build_model(read, tmp_path / "mien-1.0", cross_validated=validated)
    assert evaluation is not None
    assert not evaluation.left_out


@pytest.mark.parametrize(("option", "value"), [("folds", 1), ("min_count", 10_000)])
def test_options_that_cannot_be_met_are_told(option: str, value: int, recipe: Path, tmp_path: Path) -> None:
    recipe.write_text(f"{recipe.read_text(encoding='utf-8')}\n{option} = {value}\n", encoding="utf-8")
    with pytest.raises(OptionError, match=option):
        build_model(read_recipe(recipe), tmp_path / "model")


def test_nothing_to_evaluate_is_told() -> None:
    with pytest.raises(et.RecordError, match="at least one labelled passage"):
        evaluate_labels(load_pipeline(), [])


def test_authored_passages_can_be_left_out_of_one_kind(recipe: Path, tmp_path: Path) -> None:
    extra = [
        {"id": f"x{n}", "source": "a", "doc": f"x{n}", "text": text, "themes": ["jardin"], "obstacles": []}
        for n, text in enumerate(["La pluie au jardin.", "La pluie, encore la pluie."])
    ]
    (recipe.parent / "extra.jsonl").write_text("\n".join(map(json.dumps, extra)), encoding="utf-8")
    source = recipe.read_text(encoding="utf-8")
    said = []
    for weight in (0.0, 1.0):
        path = recipe.parent / f"w{weight}.toml"
        options = f"[options]\nauthored_themes = {weight}\nauthored_obstacles = 0.0"
        path.write_text('authored = ["extra.jsonl"]\n' + source.replace("[options]", options), encoding="utf-8")
        build_model(read_recipe(path), tmp_path / str(weight))
        (passage,) = et.load(tmp_path / str(weight))("La pluie tombe.").passages
        said.append((passage.themes["jardin"], passage.obstacles["pluie"]))
    assert said[0][0] < said[1][0]
    assert said[0][1] == said[1][1]


def test_passages_of_statuses_teach_nothing_else(recipe: Path, tmp_path: Path) -> None:
    texts = ["La pluie ne nous arrête plus.", "La pluie est finie.", "Plus de pluie depuis mardi."]
    more = [
        {"id": f"s{n}", "text": text, "themes": ["jardin"], "obstacles": [{"label": "pluie", "status": "ecarte"}]}
        for n, text in enumerate(texts * 3)
    ]
    (recipe.parent / "more.jsonl").write_text("\n".join(map(json.dumps, more)), encoding="utf-8")
    source = recipe.read_text(encoding="utf-8")
    _check_statuses_alone(recipe.parent, tmp_path, source, 'statuses = ["more.jsonl"]\n' + source)


def _check_statuses_alone(folder: Path, models: Path, without: str, added: str) -> None:
    """Check that a recipe with an entry more tells another status, and the same labels, as without it."""
    said = []
    for name, source in (("without", without), ("with", added)):
        path = folder / f"{name}.toml"
        path.write_text(source, encoding="utf-8")
        build_model(read_recipe(path), models / name)
        analysis = et.load(models / name)("La pluie ne nous arrête plus depuis mardi.")
        (passage,) = analysis.passages
        said.append((passage.themes, passage.obstacles, [label.status for label in analysis.obstacles]))
    assert said[0][:2] == said[1][:2]
    assert [each[2] for each in said] == [["present"], ["ecarte"]]
    digests = {load_manifest(models / name).data_digest for name in ("without", "with")}
    assert len(digests) == 2


def test_difficulties_teach_statuses_alone(recipe: Path, tmp_path: Path) -> None:
    texts = ["Il fait beau. La pluie ne nous arrête plus.", "La pluie est finie.", "Plus de pluie depuis mardi."]
    pool = [{"id": f"p{n}", "source": "s", "doc": f"{n}", "text": text} for n, text in enumerate(texts * 3)]
    marks = [
        {"id": row["id"], "difficulties": [{"status": "ecarte", "span": [start, start + 5]}]}
        for row in pool
        for start in [row["text"].index("pluie")]
    ]
    for name, lines in (("pool", pool), ("marks", marks)):
        (recipe.parent / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    source = recipe.read_text(encoding="utf-8")
    table = '[[difficulties]]\nmarks = "marks.jsonl"\npool = "pool.jsonl"\n'
    _check_statuses_alone(recipe.parent, tmp_path, source, source.replace("[options]", table + "[options]"))


def test_a_network_is_learnt_from_marked_words_and_comes_out_the_same_every_time(
    recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked = [
        {**row, "evidence": {f"theme:{label}": [[0, 9]] for label in row["themes"]}, "source": f"s{row['doc']}"}
        for row in rows()
    ]
    (recipe.parent / "data.jsonl").write_text("\n".join(map(json.dumps, marked)), encoding="utf-8")
    (recipe.parent / "senses.tsv").write_text("jardin\tPLACE\npluie\tWEATHER\n", encoding="utf-8")
    source = recipe.read_text(encoding="utf-8")
    options = "senses = 'senses.tsv'\n[options]\nepochs = 20\nby_source = true\nobstacle_share = 0.5"
    recipe.write_text(source.replace("[options]", options), encoding="utf-8")
    monkeypatch.setattr("engagetext.learning.train._WORTH_PROCESSES", 0)
    monkeypatch.setattr("engagetext.learning.train._WORTH_READER", 1)
    for name, n_process in (("one", 1), ("two", 2)):
        evaluation = build_model(read_recipe(recipe), tmp_path / name, n_process=n_process)
        assert evaluation is not None
        assert evaluation.themes.micro_f1 > 0.9
    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name
    analysis = et.load(tmp_path / "one")("Tout le monde aime le jardin du quartier, surtout au printemps.")
    (label,) = analysis.themes
    assert "jardin" in [word for word, _ in label.explain(3)]


def test_probabilities_fit_texts_with_the_share_of_obstacles_that_is_expected(recipe: Path, tmp_path: Path) -> None:
    source = recipe.read_text(encoding="utf-8")
    said = []
    for share in (0.1, 0.6):
        path = recipe.parent / f"s{share}.toml"
        path.write_text(source.replace("[options]", f"[options]\nobstacle_share = {share}"), encoding="utf-8")
        build_model(read_recipe(path), tmp_path / str(share))
        (passage,) = et.load(tmp_path / str(share))("La pluie tombe.").passages
        said.append((passage.themes["jardin"], passage.obstacles["pluie"]))
    assert said[0][0] == said[1][0]
    assert said[0][1] < said[1][1]


STANCES = {
    "agree": "Bravo, je suis d'accord.",
    "object": "Non, c'est faux.",
    "ask": "Pourquoi donc ?",
    "add": "Il y a aussi un four.",
    "off_topic": "Je vends un vélo.",
}


def _stance_recipe(recipe: Path, **row: Any) -> Path:
    written = [
        {"before": f"texte {n}", "reply": f"{reply} Jour {n}.", "stance": stance}
        for n in range(6)
        for stance, reply in STANCES.items()
    ]
    read = [{"id": "p", "before": "q", "stance": "ask", "second": "ask", **row}]
    (recipe.parent / "written.jsonl").write_text("\n".join(map(json.dumps, written)), encoding="utf-8")
    (recipe.parent / "read.jsonl").write_text("\n".join(map(json.dumps, read)), encoding="utf-8")
    pool = {"id": "p", "text": "Pourquoi cela ?", "title": "Fil"}
    (recipe.parent / "pool.jsonl").write_text(json.dumps(pool), encoding="utf-8")
    table = '[stance]\nauthored = ["written.jsonl"]\nread = ["read.jsonl"]\npool = "pool.jsonl"\n[options]'
    recipe.write_text(recipe.read_text(encoding="utf-8").replace("[options]", table), encoding="utf-8")
    return recipe


def test_a_recipe_teaches_stances(recipe: Path, tmp_path: Path) -> None:
    without = read_recipe(recipe)
    build_model(read_recipe(_stance_recipe(recipe)), tmp_path / "model")
    comment = et.Comment("c", "Non, c'est faux. Jour neuf.")
    stance = et.load(tmp_path / "model")(comment).stance
    assert stance is not None
    assert stance.label == "object"
    build_model(without, tmp_path / "model")
    assert et.load(tmp_path / "model")(comment).stance is None


@pytest.mark.parametrize(
    ("row", "found"),
    [({"id": "z"}, "the id 'z'"), ({"stance": "maybe"}, "stance = 'maybe'"), ({"second": "add"}, None)],
)
def test_read_replies_must_be_in_the_pool_and_agreed_on(recipe: Path, row: dict[str, str], found: str | None) -> None:
    files = read_recipe(_stance_recipe(recipe, **row)).stance
    assert files is not None
    if found is None:
        assert len(read_stances(files)) == 30
    else:
        with pytest.raises(et.RecordError) as told:
            read_stances(files)
        assert told.value.found == found


def test_a_reply_without_a_known_stance_is_told(recipe: Path) -> None:
    files = read_recipe(_stance_recipe(recipe)).stance
    assert files is not None
    (recipe.parent / "written.jsonl").write_text('{"reply": "Oui.", "stance": "maybe"}', encoding="utf-8")
    with pytest.raises(et.RecordError, match=r"line 1: found stance = 'maybe', expected .*off_topic. Mend the line"):
        read_stances(files)


@pytest.mark.parametrize("share", [0.0, 1.0, -1.0])
def test_a_share_of_obstacles_that_is_none_is_told(recipe: Path, tmp_path: Path, share: float) -> None:
    source = recipe.read_text(encoding="utf-8").replace("[options]", f"[options]\nobstacle_share = {share}")
    recipe.write_text(source, encoding="utf-8")
    with pytest.raises(OptionError, match=r"obstacle_share: found .*, expected more than 0 .*Leave it out"):
        build_model(read_recipe(recipe), tmp_path / "model")


def test_a_share_of_obstacles_means_nothing_where_there_are_none(recipe: Path, tmp_path: Path) -> None:
    bare = [{**row, "obstacles": []} for row in rows()]
    (recipe.parent / "data.jsonl").write_text("\n".join(map(json.dumps, bare)), encoding="utf-8")
    source = recipe.read_text(encoding="utf-8").replace("[options]", "[options]\nobstacle_share = 0.4")
    recipe.write_text(source, encoding="utf-8")
    assert build_model(read_recipe(recipe), tmp_path / "model") is not None


def test_cross_validation_parts_sources_where_a_recipe_does(recipe: Path) -> None:
    several = [{**row, "source": f"s{int(row['doc']) % 4}"} for row in rows()]
    (recipe.parent / "data.jsonl").write_text("\n".join(map(json.dumps, several)), encoding="utf-8")
    source = recipe.read_text(encoding="utf-8").replace("[options]", "[options]\nby_source = true\nfolds = 2")
    recipe.write_text(source, encoding="utf-8")
    assert cross_validate_recipe(read_recipe(recipe)).evaluation.themes.micro_f1 > 0.5
