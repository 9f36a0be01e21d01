"""Open answers as words to count: word by word, and as whole answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from kompetanse.analysis.leadership_words import leadership_words
from kompetanse.analysis.words import WordGroup, group_words, shown_words

#: What a Norwegian reader counts as one word, form by form. The first of each line is what the others are counted with.
FORMS = """
mot | motet, Modig, modige, modighet, å være modig
samarbeid | samarbeidet, samarbeide, samarbeider, samarbeidsevne, evne til å samarbeide, samarbied
lytte | å lytte, lyttende, lyttande, lytting, lyttar, evne til å lytte, evna til å lytta, god lytter
åpen | åpenhet, åpent, åpne, open, openheit, opne, ope, aapenhet, åpenhett
tillit | tilliten, tillitsfull, tillitsfullt, tillitsskapende, bygge tillit, tillitt, tilit
tydelig | tydelige, tydelighet, tydeleg, tydelegheit, å være tydelig, tydlig, tydligheten
tålmodighet | tålmodig, tolmod, tolmodig, Tålmodighet., tålmodihet
nysgjerrighet | nysgjerrig, nyfiken, nysgjerrigheit, nyskjerrig, nysgjerig
trygghet | trygg, trygge, tryggleik, å være trygg, trygghed
ydmyk | ydmykhet, audmjuk, audmjukskap, ydmykheit
raus | raushet, rausheit, raust, rause
endringsvilje | endringsviljen, endringsvillig, endringsvillige, vilje til endring, endrings vilje, endringsvije
løsningsorientert | løysingsorientert, løsningsorienterte, løysingsorienterte, løsningsorinetert
gjennomføringsevne | gjennomføringskraft, gjennomføringsevna, evne til å gjennomføre, gjenomføringsevne
helhet | helheten, helhetlig, heilskap, heilskapleg, se helheten, evne til å se helhet
kommunikasjon | å kommunisere, kommuniserer, kommunikasjonsevner, kommunkasjon
ærlig | ærlighet, ærleg, ærlegdom, å vere ærleg
retning | retningen, gi retning, gje retning, retningsgivende
utholdenhet | utholdende, uthald, utholdenhed
involvere | involvering, involverende, involverer, å involvere ansatte
ansvar | ansvaret, ansvarlig, ta ansvar, ansvarleg
empati | empatisk, empatiske, empatti
fleksibel | fleksibilitet, fleksible, fleksibell
tilstedeværende | til stede, tilstedeværelse, nærvær
inspirere | inspirasjon, inspirerende, inspirator, insperere
"""
#: Pairs that look alike and are two words all the same.
APART = """
mot, mat
ro, ros
tillit, tilhørighet
ledelse, ledig
enhet, enighet
respekt, aspekt
samarbeid, gode samarbeidsevner
mot, mot til å prioritere
struktur, kultur
samling, samhandling
raus, rask
visjon, versjon
"""


def lines(table: str) -> list[list[str]]:
    return [[each.strip() for each in line.replace("|", ",").split(",")] for line in table.strip().splitlines()]


#: Typing errors are joined to what others have written, so each form is asked about among these.
OTHERS = [word for word, *_ in lines(FORMS) for _ in range(4)]


def test_at_least_95_of_100_listed_forms_are_counted_with_their_word(capsys: pytest.CaptureFixture[str]) -> None:
    wrong, asked = [], 0
    for word, *forms in lines(FORMS):
        for form in forms:
            asked += 1
            (found,) = shown_words([form, *OTHERS])[0] or ("nothing",)
            if found != word:
                wrong.append(f"{form}: {found}, not {word}")
    with capsys.disabled():
        print(f"\n{asked - len(wrong)} of {asked} forms are right; wrong:", "; ".join(wrong) or "none")
    assert asked >= 120
    assert len(wrong) <= 0.05 * asked, wrong


@pytest.mark.parametrize("pair", lines(APART), ids=" and ".join)
def test_two_words_are_not_taken_for_one(pair: list[str]) -> None:
    one, other = pair
    assert len(group_words([one, one, one, other])) == 2


def test_word_is_shown_in_the_form_that_most_wrote() -> None:
    assert group_words(["åpen", "openheit", "openheit", "åpenhet"])[0] == WordGroup(
        "openheit", ("openheit", "åpen", "åpenhet"), 4
    )
    # Of several the shortest, and then the first of the alphabet.
    assert group_words(["samarbeidet", "samarbeide"])[0].shown == "samarbeide"
    assert group_words(["lyttar", "lyttan", "lytter"])[0].shown == "lyttar"


def test_typing_error_is_never_what_is_shown() -> None:
    groups = group_words(["samarbied", "samarbied", "samarbied", "samarbeid", "samarbeid"])
    assert [(each.shown, each.count) for each in groups] == [("samarbeid", 5)]
    assert group_words(["tillitt"])[0].shown == "tillit"


def test_most_frequent_comes_first_and_then_the_alphabet() -> None:
    groups = group_words(["ro", "mot", "tillit", "mot", "humor"])
    assert [(each.shown, each.count) for each in groups] == [("mot", 2), ("humor", 1), ("ro", 1), ("tillit", 1)]


def test_answer_that_says_a_word_twice_counts_once() -> None:
    assert group_words(["mot, motet", "modig og mot"]) == (WordGroup("mot", ("mot", "modig", "motet"), 2),)


def test_answer_may_list_several_words() -> None:
    assert shown_words(["Mot, åpenhet; tillit", "ro og humor", "åpen og ærlig kommunikasjon"]) == [
        ("mot", "åpenhet", "tillit"),
        ("ro", "humor"),
        ("åpen og ærlig kommunikasjon",),
    ]


def test_banned_word_is_left_out_in_all_its_forms() -> None:
    assert [each.shown for each in group_words(["mot", "modig", "ro"], banned=["Motet"])] == ["ro"]


def test_words_merged_by_hand_are_counted_as_the_one_named() -> None:
    answers = ["dristig", "dristig", "dristig", "mot", "modig"]
    (group,) = group_words(answers, merged={"dristig": "mot"})
    assert (group.shown, group.count) == ("mot", 5)
    (unwritten,) = group_words(["dristig", "vågal"], merged={"dristig": "våge", "vågal": "våge"})
    assert (unwritten.shown, unwritten.count) == ("våge", 2)


@pytest.mark.parametrize("empty", ["", "   ", "?", "...", "vet ikke", "Veit ikkje.", "123", "🙂", "å"])
def test_answer_that_says_nothing_is_no_word(empty: str) -> None:
    assert group_words([empty]) == ()


def test_whatever_somebody_sends_is_a_word_or_nothing() -> None:
    hostile = ["<script>alert(1)</script>", "=HYPERLINK(1)", "\u202egro", "a" * 40, "\x00mot", "mot\u0301", "-" * 40]
    shown = [each.shown for each in group_words(hostile)]
    assert {"mot", "gro", "a" * 40} <= set(shown)
    assert all(word.isprintable() and word == word.strip() for word in shown)


def test_short_words_and_words_that_exist_are_never_typing_errors() -> None:
    assert {each.shown for each in group_words(["mot"] * 9 + ["mat", "mor", "mott"])} == {"mot", "mat", "mor", "mott"}
    assert {each.shown for each in group_words(["leder"] * 9 + ["feder", "lader"])} == {"leder", "feder", "lader"}


def test_no_word_of_the_table_stands_in_two_families() -> None:
    table = leadership_words()
    for word, family in table.families.items():
        assert table.families[family] == family, f"{word} belongs to {family}, which belongs to another"


#: What 300 leaders wrote, made up: bokmål and nynorsk, with typing errors, as phones write it.
ANSWERS = Path(__file__).with_name("leadership_answers.txt").read_text("utf-8").splitlines()


def test_cloud_of_300_answers_is_what_a_norwegian_reader_would_find(capsys: pytest.CaptureFixture[str]) -> None:
    groups = group_words(ANSWERS)
    with capsys.disabled():
        print("\n" + ", ".join(f"{each.shown} {each.count}" for each in groups if each.count > 2))
    assert len(ANSWERS) == 300
    assert [(each.shown, each.count) for each in groups[:12]] == [
        ("mot", 25),
        ("åpenhet", 23),
        ("lytte", 18),
        ("tillit", 18),
        ("tydelig", 18),
        ("nysgjerrig", 16),
        ("samarbeid", 14),
        ("endringsvilje", 12),
        ("tålmodighet", 12),
        ("trygg", 11),
        ("heilskap", 9),
        ("løsningsorientert", 9),
    ]
    # Phrases, and words that only mean nearly the same, stay as they were written.
    assert {"mot til å prioritere", "gode samarbeidsevner", "fleksibel", "humor"} <= {each.shown for each in groups}
    assert not {"vet ikke", "samarbied", "åpehnet", "tillitt"} & {each.shown for each in groups}


def test_order_of_the_answers_makes_no_difference() -> None:
    assert group_words(reversed(ANSWERS)) == group_words(ANSWERS)
