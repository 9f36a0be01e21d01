"""What the pages about feedback show: what all groups answered together, and «Dette gjorde vi»."""

from __future__ import annotations

from dataclasses import dataclass
from random import SystemRandom

from kompetanse.answers.reply import Reply
from kompetanse.language import Language, day, number, translate
from kompetanse.programme.models import DONT_KNOW, Module, Step
from kompetanse.sections.feedback import QuestionResult, feedback_results
from kompetanse.server.services import Services


@dataclass(frozen=True)
class ShownReply:
    """«Dette gjorde vi» of one module: when it was written, and its paragraphs."""

    module: str
    when: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class ShownQuestion:
    """A question with a row for each answer, or with texts; `words` where there is nothing to show."""

    text: str
    rows: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class ModuleFeedback:
    """The feedback of one module."""

    id: str
    title: str
    questions: tuple[ShownQuestion, ...]
    reply: ShownReply | None
    #: The reply as it was written, for the field.
    written: str


def feedback_step(module: Module) -> Step | None:
    """The module's step with questions about it, where it has one."""
    return next((step for step in module.steps if step.kind == "feedback"), None)


def module_feedback(services: Services, language: Language, *, with_texts: bool) -> tuple[ModuleFeedback, ...]:
    """The feedback of every module: the facilitator's with texts, for others only where there is a reply."""
    found = []
    for module in services.programme.modules:
        step, reply = feedback_step(module), _reply(services, module)
        if step is None or (reply is None and not with_texts):
            continue
        results = feedback_results(
            step,
            services.store.changed_since(0, module=module.id, step=step.id),
            services.store.groups(),
            today=services.today(),
            shuffle=SystemRandom(),
        )
        found.append(
            ModuleFeedback(
                id=module.id,
                title=_title(module, language),
                questions=tuple(_question(each, language) for each in results if each.choices or with_texts),
                reply=_shown(reply, module, language) if reply else None,
                written=reply.text if reply else "",
            )
        )
    return tuple(found)


def newest_reply(services: Services, language: Language) -> ShownReply | None:
    """What was said last of any module, for the front pages of groups."""
    replies = [(reply, module) for module in services.programme.modules if (reply := _reply(services, module))]
    if not replies:
        return None
    reply, module = max(replies, key=lambda each: each[0].time)
    return _shown(reply, module, language)


def _reply(services: Services, module: Module) -> Reply | None:
    with services.store.reading() as here:
        return here.replies.of(services.programme.id, module.id)


def _title(module: Module, language: Language) -> str:
    return translate("Modul {number}: {title}", language, number=module.number, title=module.title.to(language))


def _shown(reply: Reply, module: Module, language: Language) -> ShownReply:
    lines = tuple(line.strip() for line in reply.text.splitlines() if line.strip())
    return ShownReply(_title(module, language), day(reply.time.astimezone().date(), language), lines)


def _question(result: QuestionResult, language: Language) -> ShownQuestion:
    question, text = result.question, result.question.text.to(language)
    if result.choices is None:
        words = "" if result.texts else translate("Ingen tekster er delt, eller for få har svart.", language)
        return ShownQuestion(text, (), result.texts, words)
    if not result.choices.people:
        words = translate("Ikke vist (få svar, eller av hensyn til dem som har svart)", language)
        return ShownQuestion(text, (), (), words)
    names = {str(level): f"{level} {words.to(language)}" for level, words in question.levels.items()}
    if question.way_out:
        names[DONT_KNOW] = question.way_out.to(language)
    rows = tuple(
        (names[row["choice"]], ":" if row["people"] is None else number(row["people"], language))
        for row in result.choices.rows()
    )
    words = translate("{count} har svart", language, count=result.choices.people)
    return ShownQuestion(text, rows, (), words)
