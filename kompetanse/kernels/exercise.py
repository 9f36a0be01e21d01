"""What a warm process does before it is forked: it reads everything that workbooks need, and uses it once.

Python compiles, caches and looks up most things the first time they are used. A kernel that is forked afterwards finds
them done, and shares the memory they lie in. What draws charts is left out, because it keeps threads; so is everything
that holds a connection: the home of made-up answers that is tried here is closed and gone before the first fork.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from kompetanse.analysis.words import group_words
from kompetanse.answers.calls import CALLS, call
from kompetanse.answers.demo import make_one_group
from kompetanse.answers.log import AnswerLog
from kompetanse.answers.session import Session, SessionSigner, new_session_key, verify
from kompetanse.answers.store import Store
from kompetanse.errors import InputError
from kompetanse.figures.blocks import mime_bundle
from kompetanse.figures.charts import distance_chart
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import Programme
from kompetanse.sections.context import GroupContext
from kompetanse.sections.gathered import material
from kompetanse.sections.report import SECTIONS
from kompetanse.sections.step_text import step_text
from kompetanse.steps import each_of, step_kind
from kompetanse.widgets.catalogue import code_version, name_code_of

#: What kernels import on their first message, their first cell or their first picture.
MODULES = (
    "IPython.core.logger",
    "IPython.core.oinspect",
    "ipykernel.debugger",
    "ipykernel.parentpoller",
    "jedi",
    "tornado.platform.asyncio",
    "kompetanse.facilitator_workbook",
    "kompetanse.sections.regional",
    "kompetanse.steps.picture",
    "kompetanse.steps.words",
    "kompetanse.workbook",
)

#: Sections that draw, which a warm process must not.
_DRAWING = frozenset({"axes"})


def exercise(programme: Path | None = None, *, pages: bool = True) -> None:
    """Leaves this process with one thread, no connection, and every cache as warm as it gets.

    pages: also what only live pages do, and in every language; reports do without it, and begin sooner.
    """
    for name in MODULES:
        import_module(name)
    for name in CALLS:
        call(name)
    # Reads the dictionaries, which all kernels then share.
    group_words(["samarbeid"])
    loaded = load_programme(programme)
    _sign_in(loaded)
    # A programme without an assessment has no pictures to try.
    with (
        suppress(InputError),
        tempfile.TemporaryDirectory(prefix="kompetanse-") as home,
        Store.open(Path(home)) as store,
    ):
        _show_everything(store, loaded, make_one_group(store, loaded), pages=pages)


def _sign_in(programme: Programme) -> None:
    """Verifies a session as a page's kernel does first of all."""
    signer = SessionSigner(new_session_key())
    session = Session("leader", programme.id, "exercise", "exercise", "nb", None)
    verify(signer.sign(session, timedelta(minutes=1), kernel="x"), signer.public_key_pem, kernel="x")


def _show_everything(store: Store, programme: Programme, group: str, *, pages: bool) -> None:
    for language in programme.languages if pages else programme.languages[:1]:
        operator = Session("operator", "", None, None, language, None)
        context = _context(store, programme, group, operator)
        shown = material(context, edition="group")
        for name, section in SECTIONS.items():
            if name not in _DRAWING:
                mime_bundle(section(shown), language)
        for axis in shown.instrument.axes or (None,):
            chart = distance_chart(
                shown.protected, shown.instrument, axis=axis.id if axis else None, language=language, width="wide"
            )
            chart.to_dict(validate=False)
        if pages:
            contact = Session("contact", programme.id, group, "exercise", language, None)
            name_code_of(code_version())
            _fill_in(_context(store, programme, group, contact))
            name_code_of(None)


def _fill_in(context: GroupContext) -> None:
    """Shows the texts of all steps, and makes their components and takes them apart again."""
    for step in context.module.steps:
        mime_bundle(step_text(step, context.language), context.language)
        kind = step_kind(step.kind)
        components = each_of(kind.component(context, step))
        for component in components:
            # A page is sent every component that its kernel knows, and these are none of its own.
            component.close()
        if not components:
            mime_bundle(kind.summary(context, step), context.language)


def _context(store: Store, programme: Programme, group: str, session: Session) -> GroupContext:
    module = programme.modules[0]
    instrument = programme.instrument_of_module(module)
    found = store.group(group)
    assert instrument is not None
    assert found is not None
    return GroupContext(
        programme=programme,
        module=module,
        instrument=instrument,
        group=found,
        language=session.language,
        session=session,
        log=AnswerLog(session, store, programme),
    )
