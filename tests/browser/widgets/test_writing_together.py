"""Two who write in one text at the same time, in real fields: no letter is lost, and nobody's words are broken up.

Both pages are real; between them stands the log's own merging, and every order of what they send and hear.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import BrowserContext, Page

from kompetanse.answers.merging import merged
from kompetanse.widgets.component import script

KEY = "fordi|answer"
#: A field of its own for each example, and a line to a kernel that the test holds in its hand.
LINE = """(text, atEnd) => {
  window.answers?.stop();
  const heard = {};
  const state = { words: {}, answers: text ? { "fordi|answer": text } : {}, scope: "fauske/1", step: "prompts" };
  const sent = [];
  const model = {
    get: (name) => state[name],
    send: (message) => sent.push(...structuredClone(message.drafts)),
    on: (name, listener) => { heard[name] = listener; },
    off: () => {},
  };
  window.answers = new Answers(model);
  const about = { subject: "fordi", aspect: "answer", label: "Vi gjør dette fordi" };
  document.body.replaceChildren(textField(answers, about));
  const input = document.querySelector("textarea");
  input.focus();
  input.setSelectionRange(atEnd ? text.length : 0, atEnd ? text.length : 0);
  window.type = (letters) => {
    for (const letter of letters) {
      input.setRangeText(letter, input.selectionStart, input.selectionEnd, "end");
      input.dispatchEvent(new Event("input"));
    }
  };
  window.send = () => { answers.flush(); return sent.splice(0); };
  window.hear = (text, message) => {
    state.answers = { "fordi|answer": text };
    heard["change:answers"]();
    if (message) heard["msg:custom"](message);
    return input.value;
  };
}"""


@dataclass
class Log:
    """What stands, and what has been saved by its id."""

    stands: str
    known: dict[str, str] = field(default_factory=dict)

    def save(self, draft: dict[str, Any]) -> str:
        """Saves a draft once, as the log does."""
        if draft["id"] not in self.known:
            self.stands = merged(draft["base"], self.stands, draft["value"], goes_on=draft.get("goes_on", False))
            self.known[draft["id"]] = self.stands
        return self.known[draft["id"]]


@dataclass
class Writer:
    """Somebody's page with the field, and what was saved but not acknowledged yet."""

    page: Page
    log: Log
    saved: list[tuple[dict[str, Any], str]] = field(default_factory=list)

    def open(self, text: str, *, at_end: bool) -> None:
        self.page.evaluate(f"([text, atEnd]) => ({LINE})(text, atEnd)", [text, at_end])

    def type(self, letters: str) -> None:
        self.page.evaluate("(letters) => type(letters)", letters)

    def send(self) -> None:
        self.saved += [(draft, self.log.save(draft)) for draft in self.page.evaluate("send()")]

    def hear(self) -> str:
        """What became of what was sent, and then what others have written since; what the field shows."""
        for draft, stands in self.saved:
            told = {"type": "saved", "ids": [draft["id"]], "time": "14.03"}
            told |= {"merged": {draft["id"]: stands}} if stands != draft["value"] else {}
            self.page.evaluate("([text, told]) => hear(text, told)", [stands, told])
        self.saved = []
        shown: str = self.page.evaluate("(text) => hear(text)", self.log.stands)
        return shown


def two_pages(context: BrowserContext) -> list[Page]:
    pages = [context.new_page(), context.new_page()]
    for page in pages:
        page.add_script_tag(content=script())
    return pages


def settle(both: list[Writer]) -> str:
    """What stands once both have sent all of it, the same on both pages."""
    for _ in range(4):
        for writer in both:
            writer.send()
            writer.hear()
    assert {writer.hear() for writer in both} == {both[0].log.stands}
    return both[0].log.stands


DEEDS = st.lists(st.tuples(st.integers(0, 1), st.sampled_from(["type", "type", "send", "hear"])), max_size=40)


def test_whoever_goes_on_writes_in_their_own_words_alone(context: BrowserContext) -> None:
    pages = two_pages(context)

    @given(before=st.sampled_from(["", "0.1"]), ends=st.tuples(st.booleans(), st.booleans()), deeds=DEEDS)
    @settings(max_examples=25, deadline=None)
    def every_order(before: str, ends: tuple[bool, bool], deeds: list[tuple[int, str]]) -> None:
        said, log = ["vi s🙂ert", "ULIKT\nMO"], Log(before)
        both, left = [Writer(page, log) for page in pages], list(said)
        for writer, at_end in zip(both, ends, strict=True):
            writer.open(before, at_end=at_end)
        for who, deed in deeds:
            if deed == "type":
                both[who].type(left[who][:1])
                left[who] = left[who][1:]
            elif deed == "send":
                both[who].send()
            else:
                both[who].hear()
        for writer, rest in zip(both, left, strict=True):
            writer.type(rest)
        stands = settle(both)
        assert Counter(stands) == Counter(before + "".join(said))
        assert [each for each in said if each not in stands] == []

    every_order()


def test_two_sentences_that_begin_alike_are_both_whole(context: BrowserContext) -> None:
    log = Log("")
    both = [Writer(page, log) for page in two_pages(context)]
    for writer in both:
        writer.open("", at_end=True)
        writer.type("Vi ")
    for writer in both:
        writer.send()
    for writer in both:
        writer.hear()
    for rest in (("ser ", "kan "), ("det.", "det.")):
        for writer, letters in zip(both, rest, strict=True):
            writer.type(letters)
            writer.send()
        for writer in both:
            writer.hear()
    assert settle(both) == "Vi ser det.Vi kan det."
