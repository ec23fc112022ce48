"""What may be stated of the model, and which folders its records may be in."""

from __future__ import annotations

from pathlib import Path

import pytest

from runfolio.config import load_settings
from runfolio.errors import ConfigError


def load(folder: Path, text: str) -> object:
    path = folder / "report.yaml"
    path.write_text(text)
    return load_settings(path).model


def test_one_text_stands_for_a_list_of_it(tmp_path: Path) -> None:
    model = load(tmp_path, "model: {name: net, limits: Small sample., users: [a, b]}\n")
    assert (model.name, model.limits, model.users) == ("net", ("Small sample.",), ("a", "b"))  # type: ignore[attr-defined]
    assert model.records == "models"  # type: ignore[attr-defined]


@pytest.mark.parametrize("folder", ["kept", "a/b", "models/", "a..b"])
def test_records_may_be_in_any_folder_below(folder: str, tmp_path: Path) -> None:
    model = load(tmp_path, f"model: {{records: '{folder}'}}\n")
    assert model.records == folder.rstrip("/")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "folder",
    ["..", "../x", "a/../../x", "/abs", "~/x", "C:/x", r"..\x", r"\\host\x", ".", ""],
)
def test_and_in_none_outside(folder: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="config-folder-outside"):
        load(tmp_path, f"model: {{records: '{folder}'}}\n")


def test_an_unknown_key_is_told_with_what_was_meant(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="purpose"):
        load(tmp_path, "model: {pupose: x}\n")
