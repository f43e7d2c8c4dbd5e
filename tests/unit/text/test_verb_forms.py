"""Forms of verbs that only their stem tells apart."""

import pytest

from engagetext.text.verb_forms import NO_FORM, VERB_FORMS, verb_forms


@pytest.mark.parametrize(
    ("form", "verbs"),
    [
        ("conditional", "pourrait:pouvoir serait:être aimerait:aimer rendrait:rendre courrait:courir jetterait:jeter"),
        ("conditional", "SERAIENT:être ferions:faire connaîtrait:connaître ouvrirait:ouvrir voudriez:vouloir"),
        ("future", "faudra:falloir verrons:voir aimera:aimer prendra:prendre auront:avoir irez:aller mourra:mourir"),
        ("imperfect", "entrait:entrer rendait:rendre courait:courir ouvrait:ouvrir avait:avoir montrait:montrer"),
        ("imperfect", "preferaient:préférer esperait:espérer savait:savoir faisait:faire finissait:finir voyiez:voir"),
        ("infinitive", "noyer:noyer être:être pouvoir:pouvoir"),
        ("second person", "évitez:éviter avez:avoir ouvrez:ouvrir oubliez:oublier riez:rire"),
        (None, "fait:faire sais:savoir vais:aller connaît:connaître connais:connaitre hait:haïr paient:payer"),
        (None, "essaient:essayer publions:publier rions:rire distraient:distraire voilà:voilà preferons:préférer"),
        (None, "refuse:refuser entra:entrer montra:montrer erra:errer entrons:entrer a:avoir ont:avoir levé:lever"),
    ],
)
def test_a_verb_has_its_form(form: str | None, verbs: str) -> None:
    words, lemmas = zip(*(verb.split(":") for verb in verbs.split()), strict=True)
    wanted = NO_FORM if form is None else VERB_FORMS.index(form)
    assert dict(zip(words, verb_forms(words, lemmas).tolist(), strict=True)) == dict.fromkeys(words, wanted)


def test_no_words_have_no_forms() -> None:
    assert verb_forms([], []).shape == (0,)
