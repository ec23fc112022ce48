"""Stage 1b: the output folders of Hugging Face's Trainer (transformers 3 to 5).

In: a folder with checkpoints and what the Trainer left beside them. Out: a unit of work per
folder.

::

    <output>/trainer_state.json             written last, by save_state()
    <output>/checkpoint-<step>/trainer_state.json
    <output>/{all,train,eval,predict}_results.json
    <output>/README.md  config.json  adapter_config.json    read for params

``training_args.bin`` is a pickle and not read, so that most arguments of a training are only
known where it wrote a model card. What else lies in the folder, such as ``runs/`` with event
files, is left to other sources.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from runfolio.model.records import Records
from runfolio.sources.base import Claim, Discovery, Unit
from runfolio.sources.huggingface.run import read_output
from runfolio.sources.huggingface.state import STATE
from runfolio.sources.huggingface.states import CHECKPOINT
from runfolio.sources.reading.listing import names_listed
from runfolio.sources.reading.paths import folder_above
from runfolio.storage.base import Entry, Place

__all__ = ["HuggingFace", "source"]

_RESULTS = re.compile(r"\w+_results\.json")


class HuggingFace:
    """Reader of the Trainer's output folders."""

    name = "huggingface"
    title = "Hugging Face Trainer"
    looks_like = "a folder with trainer_state.json in it or in its checkpoint-<step> folders"
    order = 300

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        names = {entry.name for entry in entries or ()}
        checkpoints = [
            entry.name
            for entry in entries or ()
            if entry.is_folder and CHECKPOINT.fullmatch(entry.name)
        ]
        if STATE not in names and not any(
            STATE in names_listed(place / name) for name in checkpoints
        ):
            return None
        results = [name for name in names if _RESULTS.fullmatch(name)]
        return Claim(frozenset({STATE, *checkpoints, *results}))

    def discover(self, place: Place) -> Discovery:
        return Discovery((Unit(self.name, place, folder_above(place)),))

    def read(self, unit: Unit) -> Records:
        return read_output(unit)


source = HuggingFace()
