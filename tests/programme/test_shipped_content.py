"""The shipped programme: complete in three languages, in words that may be shown, and true to its own calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from pydantic import BaseModel

from kompetanse.language import LANGUAGES, Language
from kompetanse.programme.models import Instrument, Module, Programme, Text

#: Never on screen, as stems of whole words. English says facilitator: it is the programme's own word there.
NEVER_SHOWN: dict[Language, str] = {
    "nb": r"anonym\w*|respondent\w*|score\w*|skår\w*|gap(et|ene|a)?|instrument\w*|fasett\w*|akse(n|r|ne|ene)?|"
    r"konsensus\w*|fasilit\w*",
    "nn": r"anonym\w*|respondent\w*|score\w*|skår\w*|gap(et|a)?|instrument\w*|fasett\w*|akse(n|r|ne|ane)?|aksar\w*|"
    r"konsensus\w*|fasilit\w*",
    "en": r"anonym\w*|respondent\w*|scor(e|es|ed|ing)|gaps?|instruments?|facets?|ax[ei]s|consensus",
}
#: Words of the one Norwegian that the other does not have.
OF_THE_OTHER: dict[Language, str] = {
    "nb": r"ikkje|kva|kven|korleis|kvifor|eg|frå|nokon|noko|dykk|dykkar|veit|heile|saman|å vere|blei|meir|berre",
    "nn": r"ikke|hva|hvem|hvordan|hvorfor|jeg|fra|noen|noe|dere|deres|vet|hele|sammen|være|ble|mer|bare|etter hvert",
    "en": r"og|ikke|ikkje|som|uke|veke",
}
#: Texts of buttons, as the pages write them; a step that quotes one quotes it in every language.
BUTTONS = [
    ("«Vis gruppas svar»", "«Vis svara til gruppa»", "“Show the group's answers”"),
    ("«Hold mine svar utenfor»", "«Hald svara mine utanfor»", "“Leave my answers out”"),
    ("«Godta resten uten drøfting»", "«Godta resten utan drøfting»", "“Accept the rest without discussion”"),
    ("«Legg til et annet syn»", "«Legg til eit anna syn»", "“Add another view”"),
    ("«Vet ikke»", "«Veit ikkje»", "“Don't know”"),
]
PHASES = ("preparation", "gathering", "follow_up")


def texts(value: object, place: str = "") -> Iterator[tuple[str, Text]]:
    """Every text of a definition, with its place."""
    if isinstance(value, Text):
        yield place, value
    elif isinstance(value, BaseModel):
        for key, below in value:
            yield from texts(below, f"{place}/{key}")
    elif isinstance(value, dict):
        for key, below in value.items():
            yield from texts(below, f"{place}/{key}")
    elif isinstance(value, tuple):
        for number, below in enumerate(value):
            yield from texts(below, f"{place}/{getattr(below, 'id', number)}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there(shipped: Programme, language: Language) -> None:
    bodies_that_may_be_empty = {place for place, text in texts(shipped) if place.endswith("/body") and not text.nb}
    assert not bodies_that_may_be_empty
    assert not [place for place, text in texts(shipped) if not (getattr(text, language) or "").strip()]
    assert len(list(texts(shipped))) > 400


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_shown_that_must_not_be(shipped: Programme, language: Language) -> None:
    never = re.compile(rf"\b({NEVER_SHOWN[language]})\b", re.IGNORECASE)
    shown = {place: getattr(text, language) for place, text in texts(shipped)}
    for module in shipped.modules:
        shown |= {f"{step.id}/sources": " ".join(step.sources.get(language, ())) for step in module.steps}
    assert not {place: found[0] for place, words in shown.items() if (found := never.search(words))}


@pytest.mark.parametrize("word", ["Anonyme", "instrumentet", "gapet", "aksene", "fasilitatoren", "konsensus", "skåre"])
def test_the_search_for_such_words_finds_them(word: str) -> None:
    assert re.search(rf"\b({NEVER_SHOWN['nb']})\b", f"Her står {word}.", re.IGNORECASE)


@pytest.mark.parametrize("word", ["aksept", "Gapahuk", "maksimal", "aksjon"])
def test_the_search_for_such_words_lets_others_pass(word: str) -> None:
    assert not re.search(rf"\b({NEVER_SHOWN['nb']})\b", f"Her står {word}.", re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_keeps_to_itself(shipped: Programme, language: Language) -> None:
    other = re.compile(rf"\b({OF_THE_OTHER[language]})\b", re.IGNORECASE)
    assert not {place: found[0] for place, text in texts(shipped) if (found := other.search(getattr(text, language)))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotation_marks_are_those_of_the_language(shipped: Programme, language: Language) -> None:
    foreign = re.compile('["«»]' if language == "en" else '["“”]')
    assert not [place for place, text in texts(shipped) if foreign.search(getattr(text, language))]


def test_nynorsk_is_written_and_not_copied(module: Module) -> None:
    assert not [step.id for step in module.steps if step.body.nb == step.body.nn]


@pytest.mark.parametrize("button", BUTTONS, ids=lambda button: button[0])
def test_button_is_quoted_in_every_language_alike(module: Module, button: tuple[str, str, str]) -> None:
    for step in module.steps:
        quoted = [step.body.to(language).count(words) for language, words in zip(LANGUAGES, button, strict=True)]
        assert len(set(quoted)) == 1, (step.id, quoted)


def test_programme_is_for_the_municipalities_of_nordland(shipped: Programme) -> None:
    assert (shipped.region, shipped.counties, shipped.languages) == ("Nordland", ("18",), LANGUAGES)


def test_help_is_clearly_a_placeholder(shipped: Programme) -> None:
    assert shipped.help.email.endswith(".example")
    assert "byttes ut" in shipped.help.name


def test_steps_stand_in_their_order(module: Module) -> None:
    assert {phase.kind: [(step.id, step.kind) for step in phase.steps] for phase in module.phases} == {
        "preparation": [
            ("velkommen", "text"),
            ("hva-hvordan-hvorfor", "text"),
            ("evne", "assessment"),
            ("modenhet", "assessment"),
            ("lederegenskaper", "poll"),
            ("hvorfor", "question"),
        ],
        "gathering": [
            ("ordene-vare", "text"),
            ("ramme", "text"),
            ("gruppas-bilde", "text"),
            ("felles-vurdering", "consensus"),
            ("prioriteringer", "priorities"),
            ("tiltak", "actions"),
            ("case-1", "case"),
            ("case-2", "case"),
            ("tverrgruppe", "exchange"),
            ("erfaringskort", "practice"),
        ],
        "follow_up": [
            ("veien-videre", "question"),
            ("ledermote-1", "text"),
            ("ledermote-2", "text"),
            ("orienteringssak", "text"),
            ("tilbakemelding", "feedback"),
        ],
    }


def test_leader_needs_25_minutes_alone_before_the_gathering(module: Module) -> None:
    assert sum(step.minutes for step in module.phase("preparation").steps if step.who == "leader") == 25


def test_group_needs_75_minutes_for_its_mapping(module: Module) -> None:
    mapping = ("ramme", "gruppas-bilde", "felles-vurdering", "prioriteringer", "tiltak")
    assert sum(step.minutes for step in module.steps if step.id in mapping) == 75


def test_calendar_is_that_of_the_first_run(module: Module) -> None:
    assert [phase.opens.isocalendar().week for phase in module.phases] == [46, 50, 50]
    assert module.phase("follow_up").closes == date(2027, 2, 15)
    assert len(module.gathering_dates) == 4
    assert {day.isocalendar()[:2] for day in module.gathering_dates} == {(2026, 50), (2026, 51)}
    assert all(day.weekday() < 4 for day in module.gathering_dates)


def test_week_that_a_text_names_lies_in_the_module(module: Module) -> None:
    first, last = module.phase("preparation").opens.isocalendar().week, max(module.gathering_dates).isocalendar().week
    week = re.compile(r"\b(?:uke|veke|weeks?) (\d+)(?:(?:–| eller | or )(\d+))?")
    for step in module.steps:
        for language in LANGUAGES:
            words = f"{step.when.to(language) if step.when else ''} {step.body.to(language)}"
            for found in week.finditer(words):
                assert all(first <= int(number) <= last for number in found.groups() if number), (step.id, found[0])


def test_deadline_that_a_text_names_is_before_the_module_closes(module: Module) -> None:
    months = {"januar": 1, "february": 2, "januar.": 1, "january": 1, "februar": 2}
    closes = module.phase("follow_up").closes
    for step in module.phase("follow_up").steps:
        for language in LANGUAGES:
            words = f"{step.when.to(language) if step.when else ''} {step.body.to(language)}".lower()
            for day, month in re.findall(r"\b(\d+)\.? (januar|february|january|februar)\b", words):
                assert date(closes.year, months[month], int(day)) <= closes, (step.id, day, month)


def test_dates_in_texts_are_those_of_the_module(module: Module) -> None:
    said = {language: [] for language in LANGUAGES}
    for step in module.steps:
        for language in LANGUAGES:
            text = f"{step.when.to(language) if step.when else ''} {step.body.to(language)}"
            assert "gathering_weeks" not in text
            said[language] += re.findall(r"(?:uke|veke|week) 50 (?:eller|or) 51|1\.? (?:februar|February) 2027", text)
    assert set(said["nb"]) == {"uke 50 eller 51", "1. februar 2027"}
    assert set(said["nn"]) == {"veke 50 eller 51", "1. februar 2027"}
    assert set(said["en"]) == {"week 50 or 51", "1 February 2027"}


def test_assessment_has_39_items_16_of_them_short(instrument: Instrument) -> None:
    items = [item for facet in instrument.facets for item in facet.items]
    assert len(instrument.facets) == 16
    assert len(items) == 39
    assert [len(instrument.short_items(facet)) for facet in instrument.facets] == [1] * 16
    assert sum(item.short for item in items) == 16
    assert {axis.id: len(instrument.facets_of(axis.id)) for axis in instrument.axes} == {"evne": 9, "modenhet": 7}
    assert list(instrument.families) == ["P", "L", "O", "F"]
    assert (instrument.most_important, instrument.horizon_months) == (5, 24)


def test_codes_run_through_each_axis(instrument: Instrument) -> None:
    for axis in instrument.axes:
        codes = [item.code for facet in instrument.facets_of(axis.id) for item in facet.items]
        assert [int(code.split("-")[1]) for code in codes] == list(range(1, len(codes) + 1))
        assert all(code.startswith(axis.code) for code in codes)
    last = instrument.item("B6-18")
    assert last is not None
    assert last.id == "automatiske-avgjorelser"


def test_every_item_has_examples_for_levels_1_3_and_5(instrument: Instrument) -> None:
    assert all(set(item.examples) == {1, 3, 5} for facet in instrument.facets for item in facet.items)


def test_special_answers_have_four_reasons(instrument: Instrument) -> None:
    assert [reason.id for reason in instrument.special.reasons] == [
        "oppgaven-finnes-ikke",
        "lov-eller-stat",
        "for-tidlig",
        "annet",
    ]


def test_item_is_short_enough_to_read_once(instrument: Instrument) -> None:
    long = {
        item.code: len(item.text.to(language).split())
        for facet in instrument.facets
        for item in facet.items
        for language in LANGUAGES
        if len(item.text.to(language).split()) > 18
    }
    assert not long


def test_one_step_ends_with_what_matters_most(module: Module) -> None:
    assert [step.id for step in module.steps if getattr(step.content, "importance", False)] == ["modenhet"]


def test_consensus_has_three_questions_for_each_pattern(module: Module) -> None:
    step = module.step("felles-vurdering")
    assert step is not None
    assert {pattern.id: len(pattern.questions) for pattern in step.content.patterns} == {
        "far-agree": 3,
        "far-disagree": 3,
        "near-disagree": 3,
        "many-dont-know": 3,
        "near-agree": 3,
    }


def test_feedback_asks_four_questions_the_last_one_open(module: Module) -> None:
    step = module.step("tilbakemelding")
    assert step is not None
    assert [sorted(question.levels) for question in step.content.questions] == [[1, 2, 3, 4, 5]] * 3 + [[]]
    assert [bool(question.way_out) for question in step.content.questions] == [True, True, True, False]


def test_questions_stand_in_one_place_only(module: Module) -> None:
    for step in module.steps:
        asked = [text for place, text in texts(step.content) if place.endswith(("/text", "/prompt"))]
        for language in LANGUAGES:
            assert not [text for text in asked if getattr(text, language) in step.body.to(language)], step.id


def test_word_case_has_the_placeholders_that_the_report_will_fill(module: Module) -> None:
    step = module.step("orienteringssak")
    assert step is not None
    of_three = ("strength", "distance", "action", "effect", "role", "due")
    numbered = [f"{name}_{number}" for name in of_three for number in (1, 2, 3)]
    single = [
        "municipality", "region", "answered", "invited", "gathering_date", "approved_date", "little_known",
        "question_to_committee", "depends_on", "case_number", "meeting_date", "case_officer_role",
        "cost", "involvement", "place", "date", "chief_executive",
    ]  # fmt: skip
    for language in LANGUAGES:
        assert set(re.findall(r"\{\{(\w+)\}\}", step.body.to(language))) == {*numbered, *single}
