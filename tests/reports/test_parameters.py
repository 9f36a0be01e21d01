"""A notebook is only run with parameters that it has, of the type that it expects."""

from __future__ import annotations

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from kompetanse.errors import InputError
from kompetanse.reports.parameters import check_parameters, signature

SOURCE = """municipality = ""  # number of the municipality
level: int = 3  # a level
draft = True  # marked as a draft"""


@pytest.fixture
def notebook() -> NotebookNode:
    """A notebook with a text, a number and a flag."""
    return new_notebook(cells=[new_code_cell("1"), new_code_cell(SOURCE, metadata={"tags": ["parameters"]})])


def test_signature_is_the_parameters_cell(notebook: NotebookNode) -> None:
    assert signature(notebook) == {"municipality": "", "level": 3, "draft": True}


def test_notebook_without_parameters_has_an_empty_signature() -> None:
    assert signature(new_notebook(cells=[new_code_cell("1")])) == {}


def test_fitting_values_are_accepted(notebook: NotebookNode) -> None:
    check_parameters(notebook, {"municipality": "0301", "level": 4, "draft": False})


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"kommune": "1841"}, "The notebook has no parameter 'kommune'; it has municipality, level, draft."),
        (
            {"municipality": 1841},
            "Parameter 'municipality' is 1841, a number, but must be a string; write: papermill -r municipality 1841",
        ),
        ({"municipality": None}, "Parameter 'municipality' is None; it must be of type str."),
        ({"level": "3"}, "Parameter 'level' is '3'; it must be of type int."),
        ({"level": True}, "Parameter 'level' is True; it must be of type int."),
        ({"draft": 1}, "Parameter 'draft' is 1; it must be of type bool."),
    ],
)
def test_wrong_value_is_one_sentence(notebook: NotebookNode, given: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        check_parameters(notebook, given)
    assert str(refused.value) == sentence
