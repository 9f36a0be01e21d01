"""The results of a poll as a screen shows them: bars, a cloud of words, places in a grid; each as a table, too."""

from __future__ import annotations

from dataclasses import dataclass

from kompetanse.analysis.poll_results import FEWEST, PollResults, ResultRow
from kompetanse.answers.poll_run import PollRun, PollState
from kompetanse.figures.word_cloud import alphabetical, word_pictures
from kompetanse.language import Language, number, translate
from kompetanse.programme.kinds.poll_content import Form


@dataclass(frozen=True)
class ShownRow:
    """A row of the table; `width` of its bar in hundredths, and where it lies in a grid."""

    label: str
    figure: str
    width: int
    #: What the row is called in a grid, and its place there in hundredths from the lower left.
    name: str = ""
    x: float = 0.0
    y: float = 0.0
    levels: tuple[int, ...] = ()


@dataclass(frozen=True)
class ResultView:
    """What there is to show: a sentence where there is nothing yet, else rows in the order of the form."""

    form: Form
    words: str
    rows: tuple[ShownRow, ...] = ()
    unit: str = ""
    #: The same rows by the alphabet.
    listed: tuple[ShownRow, ...] = ()
    #: Of words: their picture, for a screen and for a phone.
    pictures: tuple[str, ...] = ()


def result_view(run: PollRun, state: PollState, results: PollResults, language: Language) -> ResultView:
    """The results in words and rows: none while they are hidden, or too few have answered."""
    answered = translate("{count} har svart", language, count=results.people)
    if not state.is_shown:
        return ResultView(run.content.form, f"{answered}. {translate('Resultatet er skjult.', language)}")
    if not results.is_enough:
        too_few = translate("Resultatet vises når minst {count} har svart.", language, count=FEWEST)
        return ResultView(run.content.form, f"{answered}. {too_few}")
    if state.frozen_at is not None:
        answered = f"{answered}. {translate('Resultatet står stille.', language)}"
    rows = tuple(_shown(run, row, place, language) for place, row in enumerate(results.rows, start=1))
    listed = tuple(sorted(rows, key=lambda row: alphabetical(row.label)))
    counted = sorted(((row.id, row.count) for row in results.rows), key=lambda row: (-row[1], alphabetical(row[0])))
    pictures = word_pictures(counted) if run.content.form == "words" and counted else ()
    if state.is_shown and run.is_moderated and not rows:
        answered = f"{answered}. {translate('Svarene blir sett gjennom før de vises.', language)}"
    return ResultView(run.content.form, answered, rows, _unit(run.content.form, language), listed, pictures)


def _shown(run: PollRun, row: ResultRow, place: int, language: Language) -> ShownRow:
    use, effort = row.place or (0.0, 0.0)
    return ShownRow(
        label=_label(run, row, language),
        figure=_figure(run.content.form, row, language),
        width=round(100 * row.share),
        name=str(place) if row.place else "",
        x=100 * (effort - 1) / 4,
        y=100 * (use - 1) / 4,
        levels=row.levels,
    )


def _label(run: PollRun, row: ResultRow, language: Language) -> str:
    if run.content.form == "tempo":
        return {
            "for-sakte": translate("For sakte", language),
            "passe": translate("Passe", language),
            "for-fort": translate("For fort", language),
        }[row.id]
    options = {option.id: option.text.to(language) for option in run.content.options}
    return options.get(row.id, row.id)


def _figure(form: Form, row: ResultRow, language: Language) -> str:
    if row.place:
        return " / ".join(number(side, language, decimals=1) for side in row.place)
    if form in {"scale", "grid"} and row.value is None:
        return translate("få svar", language)
    if row.value is not None:
        return number(row.value, language, decimals=1)
    return str(row.count)


def _unit(form: Form, language: Language) -> str:
    match form:
        case "scale":
            return translate("Snitt, 1 til 5", language)
        case "ranking":
            return translate("Plass i snitt", language)
        case "points":
            return translate("Poeng i snitt", language)
        case "grid":
            return translate("Nytte / innsats", language)
        case _:
            return translate("Svar", language)
