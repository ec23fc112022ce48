"""Models that runs of W&B logged, and the name of the program, with nothing else of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from peers import Peers
from reading import only_run, read
from runfolio.sources.reading.paths import script_started
from runfolio.sources.wandb.records import RunLog


@pytest.mark.parametrize(
    ("script", "command"),
    [
        ("train.py", "python train.py"),
        ("jobs/train.py", "python jobs/train.py"),
        ("/home/ada/secret/train.py", "python train.py"),
        (r"C:\Users\ada\train.py", "python train.py"),
        ("~/x/train.py", "python train.py"),
        ("../../other/train.py", "python train.py"),
        ("s3://bucket/key/train.py", "python train.py"),
        ("a b.py", "python 'a b.py'"),
        ("$(rm -rf x).py", "python '$(rm -rf x).py'"),
        ("x\ny.py", ""),
        ("/usr/lib/ipykernel_launcher.py", ""),
        ("<python with no main file>", ""),
        ("train.sh", ""),
        ("", ""),
    ],
)
def test_what_is_told_of_the_program(script: str, command: str) -> None:
    assert script_started(script) == command


def test_a_damaged_record_of_an_artifact_is_no_model() -> None:
    log = RunLog()
    with pytest.raises(ValueError, match=r"."):
        log.add(b"\x42\x05\x22\x7f")
    assert log.models == {}


@pytest.mark.peer
def test_the_real_client_logs_a_model(peers: Peers, tmp_path: Path) -> None:
    peers.run("wandb_model_makes.py", str(tmp_path), needs="wandb")
    found = read("wandb", tmp_path / "wandb")
    [model] = found.models
    run = only_run(found)
    assert (model.name, model.kind, model.run_id) == ("detector", "logged", run.id)
    assert model.aliases == ("best", "latest")
    assert model.description == "Finds tumours."
    assert len(model.model_id) == 32  # the MD5 sum of what is in it
    assert run.command in ("python wandb_model_makes.py", "python jobs/train.py")
