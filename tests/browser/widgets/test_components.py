"""The group works together: agrees, chooses, plans and writes."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.widgets.live import Voila, violations

Opened = Callable[..., Page]


def saved(page: Page) -> None:
    expect(page.locator(".k-status")).to_have_text("Lagret kl. 14.03")
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('kompetanse:'))")


def test_a_group_agrees_on_a_theme_and_others_see_it(voila: Voila, opened: Opened) -> None:
    page, other = opened("agreement"), opened("agreement")
    page.get_by_text("Omverdensblikk").click()
    page.get_by_role("group", name="Slik er det hos oss i dag").get_by_label("2 I gang").check()
    page.get_by_role("group", name="Godt nok for oss om to år").get_by_label("4 Fulgt opp").check()
    page.get_by_label("Hvorfor ser vi det slik?").fill("Fordi to avdelinger er i gang")
    page.get_by_role("button", name="Legg til et annet syn").click()
    page.get_by_label("Et annet syn").fill("Noen mener 3")
    page.get_by_label("Vi har drøftet dette temaet").check()
    saved(page)
    assert voila.values("agreement") == {
        "t1|agreed": 2,
        "t1|agreed-to-be": 4,
        "t1|rationale": "Fordi to avdelinger er i gang",
        "t1|other-view": "Noen mener 3",
        "t1|discussed": True,
    }
    expect(other.locator(".k-agreed")).to_have_text("1 av 3 temaer har en felles vurdering")
    expect(other.locator(".k-values").first).to_have_text("I dag 2Om to år 4drøftet")
    other.get_by_text("Omverdensblikk").click()
    expect(other.get_by_label("Et annet syn")).to_have_value("Noen mener 3")


def test_one_theme_is_open_at_a_time(opened: Opened) -> None:
    page = opened("agreement")
    page.get_by_text("Omverdensblikk").click()
    page.get_by_role("button", name="Neste tema").click()
    expect(page.locator("details[open] > summary .k-title")).to_have_text(["Felles retning"])
    expect(page.locator(".k-theme > summary").nth(1)).to_be_focused()


def test_the_rest_is_accepted_without_touching_what_is_agreed(voila: Voila, opened: Opened) -> None:
    voila.write("agreement", "t1", "agreed", 5)
    voila.write("agreement", "t1", "agreed-to-be", 5)
    page = opened("agreement")
    expect(page.get_by_text("Noen temaer har for få svar (1)")).to_be_visible()
    page.get_by_role("button", name="Godta resten uten drøfting").click()
    page.get_by_role("button", name="Godta", exact=True).click()
    expect(page.get_by_text("Godtatt (1). Dere kan fortsatt endre det.")).to_be_focused()
    saved(page)
    assert voila.values("agreement") == {"t1|agreed": 5, "t1|agreed-to-be": 5, "t2|agreed": 2, "t2|agreed-to-be": 4}


def test_priorities_are_few(voila: Voila, opened: Opened) -> None:
    page = opened("priorities")
    for title in ("Omverdensblikk", "Felles retning", "Lærende kultur"):
        page.get_by_role("checkbox", name=title).click()
    expect(page.get_by_text("Dere kan velge inntil to. Ta bort ett for å velge et annet.")).to_be_visible()
    saved(page)
    assert voila.values("priorities") == {"t1|priority": True, "t2|priority": True}


def test_an_action_is_saved_whole(voila: Voila, opened: Opened) -> None:
    page = opened("actions")
    expect(page.get_by_label("Hvilket tema gjelder det?")).to_have_value("t2")
    page.get_by_label("Hva gjør vi?").fill("Rydde i planene")
    page.get_by_label("Hvem følger opp? (rolle, ikke navn)").fill("plansjefen")
    page.get_by_label("Innen når?").fill("2027-03-15")
    page.get_by_label("Status").select_option("under-way")
    saved(page)
    assert voila.values("actions") == {
        "1|action": {
            "status": "under-way",
            "in-report": True,
            "facet": "t2",
            "what": "Rydde i planene",
            "role": "plansjefen",
            "due": "2027-03-15",
        }
    }


def test_two_people_write_in_the_same_action(voila: Voila, opened: Opened) -> None:
    page, other = opened("actions"), opened("actions")
    page.get_by_label("Hva gjør vi?").fill("Rydde i planene")
    expect(other.get_by_label("Hva gjør vi?")).to_have_value("Rydde i planene")
    other.get_by_label("Hvem følger opp? (rolle, ikke navn)").fill("plansjefen")
    expect(page.get_by_label("Hvem følger opp? (rolle, ikke navn)")).to_have_value("plansjefen")
    page.get_by_label("Hvordan ser vi at det virket?").fill("Færre spørsmål")
    expect(other.get_by_label("Hvordan ser vi at det virket?")).to_have_value("Færre spørsmål")
    written = voila.values("actions")["1|action"]
    assert (written["what"], written["role"], written["effect"]) == ("Rydde i planene", "plansjefen", "Færre spørsmål")


def test_an_action_is_added_and_removed_for_everybody(voila: Voila, opened: Opened) -> None:
    page, other = opened("actions"), opened("actions")
    page.get_by_role("button", name="Legg til et tiltak").click()
    page.get_by_label("Hva gjør vi?").nth(1).fill("Ringe naboen")
    expect(other.get_by_label("Hva gjør vi?").nth(1)).to_have_value("Ringe naboen")
    page.get_by_role("button", name="Fjern tiltaket 2").click()
    page.get_by_role("button", name="Ja, fjern tiltaket").click()
    expect(other.get_by_label("Hva gjør vi?")).to_have_count(1)
    # What one has removed, another writes and removes again; who is in it meanwhile keeps it until they leave.
    other.get_by_role("button", name="Legg til et tiltak").click()
    other.get_by_label("Hva gjør vi?").nth(1).fill("Øve sammen")
    expect(page.get_by_label("Hva gjør vi?").nth(1)).to_have_value("Øve sammen")
    page.get_by_label("Hva gjør vi?").nth(1).focus()
    other.get_by_role("button", name="Fjern tiltaket 2").click()
    other.get_by_role("button", name="Ja, fjern tiltaket").click()
    expect(page.get_by_label("Hva gjør vi?").nth(1)).to_have_value("")
    page.get_by_label("Hva gjør vi?").first.focus()
    expect(page.get_by_label("Hva gjør vi?")).to_have_count(1)
    saved(other)
    assert voila.values("actions") == {"2|action": None}


def test_an_action_is_gone_through_by_two_at_once(voila: Voila, opened: Opened) -> None:
    page, other = opened("review"), opened("review")
    field = page.get_by_role("group", name="Rydde i planene", exact=True)
    field.get_by_label("I gang").check()
    expect(other.get_by_text("1 av 2 gått gjennom")).to_be_visible()
    theirs = other.get_by_role("group", name="Rydde i planene", exact=True)
    expect(theirs.get_by_label("I gang")).to_be_checked()
    theirs.get_by_label("Hva har skjedd?").fill("Halvparten er ryddet")
    expect(field.get_by_label("Hva har skjedd?")).to_have_value("Halvparten er ryddet")
    expect(field.get_by_label("Ny frist, om den flyttes")).to_have_value("2027-02-01")
    field.get_by_label("Ny frist, om den flyttes").fill("2027-05-01")
    saved(page)
    expect(theirs.get_by_label("Ny frist, om den flyttes")).to_have_value("2027-05-01")
    assert voila.values("review") == {
        "modul-1.1|review": {"status": "under-way", "note": "Halvparten er ryddet", "due": "2027-05-01"}
    }
    assert page.evaluate("window.hacked") is None


def test_too_many_words_wait_in_the_browser_until_they_are_few(voila: Voila, opened: Opened) -> None:
    page = opened("words")
    page.get_by_label("Svar 1").fill("mot")
    page.get_by_label("Svar 2").fill("å lytte til folk")
    expect(page.get_by_text("Skriv høyst 2 ord i hvert svar. Det er ikke lagret ennå.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Svar 2")).to_have_value("å lytte til folk", timeout=60_000)
    expect(page.get_by_text("Skriv høyst 2 ord i hvert svar. Det er ikke lagret ennå.")).to_be_visible()
    page.get_by_label("Svar 2").fill("  å   lytte ")
    page.get_by_label("Del med gruppa, uten navn").check()
    page.get_by_label("Hva vil du øve på?").fill("Tålmodighet")
    saved(page)
    assert voila.values("words") == {
        "words|answer": ["mot", "å lytte"],
        "words|shared": True,
        "ove|note": "Tålmodighet",
    }


def test_feedback_takes_a_level_a_way_out_and_a_text(voila: Voila, opened: Opened) -> None:
    page = opened("feedback")
    page.get_by_label("Var ikke med").check()
    page.get_by_label("Hva bør vi endre?").fill("Kortere dag")
    saved(page)
    assert voila.values("feedback") == {"nytte|answer": "vet-ikke", "endre|answer": "Kortere dag"}
    page.get_by_label("Del", exact=True).check()
    saved(page)
    assert voila.values("feedback")["endre|shared"] is True
    expect(page.get_by_role("heading", name="Dette gjorde vi")).to_be_visible()
    assert page.evaluate("window.hacked") is None


def test_a_command_asks_first_and_says_how_it_went(voila: Voila, opened: Opened) -> None:
    page = opened("command")
    page.get_by_role("button", name="Vis gruppas svar").click()
    assert voila.saved("command") == []
    page.get_by_role("button", name="Avbryt").click()
    expect(page.get_by_role("button", name="Vis gruppas svar")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Ja, vis svarene").click()
    expect(page.get_by_role("status")).to_have_text("Gruppas svar vises nå.")
    assert [command["subject"] for command in voila.saved("command")] == ["reveal"]


def test_axe_finds_nothing_in_any_component(opened: Opened) -> None:
    page = opened("everything")
    expect(page.locator(".kompetanse")).to_have_count(8)
    found = violations(page)
    page.get_by_text("Omverdensblikk", exact=True).first.click()
    page.get_by_role("button", name="Legg til et annet syn").click()
    page.get_by_role("button", name="Godta resten uten drøfting").click()
    page.get_by_label("Svar 1").fill("alt for mange ord")
    page.get_by_label("Hva gjør vi?").fill("Dette nektes")
    page.get_by_text("Ikke lagret:").first.wait_for()
    page.get_by_role("button", name="Vis gruppas svar").click()
    assert found + violations(page) == []
