"""Invitations as files to print and send: each readable by its owner alone, and none written over."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count, groupby
from pathlib import Path
from typing import Literal, get_args

from kompetanse.errors import InputError
from kompetanse.invitations.invitation import Invitation
from kompetanse.invitations.sheet import language_of, pages, place_of
from kompetanse.invitations.sheet_csv import sheets_csv
from kompetanse.invitations.sheet_html import sheets_html
from kompetanse.invitations.sheet_pdf import sheets_pdf
from kompetanse.language import translate
from kompetanse.programme.models import Programme

Format = Literal["pdf", "html", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True)
class Printing:
    """How invitations of a programme are printed; `address` is where its server is reached."""

    programme: Programme
    address: str
    today: date

    def made(self, invitations: Sequence[Invitation], format: Format) -> bytes:
        """All of them as one file of this format."""
        if format == "csv":
            return sheets_csv(invitations, self.programme, address=self.address).encode()
        found, title = pages(invitations, self.programme, address=self.address), self._title(invitations)
        return sheets_pdf(found, title, day=self.today) if format == "pdf" else sheets_html(found, title).encode()

    def _title(self, invitations: Sequence[Invitation]) -> str:
        groups = {each.group.id if each.group else "": each.group for each in invitations}
        only = next(iter(groups.values()))
        title = translate("Invitasjon", language_of(only, self.programme))
        return f"{title}: {place_of(only if len(groups) == 1 else None, self.programme)}"


def write_files(
    invitations: Sequence[Invitation],
    formats: Sequence[Format],
    *,
    printing: Printing,
    folder: Path,
    names: Mapping[str, str],
) -> list[Path]:
    """Sheets of each group in a file of its own, named by `names`, and one table of all; the paths."""
    return [
        _written(folder, name, format, printing.made(several, format))
        for format in formats
        for name, several in ([("invitations", invitations)] if format == "csv" else _by_group(invitations, names))
    ]


def check_folder(folder: Path) -> None:
    """Makes the folder for sheets, or says why that cannot be, before any code is made for them."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"The folder {folder} cannot be made ({error.strerror}); name another with --out.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"The folder {folder} may not be written to; name another with --out.")


def _by_group(
    invitations: Sequence[Invitation], names: Mapping[str, str]
) -> Iterator[tuple[str, Sequence[Invitation]]]:
    for group, several in groupby(invitations, lambda each: each.group):
        listed = list(several)
        yield names[group.id] if group else listed[0].role, listed


def _written(folder: Path, name: str, format: Format, content: bytes) -> Path:
    """The file under the first name that is free: what stands there may be the only copy of codes that hold."""
    for number in count(1):
        path = folder / (f"{name}.{format}" if number == 1 else f"{name}-{number}.{format}")
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
        return path
    raise AssertionError("there is always a next number")
