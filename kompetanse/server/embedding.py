"""What a page carries of its kernel's widgets, so that components are drawn before the kernel has been reached.

The executor has heard every widget's state while the cells ran. A step brings the states its component needs; code of
our own components is named by its address, so that browsers keep it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kompetanse.server.assets import Assets

#: How one widget's state names another.
REFERENCE = "IPY_MODEL_"
CODE = ("_esm", "_css")

State = dict[str, Any]


def as_json(value: Any) -> str:
    """JSON that may stand in a `<script>` element: nothing in it can end the element."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


class EmbeddedModels:
    """The states of a page's widgets, each sent once, in the form that Jupyter keeps in notebooks."""

    def __init__(self, states: Mapping[str, State], buffers: Mapping[str, Mapping[Any, State]], assets: Assets):
        self._states = states
        self._buffers = buffers
        self._address: Callable[[Any], str | None] = assets.address_of_code
        self._sent: dict[str, State] = {}
        #: The addresses of code that the page has named.
        self.named: dict[str, None] = {}
        #: Whether a widget has brought code that is not ours.
        self.has_others_code = False

    def needed_by(self, model: str) -> dict[str, State]:
        """The states of a widget and of all it refers to, but for those that were sent before."""
        found: dict[str, State] = {}
        wanted = [model]
        while wanted:
            name = wanted.pop()
            if name in self._sent or name not in self._states:
                continue
            self._sent[name] = dict(self._states[name])
            found[name] = self._embedded(name)
            # Our own components hold many texts, and refer to nothing.
            is_ours = self._address(self._states[name].get("_esm")) is not None
            wanted += () if is_ours else references(self._states[name])
        return found

    def rest(self) -> dict[str, State]:
        """The states that no component has needed, such as links between widgets."""
        return {name: state for each in list(self._states) for name, state in self.needed_by(each).items()}

    def changed(self) -> dict[str, State]:
        """What later cells have changed in states that were sent, by widget."""
        changes = {
            name: {part: value for part, value in self._states[name].items() if part not in sent or sent[part] != value}
            for name, sent in self._sent.items()
        }
        return {name: change for name, change in changes.items() if change}

    def _embedded(self, name: str) -> State:
        state = self._states[name]
        addresses = {part: address for part in CODE if (address := self._address(state.get(part)))}
        self.named.update(dict.fromkeys(addresses.values()))
        self.has_others_code |= bool(state.get("_esm")) and "_esm" not in addresses
        buffers = [{"path": each["path"], "data": each["data"]} for each in self._buffers.get(name, {}).values()]
        return {
            "model_name": state.get("_model_name"),
            "model_module": state.get("_model_module"),
            "model_module_version": state.get("_model_module_version"),
            "state": {**state, **addresses},
            **({"buffers": buffers} if buffers else {}),
        }


def references(value: Any) -> Iterator[str]:
    """The widgets that a part of a state names."""
    if isinstance(value, str):
        if value.startswith(REFERENCE):
            yield value.removeprefix(REFERENCE)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from references(part)
