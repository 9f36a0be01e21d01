"""What a page carries of its kernel's widgets."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from kompetanse.programme.content import load_programme
from kompetanse.server.assets import FRONT_END, Assets
from kompetanse.server.embedding import EmbeddedModels, as_json, references
from kompetanse.widgets.catalogue import COMPONENT_CODE, COMPONENTS
from kompetanse.widgets.component import Component
from kompetanse.widgets.prompts import PromptsWidget
from tests.server.running import Visitor

COMPONENTS_DATA = re.compile(r'<script type="application/vnd\.kompetanse\.component\+json">(.*?)</script>')


def embedded(states: dict[str, dict[str, Any]], buffers: dict[str, Any] | None = None) -> EmbeddedModels:
    return EmbeddedModels(states, buffers or {}, Assets.collected())


def test_json_cannot_end_its_element() -> None:
    value = {"said": "</script><script>alert(1)</script><!-- &amp; ]]> \u2028 \ud800"}
    written = as_json(value)
    assert not set("<>&") & set(written)
    assert json.loads(written) == value
    written.encode()


def test_references_are_found_wherever_they_stand() -> None:
    state = {"layout": "IPY_MODEL_a", "children": ["IPY_MODEL_b", {"deep": ("IPY_MODEL_c",)}], "text": "a IPY_MODEL_d"}
    assert list(references(state)) == ["a", "b", "c"]


def test_component_comes_with_what_it_refers_to_and_each_state_once() -> None:
    states = {
        "box": {"children": ["IPY_MODEL_one", "IPY_MODEL_two", "IPY_MODEL_gone"]},
        "one": {"layout": "IPY_MODEL_shared"},
        "two": {"layout": "IPY_MODEL_shared", "parent": "IPY_MODEL_box"},
        "shared": {},
        "link": {"source": ["IPY_MODEL_one", "value"]},
    }
    models = embedded(states)
    assert set(models.needed_by("two")) == {"two", "shared", "box", "one"}
    assert models.needed_by("box") == {}
    assert set(models.rest()) == {"link"}
    assert models.rest() == {}


def test_what_later_cells_change_is_told() -> None:
    states: dict[str, dict[str, Any]] = {"box": {"children": []}, "same": {"value": 1}}
    models = embedded(states)
    models.needed_by("box")
    models.needed_by("same")
    assert models.changed() == {}
    states["box"].update(children=["IPY_MODEL_late"], title="Ny")
    states["late"] = {}
    assert models.changed() == {"box": {"children": ["IPY_MODEL_late"], "title": "Ny"}}
    assert set(models.rest()) == {"late"}


def test_code_of_ours_is_named_and_other_code_stays() -> None:
    ours = {"_esm": PromptsWidget._esm, "_css": PromptsWidget._css, "_model_module": "anywidget"}
    theirs = {"_esm": PromptsWidget._esm + " ", "_css": "p {}", "_model_name": "AnyModel"}
    models = embedded({"ours": ours, "theirs": theirs})
    found = models.needed_by("ours")["ours"]
    assert found["state"]["_esm"].startswith(f"{COMPONENT_CODE}prompts-")
    assert found["state"]["_css"].startswith(COMPONENT_CODE)
    assert found["model_module"] == "anywidget"
    assert models.needed_by("theirs")["theirs"]["state"] == theirs
    assert list(models.named) == [found["state"]["_esm"], found["state"]["_css"]]


def test_buffers_come_in_the_form_that_notebooks_have() -> None:
    part = {"path": ["data"], "data": "AAE=", "encoding": "base64"}
    assert embedded({"m": {}}, {"m": {("data",): part}}).needed_by("m")["m"]["buffers"] == [
        {"path": ["data"], "data": "AAE="}
    ]


def test_catalogue_has_every_component() -> None:
    def below(kind: type[Component]) -> set[type[Component]]:
        return {each for child in kind.__subclasses__() for each in ({child} | below(child))}

    ours = {kind for kind in below(Component) if kind.__module__.startswith("kompetanse.")}
    assert {kind for kind in ours if "_esm" in vars(kind)} == set(COMPONENTS)


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.__name__)
def test_code_of_every_component_is_served_as_it_is(component: type[Component]) -> None:
    assets = Assets.collected()
    for text in (component._esm, component._css):
        address = assets.address_of_code(text)
        assert address is not None
        found = assets.get(address)
        assert found is not None
        assert found.content.decode() == text
    assert assets.address_of_code("export default {}") is None
    assert assets.address_of_code(None) is None


def test_component_tells_its_state_without_its_code() -> None:
    said: list[dict[str, Any]] = []

    class Listening(PromptsWidget):
        def send_state(self, key: Any = None) -> None:
            said.append(self.get_state(key=key))

    widget = Listening(content={"prompts": []}, answers={"a|answer": "Ja"})
    said.clear()
    widget._received(widget, {"type": "state"}, [])
    (state,) = said
    assert state["answers"] == {"a|answer": "Ja"}
    assert {"content", "locked"} <= state.keys()
    assert not [name for name in state if name.startswith("_")]


def test_texts_are_on_the_page_before_anything_of_the_kernel(leader: Visitor) -> None:
    text = leader.get("/arbeidsbok/forarbeid").text
    before, after = text.split('<script id="jupyter-config-data"')
    module = load_programme().modules[0]
    for step in ("velkommen", "hva-hvordan-hvorfor", "lederegenskaper"):
        found = module.step(step)
        assert found is not None
        section = before.split(f'id="steg-{step}"')[1].split("</section>")[0]
        assert found.title.to("nb") in section
        assert ('class="waiting"' in section) == (found.kind != "text")
    assert "<section" not in after


def test_component_is_on_the_page_with_its_state(leader: Visitor) -> None:
    found = COMPONENTS_DATA.findall(leader.get("/arbeidsbok/forarbeid").text)
    assert len(found) == 1
    data = json.loads(found[0])
    state = data["states"][data["id"]]["state"]
    assert state["value"] == ""
    assert "Hva ser du?" in state["_esm"]
    assert state["layout"].removeprefix("IPY_MODEL_") in data["states"]


def test_page_names_only_files_that_are_kept_for_ever(leader: Visitor) -> None:
    text = leader.get("/arbeidsbok/forarbeid").text
    addresses = re.findall(r'(?:src|href)="(/statisk/[^"]+)"', text)
    assert [address for address in addresses if address.startswith(FRONT_END)]
    assert "/voila/" not in text.replace("/voila/api", "")
    for address in addresses:
        answer = leader.get(address, headers={"Accept-Encoding": "gzip"})
        assert (answer.status, "immutable" in answer.headers["Cache-Control"]) == (200, True), address


def test_page_itself_is_packed_while_it_is_sent(leader: Visitor) -> None:
    answer = leader.get("/arbeidsbok/forarbeid", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Transfer-Encoding"] == "chunked"
