"""No report names a person because a path or a note did."""

from __future__ import annotations

import pytest

from builders import run
from runfolio.ingest.private import impersonal, without_persons


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("/home/ada/data/train.csv", "~/data/train.csv"),
        ("data=/Users/Ada/x, out=/home/ada", "data=~/x, out=~"),
        (r"C:\\Users\\Ada\\model", r"~\\model"),
        ("C:\\Users\\Ada\\model", "~\\model"),
        ("file:///C:/Users/ada/mlruns", "file:///~/mlruns"),
        ("ask ada.l@example.co.uk.", "ask (e-mail address)."),
        ("/homestead/users/count", "/homestead/users/count"),
        ("mean@k", "mean@k"),
        ("a/b\\c", "a/b\\c"),
    ],
)
def test_home_folders_and_addresses(text: str, kept: str) -> None:
    assert impersonal(text) == kept


def test_every_text_of_a_run() -> None:
    text = "/home/ada/x"
    one = run("id", {}, "v1", name=text, notes=text, params={"p": text}, tags={"t": text})
    assert "ada" not in repr(without_persons(one))
