"""Imports point one way, and each heavy library has its place: read from the code itself."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "runfolio"

MAY_IMPORT: dict[str, set[str]] = {
    # The parts of the package, from the command line down to what knows nothing else.
    "__init__": {"pipeline", "notebook", "model"},
    # What the public API hands to a notebook: it calls the pipeline, and is called by nothing else.
    "notebook": {"pipeline", "project", "config", "analysis", "views", "model", "errors"},
    "cli": {
        *("pipeline", "config", "register", "render", "views", "registry", "starters"),
        *("model", "errors"),
    },
    "starters": {"__init__", "config", "formula", "errors"},
    "pipeline": {
        *(
            "project",
            "reading",
            "diffing",
            "report",
            "sides",
            "request",
            "result",
            "progress",
        ),
        *("config", "ingest", "audience", "analysis", "views", "render", "register", "deliver"),
        "channels",
        *("model", "errors"),
    },
    # Its stages: what the project names is read; two states are compared; pages are laid out.
    "reading": {
        *("project", "progress", "config", "registry", "storage", "sources", "ingest"),
        *("evidence", "audience", "model", "errors"),
    },
    "diffing": {
        *("reading", "project", "sides", "request", "progress", "config", "storage", "ingest"),
        *("audience", "analysis", "model", "errors"),
    },
    "report": {
        *("__init__", "project", "config", "audience", "analysis", "views", "render"),
        *("model", "errors"),
    },
    # A report goes into one channel, a file for each.
    "channels": {
        *("__init__", "project", "report", "request", "progress", "config", "audience", "views"),
        *("render", "deliver", "archive", "model", "errors"),
    },
    # A report with all that it is made of, written and read again.
    "archive": {"config", "analysis", "model", "errors"},
    # What an audience must not see is taken out before anything is analysed.
    "audience": {"config", "registry", "analysis", "formula", "model", "errors"},
    "deliver": {"storage", "model", "errors"},
    "request": set(),
    "result": {"analysis", "model"},
    "progress": set(),
    # What a project tells beside its run logs: each kind calls what reads it.
    "evidence": {
        *("project", "progress", "config", "registry", "storage", "sources", "ingest", "checks"),
        *("analysis", "model", "errors"),
    },
    "register": {"analysis", "model", "errors"},
    "sides": {"project", "storage", "ingest", "model", "errors"},
    "project": {"archive", "request", "config", "storage", "ingest", "model", "errors"},
    "render": {"views", "analysis", "registry", "model", "errors", "formula"},
    "views": {"analysis", "registry", "model", "errors", "glossary", "formula"},
    "analysis": {"model", "errors", "glossary", "formula"},
    "ingest": {"sources", "storage", "registry", "model", "errors"},
    "sources": {"storage", "model", "errors"},
    "checks": {"sources", "storage", "registry", "model", "errors"},
    "storage": {"model", "errors"},
    "config": {"registry", "model", "errors", "formula"},
    "registry": {"errors"},
    "glossary": set(),
    "formula": set(),
    "schema": set(),
    "checklists": set(),
    "errors": {"model"},  # an error may carry problems
    "model": set(),
}
ONLY_DATA_TYPES: dict[tuple[str, str], set[str]] = {
    # Between these parts only what the lower one hands over is imported, never its workings.
    ("ingest", "sources"): {"sources.base"},
    ("ingest", "storage"): {"storage.base", "storage.commits"},
    ("deliver", "storage"): {"storage.git"},  # a branch for pages
    ("sources", "storage"): {"storage.base"},
    ("checks", "storage"): {"storage.base"},
    ("checks", "sources"): {"sources.reading"},
    # Which runs a selector means and which params tell how runs were measured; no analysis.
    ("archive", "analysis"): {"analysis.branch", "analysis.since"},
    ("audience", "analysis"): {
        *("analysis.selection", "analysis.evaluation_names"),
        *("analysis.metrics", "analysis.objective"),  # which metric decides where none is named
    },
    ("render", "views"): {"views.blocks", "views.data", "views.diff_text", "views.facts"},
    ("render", "analysis"): {
        *("analysis.analysed", "analysis.history", "analysis.revision_diff"),
        *("analysis.comparison", "analysis.configurations"),
        *("analysis.process", "analysis.predictions", "analysis.gate", "analysis.compliance"),
        *("analysis.features", "analysis.importance", "analysis.lineage"),
        *(
            "analysis.data_version",
            "analysis.data_versions",
            "analysis.data_changes",
            "analysis.quality",
        ),
        *("analysis.models", "analysis.model_versions", "analysis.reproduction"),
        *("analysis.monitoring", "analysis.production_drift", "analysis.impact.result"),
    },
}
FOR_TYPES_ALONE = {
    *((part, "config") for part in ("analysis", "checks", "views", "render")),
    ("cli", "channels"),
    ("cli", "deliver"),
}
"""Upward, or past a part between, and allowed only under TYPE_CHECKING."""

HOME: dict[str, set[str]] = {
    # The only parts that may import a library.
    "click": {"cli"},
    "rich": {"cli"},
    "altair": {"views"},
    "babel": {"model"},
    "jinja2": {"render"},
    "markupsafe": {"render"},
    "vl_convert": {"render"},
    "markdown_it": {"render"},
    "nh3": {"render"},
    "css_inline": {"render"},
    "idna": {"render"},
    "keyring": {"deliver"},
    "fsspec": {"deliver"},
    "azure": {"deliver"},
    "smtplib": {"deliver"},
    "pydantic": {"config", "archive"},
    "pydantic_core": {"config", "sources"},  # its JSON parser is the quickest
    "scipy": {"analysis"},
    "cattrs": {"archive"},
    "ahocorasick_rs": {"audience"},
    "detect_secrets": {"audience"},
    "pandas": {
        *("ingest", "checks", "model", "analysis", "views", "render", "notebook", "audience"),
        "archive",
    },
}
STARTS_PROGRAMS = {
    # The only places that may, and what they start.
    "storage.git": "git",
    "render.static_charts": "a second Python that draws and may be ended",
    "deliver.pdf": "the browser that prints",
    "register.mlflow_registry": "a second Python, in which MLflow registers a version",
}
LIGHT_IN_SOURCES = {"numpy", "yaml"}
NEVER = {
    *("pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"),
    *("mlflow", "wandb", "tensorboard", "tensorflow", "torch", "dvc", "sacred", "optuna"),
    *("socket", "urllib.request", "http", "requests", "httpx", "aiohttp"),
}
ASKS_HOSTS: dict[str, set[str]] = {
    # The only modules that may speak to servers, and by what.
    "deliver.http_reply": {"urllib.request", "http"},
}
IN_A_PROCESS_OF_ITS_OWN: dict[str, set[str]] = {
    # Modules that only a program of their own runs, and what they may import there: writing to
    # MLflow's registry is MLflow's to do, whatever lies behind its address.
    "register.mlflow_process": {"mlflow"},
}
NEVER_CALLED = {"eval", "exec", "compile", "__import__"}
UNSAFE_YAML = {
    *("load", "load_all", "full_load", "full_load_all", "unsafe_load", "unsafe_load_all"),
}


SHARED_SOURCES = {"base", "reading"}
SOURCES_THAT_KNOW: dict[str, set[str]] = {
    # Formats that lie in one folder, of which one tells what the other's files mean.
    "dvc": {"dvclive"},
    "tensorboard": {"huggingface"},
}


class Import(NamedTuple):
    """One imported module or name, and how it is imported."""

    name: str
    line: int
    deferred: bool
    for_types: bool


def imports(tree: ast.Module) -> Iterator[Import]:
    """Yield every import, also those in functions and for type checkers."""

    def walk(node: ast.AST, deferred: bool, for_types: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(alias.name, child.lineno, deferred, for_types)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, "imports are absolute"
                for alias in child.names:
                    yield Import(f"{child.module}.{alias.name}", child.lineno, deferred, for_types)
            elif isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
                yield from walk(child, deferred, True)
            else:
                inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                yield from walk(child, deferred or inside, for_types)

    yield from walk(tree, False, False)


def broken_rules(module: str, code: str) -> list[str]:
    """Return what `module` (such as ``sources.folder``) does against the architecture."""
    part = module.partition(".")[0]
    tree = ast.parse(code)
    found = []
    for item in imports(tree):
        library, _, rest = item.name.partition(".")
        if library == "runfolio":
            wrong = _wrong_import(part, rest, item.for_types)
            if any(f"{rest}.".startswith(f"{name}.") for name in IN_A_PROCESS_OF_ITS_OWN):
                wrong = f"nothing may import {rest}"
            if part == "sources":
                wrong = wrong or _wrong_sibling(module, rest)
        elif library in IN_A_PROCESS_OF_ITS_OWN.get(module, ()):
            wrong = "" if item.deferred else f"{library} is imported before it is needed"
        elif never := (
            ({library, ".".join(item.name.split(".")[:2])} & NEVER) - ASKS_HOSTS.get(module, set())
        ):
            wrong = f"nothing may import {never.pop()}"
        elif library == "subprocess" and not f"{module}.".startswith(
            tuple(f"{place}." for place in STARTS_PROGRAMS)
        ):
            wrong = f"{module} may not start programs"
        elif library in sys.stdlib_module_names and library not in HOME:
            continue
        else:
            wrong = _wrong_library(part, library, item)
        if wrong:
            found.append(f"{module}:{item.line}: {wrong}")
    found.extend(
        f"{module}:{node.lineno}: calls {name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and (name := _forbidden(node.func))
    )
    return found


def _wrong_import(part: str, name: str, for_types: bool) -> str:
    other = name.partition(".")[0]
    if other not in MAY_IMPORT:
        other, name = "__init__", f"__init__.{name}"  # a name of the public API
    if other == part or (for_types and (part, other) in FOR_TYPES_ALONE):
        return ""
    if other not in MAY_IMPORT[part]:
        return f"{part} may not import {name}"
    only = ONLY_DATA_TYPES.get((part, other))
    if only is not None and not any(f"{name}.".startswith(f"{allowed}.") for allowed in only):
        return f"{part} may import only {sorted(only)} of {other}, not {name}"
    return ""


def _wrong_sibling(module: str, name: str) -> str:
    """Tell whether a format's reader imports another format's."""
    own, other = module.split(".")[1:2], name.split(".")[1:2]
    if not own or not other or name.split(".")[0] != "sources" or own == other:
        return ""
    allowed = (
        SHARED_SOURCES
        if own[0] in SHARED_SOURCES
        else {
            *SHARED_SOURCES,
            *SOURCES_THAT_KNOW.get(own[0], set()),
        }
    )
    return "" if other[0] in allowed else f"sources.{own[0]} may not import {name}"


def _wrong_library(part: str, library: str, item: Import) -> str:
    if library in HOME and part not in HOME[library]:
        return f"{part} may not import {library}"
    early = not (item.deferred or item.for_types)
    if part == "sources" and library not in LIGHT_IN_SOURCES and early:
        return f"{library} is imported before it is needed"
    return ""


def _forbidden(called: ast.expr) -> str:
    if isinstance(called, ast.Name) and called.id in NEVER_CALLED:
        return called.id
    if (
        isinstance(called, ast.Attribute)
        and ast.unparse(called.value) == "yaml"
        and called.attr in UNSAFE_YAML
    ):
        return f"yaml.{called.attr}"
    return ""


def _modules() -> dict[str, Path]:
    files = {path.relative_to(PACKAGE).with_suffix(""): path for path in PACKAGE.rglob("*.py")}
    return {".".join(name.parts): path for name, path in sorted(files.items())}


def test_every_module_keeps_to_the_architecture() -> None:
    modules = _modules()
    assert len(modules) > 50
    broken = [
        rule
        for module, path in modules.items()
        for rule in broken_rules(module, path.read_text("utf-8"))
    ]
    assert broken == []


def test_numbers_for_readers_are_written_in_their_locale() -> None:
    # Thousands with a comma are English: only what is put through `localized` may have them.
    found = []
    for module, path in _modules().items():
        if module.partition(".")[0] in ("views", "analysis", "checks", "render", "notebook"):
            tree = ast.parse(path.read_text("utf-8"))
            allowed = {
                inner
                for call in ast.walk(tree)
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "localized"
                for inner in ast.walk(call)
            }
            found += [
                f"{module}:{node.lineno}"
                for node in ast.walk(tree)
                if isinstance(node, ast.FormattedValue)
                and node.format_spec is not None
                and "," in ast.unparse(node.format_spec)
                and node not in allowed
            ]
    # The paragraphs of methods are put through `localized_prose`.
    assert [place for place in found if not place.startswith("views.methods.")] == []


def test_every_part_of_the_package_has_its_rule() -> None:
    assert {module.partition(".")[0] for module in _modules()} <= MAY_IMPORT.keys()


def test_the_rules_themselves_hold_no_circle() -> None:
    # The public API is the only thing that is both above the pipeline and read by it.
    rules = {part: may - {"__init__"} for part, may in MAY_IMPORT.items()}
    while free := [part for part, may in rules.items() if not may & rules.keys()]:
        for part in free:
            del rules[part]
    assert rules == {}


@pytest.mark.parametrize(
    ("module", "code", "said"),
    [
        ("model.runs", "import runfolio.analysis.analysed", "model may not import analysis"),
        ("analysis.x", "from runfolio.views import words", "analysis may not import views"),
        ("analysis.x", "from runfolio.config import Settings", "may not import config"),
        ("views.x", "def f():\n    from runfolio.render.html import A", "may not import render"),
        ("ingest.x", "from runfolio.sources.folder import source", "only ['sources.base']"),
        ("sources.lightning", "from runfolio.sources.csv_log import source", "sources.csv_log"),
        ("sources.reading.paths", "from runfolio.sources.folder import source", "sources.folder"),
        ("sources.x", "from runfolio.storage.local import LocalStorage", "only ['storage.base']"),
        ("render.x", "from runfolio.views.sections import risks", "may import only"),
        ("model.x", "from runfolio import build", "model may not import __init__.build"),
        ("views.x", "import click", "views may not import click"),
        ("render.x", "import altair as alt", "render may not import altair"),
        ("views.x", "from jinja2 import Environment", "views may not import jinja2"),
        ("sources.x", "def f():\n    import pandas", "sources may not import pandas"),
        ("storage.x", "import pandas as pd", "storage may not import pandas"),
        ("sources.x", "import pyarrow", "before it is needed"),
        ("views.x", "from pydantic import BaseModel", "may not import pydantic"),
        ("render.x", "import smtplib", "render may not import smtplib"),
        ("sources.x", "def f():\n    import mlflow", "nothing may import mlflow"),
        ("register.files", "def f():\n    import mlflow", "nothing may import mlflow"),
        ("register.mlflow_process", "import mlflow", "before it is needed"),
        ("pipeline", "from runfolio.register.mlflow_process import main", "nothing may import"),
        ("sources.x", "import pickle", "nothing may import pickle"),
        ("sources.x", "from urllib.request import urlopen", "may import urllib.request"),
        ("sources.x", "import subprocess", "may not start programs"),
        ("storage.local", "from subprocess import run", "may not start programs"),
        ("sources.x", "eval('1')", "calls eval"),
        ("sources.x", "import yaml\nyaml.load(text, Loader)", "calls yaml.load"),
    ],
)
def test_the_check_sees_what_breaks_a_rule(module: str, code: str, said: str) -> None:
    broken = broken_rules(module, code)
    assert len(broken) == 1, broken
    assert said in broken[0]


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("sources.x", "import numpy as np\nfrom runfolio.sources.base import Unit"),
        ("sources.x", "def f():\n    import pyarrow"),
        ("sources.x", "import re, yaml\nre.compile('x')\nyaml.safe_load('x')"),
        (
            "analysis.x",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
            "    from runfolio.config import Settings",
        ),
        ("report", "from runfolio import __version__"),
        ("storage.git.command", "import subprocess"),
        ("register.mlflow_process", "def f():\n    import mlflow"),
    ],
)
def test_the_check_lets_pass_what_is_allowed(module: str, code: str) -> None:
    assert broken_rules(module, code) == []
