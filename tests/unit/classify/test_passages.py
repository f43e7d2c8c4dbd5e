"""How a text is cut into passages."""

import pytest

from engagetext.classify.passages import MAX_TOKENS, PassageBatch, find_passages, find_sentences
from engagetext.pipeline import load_pipeline


def passages(text: str) -> list[str]:
    tagged = load_pipeline().annotator([text])
    batch = tagged.tokens
    found = find_passages(batch, tagged.sentence_starts)
    pairs = zip(found.first, found.last, strict=True)
    return [text[batch.starts[first] : batch.ends[last - 1]] for first, last in pairs]


@pytest.mark.parametrize(
    "expected",
    [
        ["Une phrase. Une autre phrase, dans le même paragraphe."],
        ["Un paragraphe.", "Un autre."],
        ["Trois freins :", "• le temps", "• l'argent", "• l'envie"],
    ],
)
def test_paragraphs_and_list_items_are_passages(expected: list[str]) -> None:
    assert passages("\n\n".join(expected)) == expected
    assert passages("\n".join(expected)) == expected


def test_a_long_paragraph_is_cut_at_sentence_ends_into_even_pieces() -> None:
    sentence = "Cette phrase compte exactement dix mots et un point final. "
    found = passages(sentence * 30)
    sizes = [piece.count("phrase") for piece in found]
    assert sum(sizes) == 30
    assert max(sizes) - min(sizes) <= 2
    assert all(piece.startswith("Cette") and piece.endswith("final.") for piece in found)


def test_a_run_without_sentence_end_is_bounded() -> None:
    assert max(len(piece.split()) for piece in passages("mot " * 5000)) <= 4 * MAX_TOKENS


@pytest.mark.parametrize("text", ["", " \n "])
def test_an_empty_text_has_no_passage(text: str) -> None:
    assert passages(text) == []


def test_the_passages_of_a_batch_hold_all_its_tokens() -> None:
    texts = ["Un.\n\nDeux.", "", "Trois"]
    tagged = load_pipeline().annotator(texts)
    batch = tagged.tokens
    found = find_passages(batch, tagged.sentence_starts)
    assert found.text.tolist() == [0, 0, 2]
    assert found.first.tolist() == [0, *found.last.tolist()[:-1]]
    assert found.last[-1] == len(batch.type_ids)


@pytest.mark.parametrize("texts", [[""], ["Bravo !", ""], ["", "Bravo !", ""], ["Un. Deux.", "", "", "Trois."]])
def test_texts_without_a_word_have_no_sentence(texts: list[str]) -> None:
    tagged = load_pipeline().annotator(texts)
    sentences, owner = find_sentences(PassageBatch.of_texts(tagged.tokens), tagged.sentence_starts)
    assert {texts[row] for row in owner.tolist()} == {text for text in texts if text}
    assert (sentences.last > sentences.first).all()
