"""What all components share: words and content go to the browser, and only messages come back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from kompetanse.language import Language

_HERE = Path(__file__).parent

#: What every component's own file may lean on, in this order.
_SCRIPTS = ("elements", "merging", "fields", "queue", "saving")
_STYLES = ("elements.css",)

#: The traits that anywidget makes of a component's code.
_CODE = frozenset({"_esm", "_css"})

#: The addresses of scripts and styles that the page's server gives out, by the text itself.
_given_out: dict[str, str] = {}
#: The classes of components with their code as traits, by the classes as they are written and whether it is given out.
_with_code: dict[tuple[type[Component], bool], type[Component]] = {}


def name_code(given_out: Mapping[str, str]) -> None:
    """Has components made from now on name the address of their code, where it has one, and not bring it along.

    given_out: addresses by the code itself. Its code is most of what a component tells its page.
    """
    _given_out.clear()
    _given_out.update(given_out)


def script(*names: str) -> str:
    """The JavaScript module of a component: the common parts, then its own files."""
    return "\n".join(_read(f"{name}.js") for name in (*_SCRIPTS, *names))


def style(name: str) -> str:
    """The CSS of a component: the common rules, then its own file where it has one."""
    own = (f"{name}.css",) if (_HERE / f"{name}.css").is_file() else ()
    return "\n".join(_read(file) for file in (*_STYLES, *own))


def _read(file: str) -> str:
    return (_HERE / file).read_text("utf-8")


class Component(anywidget.AnyWidget):
    """A component of a page: it shows `content` in the words of `words`, and is told nothing but messages."""

    #: What to show, as plain JSON with every text in the reader's language.
    content = traitlets.Dict().tag(sync=True)
    #: Interface words by a short English name.
    words = traitlets.Dict().tag(sync=True)
    #: Whether the component only shows, and takes no changes.
    locked = traitlets.Bool(False).tag(sync=True)
    #: None: a page lays its components out itself, and Jupyter's layout is a widget more for each of them.
    layout = traitlets.Any().tag(sync=True)

    def __init__(self, *, content: Mapping[str, Any], language: Language = "nb", locked: bool = False, **traits: Any):
        super().__init__(content=dict(content), words=self.words_in(language), locked=locked, **traits)
        self.on_msg(self._received)

    def add_traits(self, **traits: Any) -> None:
        """Turns to the class that has these traits; anywidget would have one made for every single component."""
        kind = type(self), bool(_given_out)
        if kind not in _with_code:
            for name in _CODE & traits.keys():
                code = getattr(self, name)
                traits[name] = traitlets.Unicode(_given_out.get(code, code)).tag(sync=True)
            super().add_traits(**traits)
            _with_code[kind] = type(self)
            return
        self.__class__ = _with_code[kind]
        for name in traits:
            type(self).class_traits()[name].instance_init(self)

    @classmethod
    def words_in(cls, language: Language) -> dict[str, str]:
        """The interface words of this component; a component adds its own."""
        return {"language": language}

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Nothing: a browser can write any synced trait, so what it writes is undone and the truth sent back."""
        written = [name for name in sync_data if name in self.keys]
        if written:
            self.send_state(written)

    def receive(self, message: Mapping[str, Any]) -> None:
        """Act on a message from the browser; a component fills this in."""

    def _received(self, _: Any, message: object, __: object) -> None:
        if isinstance(message, dict) and message.get("type") == "state":
            # A page that was away asks for what it has not heard; the code has not changed, and is many times larger.
            self.send_state([name for name in self.keys if not name.startswith("_")])
        elif isinstance(message, dict):
            self.receive(message)
