"""Whatever a log says stays text: on every page, in the data of scripts and in exports."""

from __future__ import annotations

import csv
import json
import re

import pytest

import runfolio
from sites import Site, strict_json
from stores import put, write_folder

# As logged, and as a reader sees it (spaces and line breaks aside).
HOSTILE = [
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("\"'><img src=x onerror=alert(2)>", "\"'><img src=x onerror=alert(2)>"),
    ("</script><b>bold</b>", "</script><b>bold</b>"),
    ("</title><h1>mine</h1>", "</title><h1>mine</h1>"),
    ("<!-- comment", "<!-- comment"),
    ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
    ("{{ 7*7 }} {% raw %} ${x} `y`", "{{ 7*7 }} {% raw %} ${x} `y`"),
    ("javascript:alert(3)", "javascript:alert(3)"),
    ("nul\x00bell\x07esc\x1b[31m", "nul␀bell␇esc␛[31m"),
    ("c1\x85\x9bend", "c1"),
    ("two\nlines\r\nand\ttab", "two lines and tab"),
    ("sep\u2028para\u2029end", "sep para end"),
    ("rtl \u202egnp.exe\u202c \u05d0\u05d1", "gnp.exe"),
    ("constructor", "constructor"),
    ("__proto__", "__proto__"),
    ("../../etc/passwd", "../../etc/passwd"),
    ("a/b#c?d%e%2Ff&g=h", "a/b#c?d%e%2Ff&g=h"),
    ("Case", "Case"),
    ("case", "case"),
    ("=1+1", "=1+1"),
    ("back\\slash \\u0041", "back\\slash \\u0041"),
    ("long " + "x" * 10_240, "x" * 10_240),
]
KEY = 1000
"""Characters of a name; YAML takes no longer ones."""

NOTES = (
    "[click](javascript:alert(4)) [mixed](JaVaScRiPt:alert(5)) [data](data:text/html;base64,AA)\n\n"
    "<b onclick=alert(6)>raw</b> <style>*{display:none}</style>\n\n"
    "![tracker](https://evil.example/pixel.png) [fine](https://ok.example/) \x00 \u202e\n"
)
TAGS_OF_PAGES = frozenset(
    """html head meta title link script body a header nav details summary ul li span main p h1 h2
    h3 h4 h5 section div figure figcaption table caption thead tbody tfoot tr th td footer dl dt dd
    strong em code pre ol br hr input label button select option optgroup fieldset legend output
    svg path rect circle line g text tspan use title defs polyline desc bdi img noscript template
    form small time picture source blockquote b abbr sub sup u s del ins dialog
    menu search""".split()
)


def seen(text: str) -> str:
    """Return text without regard to white space, as a browser shows it."""
    return " ".join(text.split())


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The report of runs in which every text is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    logs = folder / "logs"
    metrics = {text: number / 8 for number, (text, _) in enumerate(HOSTILE[:-1])}
    for number, (text, _) in enumerate(HOSTILE):
        about = {
            "name": text,
            "experiment": text,
            "params": {"plain": text, text[:KEY]: "value"},
            "tags": {"plain": text, text[:KEY]: "value"},
            "datasets": [{"name": text, "digest": text, "context": text}],
            "notes": NOTES + text,
            "commit": text,
            "status": "finished",
        }
        run = logs / f"run-{number}"
        put(run, {"run.yaml": json.dumps(about)})
        rows = [{"step": step, **{k: v + step for k, v in metrics.items()}} for step in range(3)]
        put(run, {"metrics.jsonl": "".join(json.dumps(row) + "\n" for row in rows)})
    write_folder(logs / "unnamed", {"case": 1.0}, {"name": ""})
    write_folder(logs / "unnamed-too", {"case": 1.0}, {"name": ""})
    put(logs / "surrogate", {"params.json": '{"half": "\\ud800x"}', "metrics.json": "{}"})
    put(logs, {"report.yaml": "title: '<i>Title</i> & more'\nsubtitle: '<script>x</script>'\n"})
    runfolio.build(logs, output=folder / "site")
    return Site(folder / "site")


@pytest.mark.parametrize(("logged", "shown"), HOSTILE)
def test_it_is_shown_as_text_on_its_page(hostile: Site, logged: str, shown: str) -> None:
    (run,) = (run for run in hostile.report["runs"] if run["name"] == logged)
    page = hostile.pages[run["page"]]
    text = seen(page.text)
    assert seen(shown) in seen(page.all("h1")[0].text)
    assert text.count(seen(shown)) >= 4, "also as a param, a tag and a dataset"


@pytest.mark.parametrize(("logged", "shown"), HOSTILE)
def test_it_is_exact_for_programs(hostile: Site, logged: str, shown: str) -> None:
    (run,) = (run for run in hostile.report["runs"] if run["name"] == logged)
    assert run["params"] == run["tags"] == {"plain": logged, logged[:KEY]: "value"}
    assert run["experiment"] == run["commit"] == logged
    assert run["datasets"] == [{"name": logged, "digest": logged, "context": logged}]


def test_every_metric_is_there_with_its_value(hostile: Site) -> None:
    (run,) = (run for run in hostile.report["runs"] if run["name"] == "Case")
    assert {name: metric["last"] for name, metric in run["metrics"].items()} == {
        text: number / 8 + 2 for number, (text, _) in enumerate(HOSTILE[:-1])
    }


def test_no_element_or_attribute_comes_from_it(hostile: Site) -> None:
    for path, page in hostile.pages.items():
        # Links leave the frame; what a page says of itself on paper is a style.
        own = {"base"} if path.startswith("embed/") else {"style"}
        assert len(page.all("style")) == len(own - {"base"}), path
        assert {element.tag for element in page.elements} <= TAGS_OF_PAGES | own, path
        assert len(page.all("h1")) == 1, path
        assert not page.all("i"), path
        assert not {"bold", "raw"} & {b.text for b in page.all("b")}, path
        assert not page.values("style"), path
        raw = (hostile.folder / path).read_text("utf-8")
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", raw), path
        for element in page.elements:
            assert not [name for name in element.attributes if name.startswith("on")], path
            source = element.attributes.get("src", "")
            if element.tag == "script" and not source:
                assert element.attributes["type"] == "application/json", path
                strict_json(element.text)
            if element.tag == "img":
                assert source.startswith("data:image/svg+xml"), path
        for target in page.values("href"):
            scheme = re.match(r"\s*([a-z]+):", target, re.IGNORECASE)
            assert not scheme or scheme[1] in ("https", "data"), (path, target)
            assert not target.startswith("data:") or target.startswith("data:image/svg+xml,")


def test_links_in_notes_lead_only_where_links_may(hostile: Site) -> None:
    (run,) = (run for run in hostile.report["runs"] if run["name"] == "Case")
    page = hostile.pages[run["page"]]
    outside = {href for href in page.values("href") if re.match(r"\w+://", href)}
    assert outside == {"https://ok.example/"}
    text = seen(page.text)
    for word in ("click", "mixed", "<b onclick=alert(6)>raw</b>", "tracker", "fine"):
        assert word in text
    assert "evil.example" not in str(page.values("src"))


def test_every_link_inside_the_site_leads_somewhere(hostile: Site) -> None:
    assert len(hostile.links()) > 100
    assert hostile.broken_links() == []


def test_the_data_of_scripts_is_strict_json_that_ends_no_script(hostile: Site) -> None:
    paths = [path for path in hostile.files() if path.startswith("data/")]
    assert len(paths) > len(HOSTILE)
    for path in paths:
        text = (hostile.folder / path).read_text("utf-8")
        assert not re.search("[<\x00\u2028\u2029\ud800-\udfff]", text), path
        assert hostile.script_data(path)
    names = {row[2] for row in hostile.script_data("data/runs.js")["rows"]}
    assert "<script>alert(1)</script>" in names


def test_file_names_work_on_every_system(hostile: Site) -> None:
    paths = list(hostile.files())
    assert len({path.casefold() for path in paths}) == len(paths)
    assert all(re.fullmatch(r"[A-Za-z0-9._/-]{1,120}", path) for path in paths)


def test_runs_without_a_name_can_be_told_apart(hostile: Site) -> None:
    unnamed = [run for run in hostile.report["runs"] if run["name"] == ""]
    titles = {hostile.pages[run["page"]].all("h1")[0].text for run in unnamed}
    assert len(unnamed) == len(titles) == 2
    assert all(title.strip() for title in titles)


def test_half_a_character_is_replaced(hostile: Site) -> None:
    (run,) = (run for run in hostile.report["runs"] if run["name"] == "surrogate")
    assert run["params"] == {"half": "\ufffdx"}


def test_no_cell_of_a_csv_file_is_a_formula(hostile: Site) -> None:
    for name in ("runs.csv", "metrics.csv"):
        with (hostile.folder / name).open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [cell for cell in cells if cell.startswith("=")]


def test_the_title_of_the_report_is_text_too(hostile: Site) -> None:
    for page in hostile.pages.values():
        assert "<i>Title</i> & more" in page.all("title")[0].text
    assert "<script>x</script>" in hostile.pages["index.html"].text
