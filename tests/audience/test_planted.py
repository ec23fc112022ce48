"""Nothing that an audience must not see is in anything made for it, whatever field it came from.

A text of its own is planted in each field of a project (`planted`), and all that is made for an
outside audience is taken apart by other means than the product's own check (`scan`).
"""

from __future__ import annotations

import base64
import functools
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from planted import plant
from planted_marks import AUDIENCE, HIDDEN, NUMBERS, SHOWN
from runfolio import pipeline
from runfolio.cli import main
from runfolio.errors import LeakError
from runfolio.render.html import HtmlRenderer
from runfolio.render.static_charts import Drawings
from runfolio.request import CommentWish, EmailWish, PdfWish, Request
from scan import Found, found_in
from sites import Site

Files = list[tuple[str, bytes]]


def marks(text: str) -> list[str]:
    """Return the words of a planted text that stand nowhere else."""
    words = text.casefold().replace("/", " ").replace("@", " ").split()
    return [word for word in words if "zq" in word or len(word) >= 32]


MARKS = {mark: kind for kind, text in HIDDEN.items() for mark in marks(text)}
DIGITS = {f"{value:.6g}".lstrip("0."): kind for kind, value in NUMBERS.items()}
"""Of numbers, the digits that every way of writing them begins with."""


def without_charts(*anything: Any) -> Drawings:
    """Draw nothing ahead, where charts are not what matters."""
    return Drawings()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plant(tmp_path_factory.mktemp("planted") / "project")


@pytest.fixture(scope="module")
def made_once() -> Iterator[None]:
    """Read, cut and lay out once for each audience: every channel begins with the same report."""
    make = pipeline._report
    reports: dict[str | None, Any] = {}

    @functools.wraps(make)
    def kept(project: Any, request: Request, clock: Any) -> Any:
        if request.audience not in reports:
            reports[request.audience] = make(project, request, clock)
        return reports[request.audience]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "_report", kept)
        # Its charts are those of the site, drawn once more.
        patch.setattr("runfolio.channels.single_file.draw_charts", without_charts)
        yield


def request(project: Path, output: Path | None, audience: str | None = AUDIENCE) -> Request:
    return Request((str(project),), output, audience=audience)


def site_files(folder: Path) -> Files:
    """Return what is made of the logs: not the chart library and the styles."""
    files = Site(folder).files().items()
    return [(path, data) for path, data in files if not path.startswith("assets/")]


def made(project: Path, into: Path, audience: str | None) -> dict[str, Files]:
    """Make all that can be made for an audience, and return its files by kind."""
    asked = request(project, into / "site", audience)
    beside = replace(asked, single_file=into / "report.html", archive=into / "report.zip")
    pipeline.build(beside)
    message = into / "report.eml"
    pipeline.email(
        replace(asked, output=None),
        EmailWish(("one@example.org",), "data-engineer", "a@example.org", output=message),
    )
    comment = pipeline.comment(replace(asked, output=None), CommentWish())
    files = [into / name for name in ("report.html", "report.zip", "report.eml")]
    single, archive, mail = ([(file.name, file.read_bytes())] for file in files)
    return {
        **{"site": site_files(into / "site"), "single file": single, "archive": archive},
        **{"message": mail, "comment": [("comment.md", comment.text.encode())]},
    }


KINDS = ("site", "single file", "archive", "message", "comment")


@pytest.fixture(scope="module")
def of_board(project: Path, made_once: None) -> dict[str, Files]:
    return made(project, project.parent, AUDIENCE)


@pytest.fixture
def outside(project: Path, of_board: dict[str, Files]) -> Path:
    """The site for the audience."""
    return project.parent / "site"


def told(found: Found) -> str:
    kinds = {**MARKS, **DIGITS}
    return "\n".join(
        sorted(f"{kinds[word]}: {word} in {sorted(at)[:4]}" for word, at in found.items())
    )


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_hidden_is_in_it(of_board: dict[str, Files], kind: str) -> None:
    found = found_in([*MARKS, *DIGITS], of_board[kind])
    assert not found, told(found)


@pytest.mark.browser
def test_nothing_hidden_is_in_the_pdf(project: Path, of_board: dict[str, Files]) -> None:
    out = project.parent / "report.pdf"
    pipeline.pdf(request(project, None), PdfWish(out, roles=("business-stakeholder",)))
    files = [(out.name, out.read_bytes())]
    found = found_in([*MARKS, *DIGITS], files)
    assert not found, told(found)
    assert found_in(["Planted"], files), "its words can be read"


def test_what_is_not_hidden_is_there(of_board: dict[str, Files]) -> None:
    assert found_in(SHOWN, of_board["site"]).keys() == set(SHOWN)


def test_what_is_made_for_the_team_has_it_all(
    project: Path, made_once: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So each text was in a place where it could be seen, in every kind of file."""
    monkeypatch.setattr("runfolio.render.site.draw_charts", without_charts)
    kinds = made(project, tmp_path, None)
    found = found_in([*MARKS, *DIGITS], kinds.pop("site"))
    assert not {kind for mark, kind in {**MARKS, **DIGITS}.items() if mark not in found}
    for kind in ("message", "comment"):
        assert found_in(MARKS, kinds[kind]), kind
    (archive,) = kinds["archive"]
    with zipfile.ZipFile(io.BytesIO(archive[1])) as packed:
        parts = [(name, packed.read(name)) for name in packed.namelist() if name[:5] == "data/"]
    assert any("parquet" in place for at in found_in(MARKS, parts).values() for place in at)


WRITINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "HTML": lambda text: "".join(f"&#{ord(sign)};" for sign in text),
    "JSON": lambda text: "".join(f"\\u{ord(sign):04x}" for sign in text),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "an address": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_a_leak_behind_its_back_is_caught(
    project: Path, outside: Path, writing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part of the program that writes what was taken out fails the build."""
    kind = list(HIDDEN)[list(WRITINGS).index(writing)]
    secret = WRITINGS[writing](HIDDEN[kind])
    render = HtmlRenderer.page

    def leaking(self: HtmlRenderer, page: Any, *more: Any) -> str:
        return render(self, page, *more).replace("</body>", f"<i>({secret})</i></body>")

    monkeypatch.setattr(HtmlRenderer, "page", leaking)
    monkeypatch.setattr("runfolio.render.site.draw_charts", without_charts)
    before = Site(outside).files()
    with pytest.raises(LeakError) as caught:
        pipeline.build(request(project, outside))
    assert ".html" in caught.value.message
    assert not [word for word in marks(HIDDEN[kind]) if word in caught.value.message.lower()]
    assert Site(outside).files() == before


def test_a_section_of_somebody_else_that_reads_the_logs_fails_the_build(
    project: Path,
    outside: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from runfolio import registry
    from runfolio.views.blocks import Prose
    from runfolio.views.view import View

    sections = registry.find("runfolio.views.sections", "section")
    leading = sections["figures"]

    def build(view: View) -> tuple[Any, ...]:
        logged = next(project.glob("mlruns/1/*/params/zqparam_rate")).read_text()
        return (*leading.build(view), Prose((f"Read by myself: {logged}",)))

    monkeypatch.setitem(sections, "figures", _replaced(leading, build))
    monkeypatch.setattr("runfolio.render.site.draw_charts", without_charts)
    monkeypatch.setattr(pipeline, "_report", pipeline._report.__wrapped__)  # type: ignore[attr-defined]
    before = Site(outside).files()
    done = main(["build", str(project), "-o", str(outside), "--audience", AUDIENCE])
    told = " ".join(capsys.readouterr().err.split())
    assert done == 1
    assert "is in index.html" in told
    assert "What `hide: " in told
    assert HIDDEN["value of a param"] not in told
    assert Site(outside).files() == before


def _replaced(section: Any, build: Callable[..., Any]) -> Any:
    return replace(section, build=build)
