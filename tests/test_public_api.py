"""The public API: what is in it, that it is documented, and that it is light."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import runfolio
from runfolio.model.tables import Tables
from runfolio.notebook.compare_result import CompareResult
from runfolio.pipeline import Request, Result
from runfolio.sources.base import Source
from runfolio.storage.base import Storage
from sites import Parsed, Site
from stores import put, write_folder

README = Path(__file__).parents[1] / "README.md"
FUNCTIONS = [name for name in runfolio.__all__ if inspect.isfunction(getattr(runfolio, name))]


def section(documented: Any, name: str) -> str:
    """Return a section of a numpydoc docstring."""
    text = inspect.getdoc(documented) or ""
    found = re.search(rf"^{name}\n-+\n(.*?)(?=^\S[^\n]*\n-+\n|\Z)", text, re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


def parameters(documented: Any) -> set[str]:
    """Return the names that the section Parameters explains."""
    heads = re.findall(r"^(\S.*?)(?: :.*)?$", section(documented, "Parameters"), re.MULTILINE)
    return {name.strip("*") for head in heads for name in head.split(", ")}


def test_the_api_is_what_the_readme_shows() -> None:
    python = "".join(re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL))
    assert set(re.findall(r"runfolio\.(\w+)\(", python)) == set(FUNCTIONS)
    assert set(runfolio.__all__) - set(FUNCTIONS) == {"__version__"}


def test_nothing_else_is_public() -> None:
    modules = {name for name in vars(runfolio) if inspect.ismodule(vars(runfolio)[name])}
    imported = {"annotations", "Path", "TYPE_CHECKING", "version"}
    public = {name for name in vars(runfolio) if not name.startswith("_")}
    assert public - modules - imported == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_say_what_they_take_return_and_raise(name: str) -> None:
    function = getattr(runfolio, name)
    assert parameters(function) == set(inspect.signature(function).parameters)
    for told in ("Returns", "Raises"):
        heads, explained = section(function, told), r"^\S.*\n {4}\S"
        assert re.search(explained, heads, re.MULTILINE), told
    assert f"runfolio.{name}(" in section(function, "Examples")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_argument_is_explained_and_every_result_has_its_type(name: str) -> None:
    function = getattr(runfolio, name)
    told = section(function, "Parameters")
    for argument in inspect.signature(function).parameters:
        assert re.search(rf"^\*?{argument} : \S.*\n {{4}}\S", told, re.MULTILINE), argument
    for kind in re.findall(r"^(runfolio\.[\w.]+)$", inspect.getdoc(function) or "", re.MULTILINE):
        module, _, attribute = kind.rpartition(".")
        assert inspect.isclass(getattr(import_module(module), attribute)), kind
    assert inspect.signature(function).return_annotation in section(function, "Returns")


@pytest.mark.parametrize("kind", [Result, Request, Tables, CompareResult])
def test_every_field_of_what_goes_in_and_out_is_explained(kind: type) -> None:
    assert parameters(kind) == {field.name for field in fields(kind)}


@pytest.mark.parametrize("protocol", [Source, Storage])
def test_what_third_parties_implement_is_explained(protocol: type) -> None:
    public = {n: v for n, v in vars(protocol).items() if callable(v) and not n.startswith("_")}
    assert public
    assert [name for name, value in public.items() if not inspect.getdoc(value)] == []


def test_importing_it_imports_nothing_heavy() -> None:
    code = (
        "import sys, runfolio; heavy = 'numpy pandas altair jinja2 pydantic yaml rich scipy'\n"
        "print(sorted(set(heavy.split()) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_build_and_load_runs_work_as_shown(tmp_path: Path) -> None:
    folder = tmp_path / "logs" / "first"
    folder.mkdir(parents=True)
    (folder / "metrics.csv").write_text("step,loss\n0,0.5\n1,0.25\n")
    tables = runfolio.load_runs(tmp_path / "logs")
    assert tables.metrics[["metric", "last", "count"]].values.tolist() == [["loss", 0.25, 2]]
    result = runfolio.build(tmp_path / "logs", output=tmp_path / "out")
    assert result.runs == 1
    assert (tmp_path / "out" / "index.html").is_file()


def test_what_was_read_is_shown_in_a_notebook(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_folder(tmp_path / "<b>logs" / name, {"loss": 0.5, "acc": 0.25})
    put(tmp_path, {"<b>logs/first/params.json": "{broken"})
    tables = runfolio.load_runs(tmp_path / "<b>logs")
    page = Parsed(tables._repr_html_())
    for shown in (repr(tables), page.text):
        assert shown.lstrip().startswith("2 runs, ")
        assert "2 metrics, 1 problem" in shown
        assert "Plain folders" in shown
        assert "run, metric, first, last, last_step" in shown
        assert "<b>logs" in shown
    assert "b" not in {element.tag for element in page.elements}


def test_build_tells_what_a_branch_changes(tmp_path: Path) -> None:
    source = Path(__file__).parents[1] / "sample_runs" / "history.bundle"
    runfolio.build(source, output=tmp_path / "site", compare="main...exp/pairs")
    assert "exp/pairs" in Site(tmp_path / "site").text_of("branch.html")


def test_the_finding_in_the_readme_is_what_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(README.parent)
    [(call, finding)] = re.findall(r">>> print\((.*)\.finding\)\n(.*)\n", README.read_text("utf-8"))
    assert call == 'runfolio.compare("sample_runs")'
    assert runfolio.compare("sample_runs").finding == finding
