"""Makes the fonts of the theme, once, from their open packages (needs the development tools).

    npm pack inter-ui@4.1.1 && npm pack @fontsource/noto-emoji@5.3.2
    python -m kompetanse.figures.theme.make_fonts FOLDER_WITH_THE_TWO_PACKAGES

PDF and charts take static TrueType fonts, because neither reads woff2 and Typst sets no variable fonts; pages take one
variable woff2. `coverage.json` says which characters the TrueType fonts hold, and `widths.json` how wide they are, so
that nobody needs fontTools to know.
"""

from __future__ import annotations

import json
import sys
import tarfile
import tempfile
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from fontTools.merge import Merger  # type: ignore[import-untyped]  # ships no types
from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]  # ships no types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # ships no types
from fontTools.varLib.instancer import instantiateVariableFont  # type: ignore[import-untyped]  # ships no types

from kompetanse.figures.theme.tokens import fonts_folder

INTER = "inter-ui-4.1.1.tgz"
EMOJI = "fontsource-noto-emoji-5.3.2.tgz"


def _characters(ranges: str) -> frozenset[int]:
    """The code points of ranges as Unicode's own tables write them: `0020-007E 2212`."""
    ends = [tuple(int(end, 16) for end in part.split("-")) for part in ranges.split()]
    return frozenset(code for end in ends for code in range(end[0], end[-1] + 1))


#: Text in Norwegian, the Sámi languages and their neighbours, with the signs that a report uses.
WEB_CHARACTERS = _characters(
    "0020-007E 00A0-017F 018F 01B7-01B9 01CD-01D4 01E2-01EF 0218-021B 0292 0300-030C 2000-200A 2010-2027 202F 2030"
    " 2032-2033 2039-203A 2044 20AC 2116 2122 2190-2199 2212 2248 2260 2264-2265 25A0-25A1 25B2 25BC 25C6-25C7 25CB"
    " 25CF 2605-2606 2713 2715"
)
#: The static fonts add the rest of Latin, Greek and Cyrillic.
STATIC_CHARACTERS = WEB_CHARACTERS | _characters("00A0-052F 1E00-1FFF 2070-20CF 2100-22FF 2460-24FE 25A0-27FF")
STATIC = {"Regular": "Inter-Regular", "SemiBold": "Inter-SemiBold", "Bold": "Inter-Bold", "Italic": "Inter-Italic"}
#: The time written into the fonts (seconds since 1904), so that making them again gives the same bytes.
MADE = 3_849_984_000
#: Control, steering, private and unassigned characters; the first and the private ones are forbidden in PDF/A.
NO_TEXT = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
#: What a line of text uses; small capitals, alternates and fractions would double the files.
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "calt", "liga", "tnum", "case"]


def main(folder: Path) -> None:
    """Write the fonts, their licences, their coverage and their widths into the theme."""
    target = fonts_folder()
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        inter, emoji = _unpacked(folder / INTER, Path(name)), _unpacked(folder / EMOJI, Path(name))
        for source in STATIC.values():
            font = _subset(TTFont(inter / "web" / f"{source}.woff2"), STATIC_CHARACTERS)
            _save(font, target / f"{source}.ttf")
        _save(_emoji(emoji / "files"), target / "NotoEmoji-Regular.ttf")
        _save(_web_font(inter / "variable" / "InterVariable.woff2"), target / "Inter.woff2", flavor="woff2")
        (target / "Inter-LICENSE.txt").write_bytes((inter / "LICENSE.txt").read_bytes())
        (target / "NotoEmoji-LICENSE.txt").write_bytes((emoji / "LICENSE").read_bytes())
    for name, found in (("coverage", coverage(target)), ("widths", widths(target))):
        (target / f"{name}.json").write_text(json.dumps(found, ensure_ascii=False) + "\n", encoding="utf-8")


def coverage(folder: Path) -> list[list[int]]:
    """The characters that both the regular text font and the emoji font know, as ranges with both ends in.

    Every style of Inter holds the same characters; a test says so.
    """
    names = ("Inter-Regular.ttf", "NotoEmoji-Regular.ttf")
    found = {code for name in names for code in TTFont(folder / name).getBestCmap()}
    known = sorted(code for code in found if unicodedata.category(chr(code)) not in NO_TEXT)
    ranges: list[list[int]] = []
    for code in known:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ranges


def widths(folder: Path) -> dict[str, float]:
    """The width of each character of a page, as a part of the font's size, where regular and semibold are widest."""
    fonts = [TTFont(folder / f"{STATIC[style]}.ttf") for style in ("Regular", "SemiBold")]
    found: dict[str, float] = {}
    for font in fonts:
        for code, glyph in font.getBestCmap().items():
            if code in WEB_CHARACTERS:
                width = round(font["hmtx"][glyph][0] / font["head"].unitsPerEm, 3)
                found[chr(code)] = max(width, found.get(chr(code), 0.0))
    return found


def _unpacked(package: Path, folder: Path) -> Path:
    target = folder / package.stem
    with tarfile.open(package) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def _subset(font: TTFont, characters: Iterable[int], *, features: list[str] | None = None) -> TTFont:
    options = Options(layout_features=FEATURES if features is None else features, notdef_outline=True, hinting=False)
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    return font


def _emoji(folder: Path) -> TTFont:
    """The regular weight in one font, without the joined signs: a family of four is shown as its members."""
    parts = sorted(folder.glob("noto-emoji-*-400-normal.woff2"))
    with tempfile.TemporaryDirectory() as name:
        plain = [Path(name) / f"{part.stem}.ttf" for part in parts]
        for part, path in zip(parts, plain, strict=True):
            font = TTFont(part)
            _save(_subset(font, font.getBestCmap(), features=[]), path)
        merged = Merger().merge([str(path) for path in plain])
    skin_tones = range(0x1F3FB, 0x1F400)
    return _subset(merged, (code for code in merged.getBestCmap() if code not in skin_tones), features=[])


def _web_font(source: Path) -> TTFont:
    font = _subset(TTFont(source), WEB_CHARACTERS)
    return instantiateVariableFont(font, {"opsz": 14, "wght": (400, 700)})


def _save(font: TTFont, path: Path, *, flavor: str | None = None) -> None:
    font.flavor = flavor
    font["head"].modified = font["head"].created = MADE
    font.recalcTimestamp = False
    font.save(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
