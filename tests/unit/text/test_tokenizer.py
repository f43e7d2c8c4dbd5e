"""How French is cut into tokens."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engagetext as et
from engagetext.text.tokenizer import MAX_CHUNK_CHARS, FrenchTokenizer, _Generation

_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")


def cases() -> list[tuple[str, str, list[str]]]:
    """Return group, text and tokens of each case of `tokenizer_cases.txt`."""

    def plain(text: str) -> str:
        whole = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
        return whole.replace("\\n", "\n").replace("\\t", "\t")

    found, group = [], ""
    for line in Path(__file__).with_name("tokenizer_cases.txt").read_text(encoding="utf-8").splitlines()[1:]:
        if line.startswith("## "):
            group = line.removeprefix("## ")
        else:
            text, _, tokens = line.partition(" => ")
            found.append((group, plain(text), [plain(token) for token in tokens.split(" | ")]))
    return found


CASES = cases()


@pytest.mark.parametrize(("group", "text", "expected"), CASES, ids=[f"{group}: {text}" for group, text, _ in CASES])
def test_french_is_cut_as_the_table_says(group: str, text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_the_table_is_as_large_as_it_claims() -> None:
    assert len(CASES) >= 290
    assert len({group for group, _, _ in CASES}) == 16


def by_the_rules(chunks: list[str]) -> list[list[tuple[int, int]]]:
    return _cut(chunks, plain=False)


def _cut(chunks: list[str], *, plain: bool) -> list[list[tuple[int, int]]]:
    generation = _Generation()
    found = []
    for chunk in chunks:
        first = len(generation._types)
        generation._learn(chunk) if plain else generation._learn_with_rules(chunk)
        found.append(list(zip(generation._starts[first:], generation._ends[first:], strict=True)))
    return found


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([chunk for _, text, _ in CASES for chunk in text.split()]),
            st.from_regex(r"(?i)([cdjlmnst]|qu)?['’]?[a-zà-ÿœ]{1,12}[.,]?", fullmatch=True),
            st.text(st.characters(categories=["L", "M", "Nd", "Po"]), min_size=1, max_size=12),
        ).filter(lambda chunk: len(chunk.split()) == 1 and chunk == chunk.strip()),
        max_size=8,
    )
)
def test_plain_chunks_are_cut_as_the_rules_would_cut_them(chunks: list[str]) -> None:
    assert _cut(chunks, plain=True) == by_the_rules(chunks)


def words(text: str) -> list[str]:
    return [token.text for token in et.tokenize(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l’équipe d’aujourd’hui", ["l’", "équipe", "d’", "aujourd’hui"]),
        ("jusqu'au bout, lorsqu’il", ["jusqu'", "au", "bout", ",", "lorsqu’", "il"]),
        ("quelqu’un, presqu'île", ["quelqu’un", ",", "presqu'île"]),
        ("le conseil de prud’hommes", ["le", "conseil", "de", "prud’hommes"]),
        ("L’«équipe»", ["L’", "«", "équipe", "»"]),
        ("d'«ici» et l'\"autre\"", ["d'", "«", "ici", "»", "et", "l'", '"', "autre", '"']),
        ("O’Brien et le rock’n’roll", ["O’Brien", "et", "le", "rock’n’roll"]),
        ("y’a, t’es, p’tit", ["y’", "a", ",", "t’", "es", ",", "p’tit"]),
    ],
)
def test_elided_words_are_tokens_of_their_own(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a-t-il dit-on", ["a", "-t-il", "dit", "-on"]),
        ("vas-y, donne-le-moi", ["vas", "-y", ",", "donne", "-le", "-moi"]),
        ("Est-ce que c'est vrai ?", ["Est", "-ce", "que", "c'", "est", "vrai", "?"]),
        ("va-t'en", ["va", "-t'en"]),
        ("un rendez-vous avec le porte-parole", ["un", "rendez-vous", "avec", "le", "porte-parole"]),
        ("celui-là, là-bas, peut-être", ["celui-là", ",", "là-bas", ",", "peut-être"]),
        ("ce jour-là", ["ce", "jour", "-là"]),
        ("c’est-à-dire", ["c’est-à-dire"]),
    ],
)
def test_pronouns_leave_their_verb_and_compounds_stay_whole(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    "word",
    [
        "salarié·e·s",
        "salarié•e•s",
        "tou.te.s",
        "étudiant.e.s",
        "directeur-rice-s",
        "citoyen-ne-s",
        "employé(e)s",
        "employé(e)(s)",
        "agriculteurs/trices",
        "motivé/e/s",
        "lecteur·rice",
    ],
)
def test_inclusive_forms_are_one_token(word: str) -> None:
    assert words(f"les {word}, ici.") == ["les", word, ",", "ici", "."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("la S.N.C.F. et M. Dupont", ["la", "S.N.C.F.", "et", "M.", "Dupont"]),
        ("à 3,5 % ou 50%", ["à", "3,5", "%", "ou", "50", "%"]),
        ("n° 3, n°4, 14h30, le 12/10/2012", ["n°", "3", ",", "n°4", ",", "14h30", ",", "le", "12/10/2012"]),
        ("12 € ou 12€ (voir p. 3).", ["12", "€", "ou", "12", "€", "(", "voir", "p.", "3", ")", "."]),
        ("voir https://exemple.fr/a?b=1.", ["voir", "https://exemple.fr/a?b=1", "."]),
        ("exemple.fr, moi@exemple.fr", ["exemple.fr", ",", "moi@exemple.fr"]),
        ("@jean #engagement !", ["@jean", "#engagement", "!"]),
        ("bravo👍🏽👍 :-)", ["bravo", "👍🏽", "👍", ":-)"]),
        ("la note (8) et 4.8)", ["la", "note", "(", "8", ")", "et", "4.8", ")"]),
        ("trooop...bien", ["trooop", "...", "bien"]),
        ("oui…non", ["oui", "…", "non"]),
        ("super.merci !!", ["super", ".", "merci", "!!"]),
        ("Fin.Début", ["Fin", ".", "Début"]),
        ("et/ou", ["et", "/", "ou"]),
        ("<b>aujourd'hui</b>,", ["<", "b", ">", "aujourd'hui", "</", "b", ">", ","]),
        ('<a href="x">outil</a>', ["<", "a", "href", '="', "x", '">', "outil", "</", "a", ">"]),
        ("finie.</p><p>l'outil", ["finie", ".", "</", "p", "><", "p", ">", "l'", "outil"]),
        ("non !</b> mot,</i>", ["non", "!", "<", "/", "b", ">", "mot", ",", "</", "i", ">"]),
        ("fin…<br/>", ["fin", "…", "<", "br", "/", ">"]),
        ("bref<br/>lent", ["bref", "<", "br", "/>", "lent"]),
        ("• un\n– deux", ["•", "un", "–", "deux"]),
        ("« oui\u00a0»,\u202f«\u202fnon\u202f»", ["«", "oui", "»", ",", "«", "non", "»"]),
    ],
)
def test_marks_numbers_and_net_writing(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_tokens_are_slices_in_order_and_hold_everything_but_white_space(text: str) -> None:
    tokens = et.tokenize(text)
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert all(left.end <= right.start for left, right in pairwise(tokens))
    assert "".join("".join(token.text.split()) for token in tokens) == "".join(text.split())


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(alphabet="aé’l' .-()·\n!«»8:)k/", max_size=40), max_size=6))
def test_a_full_memo_changes_no_token(texts: list[str]) -> None:
    roomy, cramped = FrenchTokenizer(), FrenchTokenizer(max_chunks=1)
    for text in texts:
        one, other = roomy([text]), cramped([text])
        assert one.starts.tolist() == other.starts.tolist()
        assert one.ends.tolist() == other.ends.tolist()


def test_the_memo_is_bounded() -> None:
    tokenizer = FrenchTokenizer(max_chunks=100)
    first = tokenizer(["x"]).vocabulary
    tokenizer([" ".join(f"mot{number}" for number in range(101))])
    assert tokenizer(["y"]).vocabulary is not first


def test_a_chunk_without_end_is_cut() -> None:
    tokens = et.tokenize("a" * (3 * MAX_CHUNK_CHARS) + " fin")
    assert max(len(token.text) for token in tokens) <= MAX_CHUNK_CHARS
    assert tokens[-1].text == "fin"


def test_lone_surrogates_and_nul_keep_their_offsets() -> None:
    text = "\ud800abc \x00 a\u0301b"
    assert [text[token.start : token.end] for token in et.tokenize(text)] == words(text)
    assert "".join(words(text)) == "".join(text.split())


def test_batches_count_line_breaks() -> None:
    batch = FrenchTokenizer()(["a\nb\r\n\r\nc d", "\n\ne"])
    assert batch.newlines.tolist() == [0, 1, 2, 0, 2]
    assert batch.text_index.tolist() == [0, 0, 0, 0, 1]
