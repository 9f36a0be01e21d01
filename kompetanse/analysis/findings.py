"""Protected figures as sentences and questions: a number is where the talk begins, not a verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

from kompetanse.analysis.disclosure import Protected, ProtectedRegion
from kompetanse.analysis.frames import Agreement, Pattern
from kompetanse.analysis.frames.talk import ALIKE_FROM, pattern_of
from kompetanse.analysis.statistics import chance_level, rounded_median, rwg
from kompetanse.language import Language, number, translate
from kompetanse.programme.models import Facet, Instrument

#: A page in the room speaks to the group; its report is the group speaking.
Voice = Literal["you", "we"]


@dataclass(frozen=True)
class Detail:
    """What only a report of ten answers or more shows of a theme, in its method: see `disclosure.group`.

    mean, spread: in levels. index: r*WG(J). interval: of the mean, None where everybody has answered.
    chance: the share of groups answering at random that would be spread as little. priority: how urgent it is to talk.
    """

    mean: float
    spread: float
    index: float
    interval: tuple[float, float] | None
    chance: float
    priority: float


@dataclass(frozen=True)
class ThemePicture:
    """One theme as its audience may see it: its levels, the distance between them, agreement and what is known.

    today, ahead, distance: what the group has agreed on, else the mean of the answers.
    answered_today, answered_ahead, answered_distance: the mean of the answers, where it may be shown.
    """

    facet: Facet
    today: float | None
    ahead: float | None
    distance: float | None
    answered_today: float | None
    answered_ahead: float | None
    answered_distance: float | None
    agreement: Agreement | None
    agreed: int | None
    agreed_ahead: int | None
    dots: tuple[float, ...] | None
    dots_ahead: tuple[float, ...] | None
    dont_know: int | None
    many_dont_know: bool
    chosen_by: float | None
    #: The place in the order to talk about, in the room; in a report the order follows from what it shows.
    talk_order: int | None = None
    detail: Detail | None = None

    @property
    def decided(self) -> bool:
        """Whether the group has agreed on a level for today."""
        return self.agreed is not None

    def before_agreeing(self) -> ThemePicture:
        """The same theme as the answers alone show it."""
        return replace(
            self,
            today=self.answered_today,
            ahead=self.answered_ahead,
            distance=self.answered_distance,
            agreed=None,
            agreed_ahead=None,
        )


def theme_pictures(protected: Protected, instrument: Instrument) -> tuple[ThemePicture, ...]:
    """Every theme of the instrument, in its order. Where the group has agreed, that value is the level."""
    if not isinstance(protected, Protected):
        raise TypeError("A picture is made of figures that `disclosure.protect` has made, and of nothing else.")
    rows = {row["facet"]: row for row in protected.rows()}
    return tuple(_picture(facet, rows.get(facet.id, {})) for facet in instrument.facets)


def region_pictures(region: ProtectedRegion, instrument: Instrument) -> tuple[ThemePicture, ...]:
    """Every theme of many groups together, in the instrument's order: their levels and nothing else."""
    if not isinstance(region, ProtectedRegion):
        raise TypeError("A picture is made of figures that `disclosure.protect_region` has made, and of nothing else.")
    rows = {row["part"]: row for row in region.rows() if row["kind"] == "facet"}
    return tuple(
        _picture(facet, {name: rows.get(facet.id, {}).get(name) for name in ("as_is", "to_be", "distance")})
        for facet in instrument.facets
    )


def _picture(facet: Facet, row: dict[str, Any]) -> ThemePicture:
    agreed, agreed_ahead = _whole(row.get("agreed")), _whole(row.get("agreed_to_be"))
    today = row.get("as_is") if agreed is None else float(agreed)
    ahead = row.get("to_be") if agreed_ahead is None else float(agreed_ahead)
    own = agreed is not None or agreed_ahead is not None
    distance = (ahead - today if today is not None and ahead is not None else None) if own else row.get("distance")
    return ThemePicture(
        facet=facet,
        today=today,
        ahead=ahead,
        distance=None if distance is None else round(distance, 2),
        answered_today=row.get("as_is"),
        answered_ahead=row.get("to_be"),
        answered_distance=row.get("distance"),
        agreement=row.get("agreement"),
        agreed=agreed,
        agreed_ahead=agreed_ahead,
        dots=_dots(row.get("dots")),
        dots_ahead=_dots(row.get("dots_to_be")),
        dont_know=_whole(row.get("dont_know")),
        many_dont_know=bool(row.get("many_dont_know")),
        chosen_by=row.get("chosen_by"),
        talk_order=_whole(row.get("talk_order")),
        detail=_detail(row),
    )


def _detail(row: dict[str, Any]) -> Detail | None:
    if row.get("spread") is None or row.get("as_is") is None:
        return None
    figures = {name: row[name] for name in ("spread", "index", "chance", "priority")}
    interval = None if row["low"] is None or row["high"] is None else (row["low"], row["high"])
    return Detail(mean=row["as_is"], interval=interval, **figures)


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _dots(values: list[float] | None) -> tuple[float, ...] | None:
    return None if values is None else tuple(values)


def pattern(picture: ThemePicture, instrument: Instrument) -> Pattern:
    """Which conversation a theme calls for. Far is at least one fourth of the scale."""
    return pattern_of(
        math.nan if picture.distance is None else picture.distance,
        picture.agreement,
        many_dont_know=picture.many_dont_know,
        span=_span(instrument),
    )


def _span(instrument: Instrument) -> int:
    return instrument.scale.high - instrument.scale.low


def midmost(picture: ThemePicture) -> tuple[int, int] | None:
    """The rounded medians, today and ahead, that «Godta resten» takes; None where there are too few answers to show."""
    if not picture.dots or not picture.dots_ahead:
        return None
    return rounded_median(picture.dots), rounded_median(picture.dots_ahead)


def in_order_of_talk(pictures: tuple[ThemePicture, ...], instrument: Instrument) -> tuple[ThemePicture, ...]:
    """The themes with those to talk about first in front: far from the target, seen differently, important.

    In the room by the answers, and the order stays as the group agrees; in a report by what it shows.
    """
    if any(picture.talk_order for picture in pictures):
        return tuple(sorted(pictures, key=lambda picture: picture.talk_order or len(pictures) + 1))
    order = {picture.facet.id: place for place, picture in enumerate(pictures)}
    return tuple(sorted(pictures, key=lambda picture: (-_urgency(picture, instrument), order[picture.facet.id])))


def _urgency(picture: ThemePicture, instrument: Instrument) -> float:
    """The priority figure (`frames.talk.priority`) as far as what is shown allows: a word stands for its index."""
    distance = min(max(picture.distance or 0.0, 0.0) / _span(instrument), 1.0)
    apart = {Agreement.APART: 1.0, Agreement.SOMEWHAT: 0.5}.get(picture.agreement or Agreement.ALIKE, 0.0)
    importance = 0.5 if picture.chosen_by is None else max(picture.chosen_by, 0.1)
    return importance * (0.5 * distance + 0.5 * apart)


def strengths(pictures: tuple[ThemePicture, ...], *, most: int = 3) -> tuple[ThemePicture, ...]:
    """The themes with the highest level today, those with the shortest distance first among equals."""
    known = [picture for picture in pictures if picture.today is not None]
    return tuple(sorted(known, key=lambda picture: (-(picture.today or 0), picture.distance or 0))[:most])


def largest_distances(pictures: tuple[ThemePicture, ...], *, most: int = 3) -> tuple[ThemePicture, ...]:
    """The themes furthest from what is good enough, the most chosen first among equals; none without a distance."""
    known = [picture for picture in pictures if (picture.distance or 0) > 0]
    return tuple(sorted(known, key=lambda picture: (-(picture.distance or 0), -(picture.chosen_by or 0)))[:most])


def little_known(pictures: tuple[ThemePicture, ...]) -> tuple[ThemePicture, ...]:
    """The themes that many answered «vet ikke» to."""
    return tuple(picture for picture in pictures if picture.many_dont_know)


def agreement_words(agreement: Agreement | None, language: Language) -> str:
    """How alike the group sees a theme, in two words; the sign for «not shown» without a figure."""
    words = {
        Agreement.ALIKE: translate("ganske likt", language),
        Agreement.SOMEWHAT: translate("noe ulikt", language),
        Agreement.APART: translate("ulikt", language),
    }
    return words[agreement] if agreement else NOT_SHOWN


#: The sign for a figure that is missing or hidden, as Statistics Norway writes it.
NOT_SHOWN = ":"


def level_words(level: float | None, language: Language, *, whole: bool) -> str:
    """A level as digits: whole for agreed values, else in tenths; the sign for «not shown» without a figure."""
    return NOT_SHOWN if level is None else number(level, language, decimals=0 if whole else _decimals(level))


def _decimals(level: float) -> int:
    """Tenths, but for the quarters of a scale of two levels."""
    return 1 if abs(10 * level - round(10 * level)) < 1e-6 else 2


def sentence(picture: ThemePicture, instrument: Instrument, language: Language) -> str:
    """One plain sentence about a theme: where it is, what is good enough, and how alike the group sees it."""
    if picture.today is None:
        return translate("Ikke vist (få svar, eller av hensyn til dem som har svart)", language) + "."
    today = _named(picture.today, instrument, language)
    if picture.distance is None or picture.ahead is None:
        return translate("I dag: {today}.", language, today=today)
    if picture.distance <= 0:
        return translate("I dag: {today}. Det er godt nok også om to år.", language, today=today)
    ahead = _named(picture.ahead, instrument, language)
    return translate("I dag: {today}. Godt nok om to år: {ahead}.", language, today=today, ahead=ahead)


def _named(level: float, instrument: Instrument, language: Language) -> str:
    """A level with its name: 2 (i gang); tenths have no name of their own."""
    if not float(level).is_integer():
        return number(level, language, decimals=_decimals(level))
    name = instrument.scale.names[int(level)].to(language).lower()
    return f"{number(level, language)} ({name})" if name else number(level, language)


def how_alike(picture: ThemePicture, language: Language, *, voice: Voice) -> str | None:
    """The sentence about agreement on a theme; None where it may not be shown."""
    if picture.agreement is None:
        return None
    if voice == "we":
        words = {
            Agreement.ALIKE: translate("Vi ser ganske likt på det.", language),
            Agreement.SOMEWHAT: translate("Vi ser noe ulikt på det.", language),
            Agreement.APART: translate("Vi ser ulikt på det.", language),
        }
        return words[picture.agreement]
    if picture.agreement is Agreement.ALIKE:
        return translate("Her ser dere ganske likt på det", language) + "."
    if picture.agreement is Agreement.SOMEWHAT:
        return translate("Her ser dere noe ulikt på det.", language)
    return translate("Her ser dere ulikt på det. Hva ligger bak?", language)


def may_be_chance(picture: ThemePicture, instrument: Instrument) -> bool:
    """Whether so few have answered alike that one group in twenty answering at random would look the same.

    From five on the words themselves ask for more than the index, see `agreement_of`.
    """
    if picture.agreement is not Agreement.ALIKE or not picture.dots:
        return False
    alike = chance_level(rwg, ALIKE_FROM, raters=len(picture.dots), options=len(instrument.scale.levels))
    return alike.share > 0.05 and len(picture.dots) < 5


def headline(pictures: tuple[ThemePicture, ...], language: Language, *, voice: Voice) -> str:
    """What a picture of several themes shows first, as one sentence."""
    furthest = largest_distances(pictures, most=1)
    if not furthest:
        return translate("Slik ser gruppa på temaene.", language)
    name = furthest[0].facet.title.to(language)
    if furthest[0].agreement is not Agreement.APART:
        return translate("Avstanden er størst for «{theme}».", language, theme=name)
    if voice == "we":
        return translate("Avstanden er størst for «{theme}», og der ser vi ulikt på det.", language, theme=name)
    return translate("Avstanden er størst for «{theme}», og der ser dere ulikt på det.", language, theme=name)
