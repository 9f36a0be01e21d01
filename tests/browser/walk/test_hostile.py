"""What people write comes out as what they wrote: on pages, in reports and in exports."""

from __future__ import annotations

import re
import subprocess
import sys

import pikepdf
from playwright.sync_api import expect

from kompetanse.answers.store import Store

from .conftest import PATIENCE, Served, SignIn

HOSTILE = (
    '<img src=x onerror=alert(1)> #read("/etc/passwd") =HYPERLINK("http://x") {{7*7}} \\input{x} '
    "שלום 👍🏽 <script>alert(2)</script>"
)


def test_hostile_text_is_plain_text_everywhere(served: Served, sign_in: SignIn) -> None:
    writer, reader = sign_in("leader"), sign_in("leader")
    alerts: list[str] = []
    for page in (writer, reader):
        page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
        page.goto(f"{served.address}/arbeidsbok/forarbeid#steg-hvorfor")
    field = writer.locator("#steg-hvorfor textarea").first
    field.fill(HOSTILE)
    writer.locator("#steg-hvorfor input[type=checkbox]").first.check()
    field.blur()
    expect(writer.get_by_text(re.compile(r"Lagret kl\.")).first).to_be_visible(timeout=PATIENCE)

    # On the other's page
    expect(reader.locator("#steg-hvorfor textarea").first).to_have_value(HOSTILE, timeout=PATIENCE)

    # In the report
    out = served.home.parent / "reports"
    command = ["report", "--group", "fauske", "--home", str(served.home), "--out", str(out)]
    done = subprocess.run([sys.executable, "-m", "kompetanse", *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    written = next(out.glob("*/kommunerapport.html"))
    reader.set_content(written.read_text("utf-8"))
    expect(reader.get_by_text("<img src=x onerror=alert(1)>").first).to_be_attached()
    assert reader.locator("img[src=x], script").count() == 0
    with pikepdf.open(next(out.glob("*/kommunerapport.pdf"))) as document:
        assert len(document.pages) <= 10

    # In the export, where no cell may begin a formula
    exported = served.home.parent / "answers.csv"
    command = ["export", "--home", str(served.home), "--out", str(exported)]
    subprocess.run([sys.executable, "-m", "kompetanse", *command], check=True, capture_output=True)
    assert not re.search(r'(^|[,\n])"?[=+@]', exported.read_text("utf-8"))
    with Store.open(served.home) as store:
        values = [answer.value for answer in store.current(group="fauske", step="hvorfor", aspect="answer")]
    assert HOSTILE in values
    assert alerts == []
