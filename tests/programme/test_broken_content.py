"""The museum of broken content: each folder of `broken/` lies over `sound/`, and `messages.txt` says what is told."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kompetanse.errors import ContentError
from kompetanse.programme.content import check_content, load_programme
from kompetanse.programme.folder import LARGEST_FILE

MUSEUM = Path(__file__).parent / "broken"


def _messages() -> dict[str, list[str]]:
    pieces = (MUSEUM / "messages.txt").read_text("utf-8").strip().split("\n\n")
    return {name.strip("[]"): told for name, *told in (piece.split("\n") for piece in pieces)}


MESSAGES = _messages()


def told(folder: Path) -> list[str]:
    return [str(mistake) for mistake in check_content(folder)]


def test_every_piece_has_its_messages() -> None:
    assert sorted(MESSAGES) == sorted(entry.name for entry in MUSEUM.iterdir() if entry.is_dir())


@pytest.mark.parametrize("piece", MESSAGES)
def test_piece_tells_all_its_mistakes(piece: str, broken: Callable[[str], Path]) -> None:
    assert told(broken(piece)) == MESSAGES[piece]


@pytest.mark.parametrize("piece", MESSAGES)
def test_piece_is_not_loaded(piece: str, broken: Callable[[str], Path]) -> None:
    with pytest.raises(ContentError) as error:
        load_programme(broken(piece))
    assert str(error.value).split("\n") == MESSAGES[piece]


@pytest.mark.parametrize("message", [message for told in MESSAGES.values() for message in told])
def test_message_names_file_and_line_and_is_a_sentence(message: str) -> None:
    place, _, sentence = message.partition(": ")
    file, _, line = place.rpartition(":")
    assert file.endswith((".yml", ".md"))
    assert line.isdigit()
    assert sentence.endswith(".")
    assert "Input should" not in sentence


def test_sound_programme_has_no_mistakes(sound: Path) -> None:
    assert told(sound) == []
    assert load_programme(sound).title.nn == "Eit lite program"


def test_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    (message,) = told(tmp_path / "nowhere")
    assert message.endswith("nowhere: There is no such folder; name the one that programme.yml lies in.")


def test_folder_without_a_programme_is_told(tmp_path: Path) -> None:
    assert told(tmp_path) == ["programme.yml: The file programme.yml is missing; write it, or take its name out."]


def test_link_out_of_the_folder_is_refused(sound: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yml").write_text("prompts: []\n", "utf-8")
    (sound / "modul/samling/hvorfor.yml").unlink()
    (sound / "modul/samling/hvorfor.yml").symlink_to(tmp_path / "secret.yml")
    assert told(sound) == [
        "programme.yml:40: The file modul/samling/hvorfor.yml cannot be read: it lies outside the programme's folder; "
        "put the file itself there, not a link to it."
    ]


def test_link_of_a_folder_out_of_the_folder_is_refused(sound: Path, tmp_path: Path) -> None:
    (sound / "modul").rename(tmp_path / "elsewhere")
    (sound / "modul").symlink_to(tmp_path / "elsewhere")
    assert all("lies outside the programme's folder" in message for message in told(sound))
    assert len(told(sound)) == 8


def test_link_that_leads_round_in_a_ring_is_refused(sound: Path) -> None:
    (sound / "instrument.yml").unlink()
    (sound / "instrument.yml").symlink_to("instrument.yml")
    (message,) = told(sound)
    assert message.startswith("programme.yml:13: The file instrument.yml cannot be read: ")


def test_pipe_is_refused_without_waiting(sound: Path) -> None:
    (sound / "instrument.yml").unlink()
    os.mkfifo(sound / "instrument.yml")
    assert told(sound) == [
        "programme.yml:13: The file instrument.yml cannot be read: it is not a file; put a text file there."
    ]


def test_file_of_unlikely_size_is_refused(sound: Path) -> None:
    (sound / "instrument.yml").write_bytes(b"# " + b"x" * LARGEST_FILE)
    assert told(sound) == [
        "programme.yml:13: The file instrument.yml cannot be read: it is larger than 1,000,000 bytes; "
        "take out what is no text."
    ]


def test_deep_nesting_is_refused(sound: Path) -> None:
    (sound / "instrument.yml").write_text("[" * 5_000 + "]" * 5_000, "utf-8")
    assert told(sound) == [
        "instrument.yml:1: This cannot be read as YAML (it is nested too deeply); compare it with a file that works."
    ]


def test_billion_laughs_are_refused(sound: Path) -> None:
    lines = ["a0: &a0 [ha, ha]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]
    (sound / "instrument.yml").write_text("\n".join(lines), "utf-8")
    assert {message.split(": ", 1)[1] for message in told(sound)} == {
        "An & makes a YAML anchor, and * repeats it; write it out, or put it in quotes."
    }


def test_picture_in_place_of_a_text_is_told_briefly(sound: Path) -> None:
    (sound / "modul/samling/hvorfor.nb.md").write_text("\x00\x01\n" * 5_000, "utf-8")
    mistakes = told(sound)
    assert len(mistakes) == 11
    assert mistakes[-1].endswith(":11: 4990 more lines have tabs or control characters; take them out.")


def test_windows_line_ends_and_byte_order_mark_are_read(sound: Path) -> None:
    for path in [*sound.rglob("*.yml"), *sound.rglob("*.md")]:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_programme(sound).modules[0].steps
