"""Nothing that was answered is lost: not with the line, the kernel or the page gone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.widgets.live import Line, Voila, queue

Opened = Callable[..., Page]

UNSAVED = "Ikke lagret ennå. Vi prøver igjen, og du kan skrive videre."


def status(page: Page):
    return page.locator(".k-status")


def test_an_answer_reaches_python_and_is_acknowledged(voila: Voila, opened: Opened) -> None:
    page = opened("assessment")
    page.locator(".k-levels").get_by_text("Noen få").click()
    expect(status(page)).to_have_text("Lagret kl. 14.03")
    assert voila.values("assessment") == {"t1-1|as-is": 2}
    assert queue(page) == {}


def test_the_newest_of_several_quick_answers_is_the_one_that_counts(voila: Voila, opened: Opened) -> None:
    page = opened("assessment")
    for level in ("Nei", "De fleste", "Alle"):
        page.locator(".k-levels").get_by_text(level, exact=True).click()
    expect(status(page)).to_have_text("Lagret kl. 14.03")
    assert voila.values("assessment")["t1-1|as-is"] == 5


def test_typed_text_is_in_the_queue_in_the_same_tick(opened: Opened) -> None:
    page = opened("prompts")
    kept = page.evaluate(
        """() => {
            const area = document.querySelector("textarea");
            area.value = "Vi blir færre";
            area.dispatchEvent(new Event("input", { bubbles: true }));
            return localStorage.getItem("kompetanse:fauske/1:prompts");
        }"""
    )
    assert "Vi blir færre" in kept


def test_text_is_saved_after_a_pause_and_stays_in_the_field(voila: Voila, opened: Opened) -> None:
    page = opened("prompts")
    page.get_by_label("Vi gjør dette fordi").press_sequentially("Vi blir færre", delay=10)
    expect(status(page)).to_have_text("Lagret kl. 14.03")
    assert voila.values("prompts") == {"fordi|answer": "Vi blir færre"}
    expect(page.get_by_label("Vi gjør dette fordi")).to_have_value("Vi blir færre")


def test_a_cut_line_is_said_in_words_and_heals_by_itself(voila: Voila, opened: Opened, context: BrowserContext) -> None:
    page = context.new_page()
    line = Line(page)
    opened("assessment", page)
    line.cut()
    page.locator(".k-levels").get_by_text("Noen få").click()
    expect(status(page)).to_have_text(UNSAVED, timeout=8000)
    assert voila.values("assessment") == {}
    line.mend()
    expect(status(page)).to_have_text("Lagret kl. 14.03", timeout=60_000)
    assert voila.values("assessment") == {"t1-1|as-is": 2}
    assert queue(page) == {}


def test_what_was_written_when_the_kernel_died_is_there_after_a_reload(voila: Voila, opened: Opened) -> None:
    page = opened("prompts")
    voila.kill_kernels()
    page.get_by_label("Vi gjør dette fordi").fill("Skrevet uten kjerne")
    expect(status(page)).to_have_text(UNSAVED, timeout=8000)
    assert len(queue(page)) == 1
    page.reload()
    expect(page.get_by_label("Vi gjør dette fordi")).to_have_value("Skrevet uten kjerne", timeout=60_000)
    expect(status(page)).to_have_text("Lagret kl. 14.03")
    assert voila.values("prompts") == {"fordi|answer": "Skrevet uten kjerne"}
    assert len({draft["id"] for draft in voila.saved("prompts")}) == 1


def test_a_page_closed_in_mid_sentence_loses_nothing(voila: Voila, opened: Opened) -> None:
    page = opened("prompts")
    page.get_by_label("Vi gjør dette fordi").press_sequentially("Halv setn")
    page.close()
    page = opened("prompts")
    expect(page.get_by_label("Vi gjør dette fordi")).to_have_value("Halv setn")
    page.wait_for_function("() => !localStorage.getItem('kompetanse:fauske/1:prompts')")
    assert voila.values("prompts") == {"fordi|answer": "Halv setn"}


def test_without_storage_answers_are_saved_all_the_same(voila: Voila, opened: Opened, context: BrowserContext) -> None:
    context.add_init_script(
        """for (const name of ["getItem", "setItem", "removeItem"]) {
            const own = Storage.prototype[name];
            Storage.prototype[name] = function (key, ...rest) {
                if (key.startsWith("kompetanse:")) throw new DOMException("full", "QuotaExceededError");
                return own.call(this, key, ...rest);
            };
        }"""
    )
    page = opened("prompts")
    page.get_by_label("Vi gjør dette fordi").fill("Uten lager")
    expect(status(page)).to_have_text("Lagret kl. 14.03")
    assert voila.values("prompts") == {"fordi|answer": "Uten lager"}


def test_a_refused_text_says_why_at_its_field_and_is_not_sent_again(voila: Voila, opened: Opened) -> None:
    page = opened("prompts")
    field = page.get_by_label("Vi gjør dette fordi")
    field.fill("Dette nektes")
    expect(page.locator(".k-message").first).to_have_text("Ikke lagret: Teksten kan ikke brukes.")
    expect(field).to_have_value("Dette nektes")
    expect(field).to_have_attribute("aria-invalid", "")
    assert queue(page) == {}
    field.fill("Dette går")
    expect(page.locator(".k-message").first).to_be_hidden()
    expect(status(page)).to_have_text("Lagret kl. 14.03")
    assert voila.values("prompts") == {"fordi|answer": "Dette går"}


def test_what_others_write_comes_into_the_field_under_the_caret(voila: Voila, opened: Opened) -> None:
    page = opened("prompts")
    field, other = page.get_by_label("Vi gjør dette fordi"), page.get_by_label("Innbyggerne skal merke")
    field.press_sequentially("vi blir færre")
    expect(status(page)).to_have_text("Lagret kl. 14.03")
    voila.write("prompts", "fordi", "answer", "Nå vil vi blir færre snart")
    voila.write("prompts", "merke", "answer", "At vi svarer")
    expect(other).to_have_value("At vi svarer")
    expect(field).to_have_value("Nå vil vi blir færre snart")
    expect(page.get_by_text("Noen andre skriver også her. Alt er tatt med.")).to_be_visible()
    field.press_sequentially("!")
    expect(field).to_have_value("Nå vil vi blir færre! snart")
    other.focus()
    expect(page.get_by_text("Noen andre skriver også her")).to_be_hidden()


def test_of_two_texts_written_at_once_both_are_there(voila: Voila, opened: Opened) -> None:
    page = opened("prompts")
    field = page.get_by_label("Vi gjør dette fordi")
    field.press_sequentially("Fra meg")
    voila.write("prompts", "fordi", "answer", "Fra en annen")
    expect(field).to_have_value("Fra en annenFra meg")
    page.wait_for_function("() => !localStorage.getItem('kompetanse:fauske/1:prompts')")
    assert voila.values("prompts")["fordi|answer"] == "Fra en annenFra meg"


def test_a_character_of_several_keys_is_not_broken_off(voila: Voila, opened: Opened, context: BrowserContext) -> None:
    page = opened("prompts")
    keyboard = context.new_cdp_session(page)
    field = page.get_by_label("Vi gjør dette fordi")
    field.focus()
    keyboard.send("Input.imeSetComposition", {"text": "skri", "selectionStart": 4, "selectionEnd": 4})
    voila.write("prompts", "merke", "answer", "At vi svarer")
    voila.write("prompts", "fordi", "answer", "Andre: ")
    expect(page.get_by_label("Innbyggerne skal merke")).to_have_value("At vi svarer")
    expect(page.get_by_text("Noen andre skriver også her")).to_be_visible()
    expect(field).to_have_value("skri")
    keyboard.send("Input.insertText", {"text": "skriver"})
    expect(field).to_have_value("Andre: skriver")
    page.wait_for_function("() => !localStorage.getItem('kompetanse:fauske/1:prompts')")
    assert voila.values("prompts")["fordi|answer"] == "Andre: skriver"


def test_own_words_coming_back_are_nobody_elses(voila: Voila, opened: Opened) -> None:
    page = opened("prompts")
    field = page.get_by_label("Vi gjør dette fordi")
    field.press_sequentially("Vi", delay=20)
    expect(status(page)).to_have_text("Lagret kl. 14.03")
    field.press_sequentially(" blir færre og færre", delay=80)
    page.wait_for_function("() => !localStorage.getItem('kompetanse:fauske/1:prompts')")
    expect(field).to_have_value("Vi blir færre og færre")
    expect(page.locator(".k-others")).to_have_text(["", ""])


def test_locked_answers_are_shown_and_cannot_be_changed(voila: Voila, opened: Opened) -> None:
    voila.write("assessment", "t1-1", "as-is", 3)
    voila.lock("assessment")
    page = opened("assessment")
    expect(page.get_by_text("Svarene er låst, så alle ser det samme bildet").first).to_be_visible()
    expect(page.locator(".k-levels input").nth(2)).to_be_checked()
    expect(page.locator(".k-levels input").nth(2)).to_be_disabled()


def test_what_a_browser_writes_into_python_is_undone(voila: Voila, opened: Opened) -> None:
    page = opened("assessment")
    voila.lock("assessment")
    expect(page.locator(".k-levels input").first).to_be_disabled()
    page.evaluate(
        """async () => {
            const manager = window.jupyterapp?.widgetManager ?? null;
            if (!manager) return;
            for (const id of Object.keys(manager._models ?? {})) {
                const model = await manager.get_model(id);
                if (model.get("locked") === undefined) continue;
                model.set("locked", false);
                model.save_changes();
            }
        }"""
    )
    expect(page.locator(".k-levels input").first).to_be_disabled()


def test_a_long_queue_arrives_in_parts_and_what_is_no_draft_stays_out(
    voila: Voila, opened: Opened, context: BrowserContext
) -> None:
    context.add_init_script(
        """const place = "kompetanse:fauske/1:prompts";
        const drafts = { tull: 7, "x|y": { id: "draft-tull" } };
        for (let n = 0; n < 70; n += 1) {
            const subject = `p${n}`;
            drafts[`${subject}|answer`] = { id: `draft-${n}-kept`, subject, aspect: "answer", value: "å".repeat(3000) };
        }
        if (!sessionStorage.getItem("seeded")) localStorage.setItem(place, JSON.stringify(drafts));
        sessionStorage.setItem("seeded", "yes");"""
    )
    page = opened("prompts")
    expect(status(page)).to_have_text("Lagret kl. 14.03")
    page.wait_for_function("() => !localStorage.getItem('kompetanse:fauske/1:prompts')")
    assert len(voila.values("prompts")) == 70
