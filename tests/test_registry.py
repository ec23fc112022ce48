"""What can be added is found: built-ins by their files, others by entry points."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint
from types import SimpleNamespace
from typing import Any

import pytest

from runfolio import registry
from runfolio.errors import UsageError

GROUP = "runfolio.sources"


@pytest.fixture
def find_with(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Find with some entry points installed, past the cache."""

    def find(*points: object) -> dict[str, Any]:
        monkeypatch.setattr(registry, "entry_points", lambda group: points)
        return registry.find.__wrapped__(GROUP, "source")

    return find


def point(value: str) -> EntryPoint:
    return EntryPoint("any", value, GROUP)


def loaded(name: str) -> object:
    return SimpleNamespace(value=f"{name}_plugin:source", load=lambda: SimpleNamespace(name=name))


def test_built_in_sources_are_found_by_their_files() -> None:
    assert {"folder", "mlflow-files", "mlflow-sqlite"} <= registry.find(GROUP, "source").keys()
    assert registry.names(GROUP, "source") == sorted(registry.find(GROUP, "source"))


def test_modules_without_the_attribute_are_no_plug_ins() -> None:
    assert "base" not in registry.find(GROUP, "source")
    assert registry.find(GROUP, "no_such_attribute") == {}


def test_a_section_is_found_under_the_name_it_says() -> None:
    sections = registry.find("runfolio.views.sections", "section")
    assert {name: section.name for name, section in sections.items()} == {
        name: name for name in sections
    }
    assert "run-table" in sections


def test_a_third_partys_comes_beside_the_built_ins(find_with: Any) -> None:
    found = find_with(loaded("diary"))
    assert found["diary"].name == "diary"
    assert "folder" in found


@pytest.mark.parametrize("names", [["folder"], ["diary", "diary"]])
def test_nobody_may_shadow_another(find_with: Any, names: list[str]) -> None:
    with pytest.raises(UsageError, match=f"second {names[-1]!r}") as raised:
        find_with(*map(loaded, names))
    assert raised.value.slug == "extension-name-taken"
    assert f"{names[-1]}_plugin" in raised.value.message


@pytest.mark.parametrize("value", ["no_such_package:source", "json:no_such_name"])
def test_a_broken_extension_is_named(find_with: Any, value: str) -> None:
    with pytest.raises(UsageError, match="cannot be imported") as raised:
        find_with(point(value))
    assert raised.value.slug == "extension-broken"
    assert value in raised.value.message
