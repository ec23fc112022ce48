"""What mail programs make of the HTML, by the tables of caniemail.com."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from letters import letter, requirement, requirements, role_page
from peers import absent
from runfolio.views import blocks as b
from sample_pages import dots, every_block

NODE_MODULES = Path(
    os.environ.get("RUNFOLIO_NODE_MODULES") or Path(sys.prefix) / "node" / "node_modules"
)

ALLOWED = {
    # What some programs do not know, and why the message is as good without it.
    "<body> element": "They keep what is in it; the outer table has its colours, too.",
    "<style> element": "It holds only the dark palette; all else is in style attributes.",
    "<blockquote> element": "Of what people wrote in Markdown; the words stay.",
    "<code> element": "Of what people wrote in Markdown; the words stay.",
    "<ul>, <ol> and <dl>": "Lists are known; their rare attributes, which we have not, are not.",
    "@media": "The dark palette; without it the message stays light.",
    "<img> element": "Images that are not shown at first have their words in alt and above them.",
    "lang attribute": "Only a reader's voice and hyphens depend on it.",
    "role attribute": "Layout tables are then announced as tables; their order is the same.",
    "width attribute": "The width is in a style attribute, too; Outlook knows only this one.",
    "align attribute": "The message stands at the left side then.",
    "cellpadding attribute": "It is 0; cells have a padding of their own.",
    "cellspacing attribute": "It is 0; borders collapse, too.",
    "background": "Backgrounds only help to tell parts apart.",
    "background-color": "Backgrounds only help to tell parts apart.",
    "border": "Borders only help to tell parts apart.",
    "border-collapse": "Cells stand two pixels apart then.",
    "display": "`none` for the preheader and `block` for images, which most know.",
    "display:none": "The first words of the message are read twice, small, where it is not known.",
    "font-size": "Some set a smallest size.",
    "font-weight": "Some know bold and normal only; so do we.",
    "height property": "Of empty rows, and `auto` of images.",
    "line-height": "Lines stand closer.",
    "margin": "Outlook has its own ways with negative margins and `auto`; we have neither.",
    "max-width": "Outlook does not know it: a table of 640 pixels stands around the message there.",
    "overflow": "Of the preheader, which is not displayed anyway.",
    "padding": "Outlook knows it on cells; on paragraphs we have none.",
    "text-align": "`left` and `right`, which all know; some do not know `start`.",
    "width property": "Outlook reads the attribute.",
    "word-break": "Long names may make a column wider.",
}

_PROGRAM = """
import { caniemail } from %s;
let html = "";
for await (const part of process.stdin) html += part;
const found = {};
const { issues } = caniemail({ clients: ["*"], html });
for (const kind of ["errors", "warnings"])
  for (const [client, list] of issues[kind])
    for (const issue of list) (found[issue.title] ??= []).push(client);
console.log(JSON.stringify(found));
"""


def test_mail_programs_know_it_or_do_without() -> None:
    package = NODE_MODULES / "caniemail" / "dist" / "index.js"
    node = shutil.which("node")
    if node is None or not package.is_file():
        absent(f"caniemail is not installed: npm install --prefix {sys.prefix}/node caniemail")
        return
    page = role_page(
        requirements(requirement("Catches cases", "bad"), requirement("Is quick")),
        b.Section("all", "Every kind of block", every_block("A *name* <b>")),
        b.Section(
            "next-steps", "Text", (b.Markdown("# A\n\n- b\n\n> c\n\n`d`\n\n|a|b|\n|-|-|\n|1|2|"),)
        ),
        b.Section("chart", "A chart", (dots("Recall", static=True),)),
        b.Section(
            "risks",
            "Risks",
            tuple(b.Callout(tone, "T", ("x",)) for tone in ("good", "bad", "unsure", "none")),
        ),
    )
    html = letter(page, url="https://example.org/report/").html
    program = _PROGRAM % json.dumps(package.as_uri())
    done = subprocess.run(
        [node, "--input-type=module", "-e", program],
        input=html,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    assert found, "it found nothing at all, so it did not read the message"
    assert {title: found[title] for title in found.keys() - ALLOWED.keys()} == {}
    assert ALLOWED.keys() - found.keys() == set(), "no longer found: take it off the list"
