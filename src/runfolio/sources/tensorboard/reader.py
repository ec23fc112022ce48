"""Stage 1b: TensorBoard's event files.

In: folders with files whose name contains ``tfevents``, as TensorFlow, PyTorch, tensorboardX
and whatever builds on these write them. Out: a run per folder, with scalars in either of their
two encodings, hyperparameters, texts as notes and a few pictures. Histograms, audio, graphs
and curves are not read.

Several files of a folder are one run that was resumed, or evaluated beside its training. What
else belongs to it is in `tensorboard_folders`. A file's name holds the host's, so it is not
shown: problems are in the folder's ``event file 2``.
"""

from __future__ import annotations

from collections.abc import Sequence

from runfolio.model.records import Records
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.huggingface.states import CHECKPOINT, STATE
from runfolio.sources.reading.paths import folder_above
from runfolio.sources.tensorboard.folders import (
    Part,
    event_files,
    is_event_file,
    layout_of,
    runs_of,
)
from runfolio.sources.tensorboard.run import HPARAMS, Found, read_run
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["TensorBoard", "source"]

_CSV = "metrics.csv"
_NAMELESS = frozenset(
    {"tensorboard", "tensorboard_logs", "tb", "tb_logs", "tf_logs", "tblogs", "tfevents", "events"}
)
"""Folders that a run keeps its event files in; the folder above has the run's name."""


class TensorBoard:
    """Reader of TensorBoard's event files."""

    name = "tensorboard"
    title = "TensorBoard event files"
    looks_like = "a folder per run with files in it whose name contains tfevents"
    order = 500

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        if entries is None:
            return WHOLE if is_event_file(place.name) else None
        layout = layout_of(place, entries)
        if layout is None:
            return None
        params = [HPARAMS] if _has_params(entries) else []
        return Claim.of(*layout.files, *layout.folders, *params)

    def discover(self, place: Place) -> Discovery:
        if not place.is_folder():
            return Discovery((self._unit(place.parent, (Part("", (place.name,)),)),))
        entries = place.entries()
        layout = layout_of(place, entries)
        units = [
            self._unit(
                place / run.path if run.path else place,
                run.parts,
                holds_runs=run.holds_runs,
                has_params=not run.path and _has_params(entries),
            )
            for run in (runs_of(place, layout) if layout else ())
        ]
        return Discovery(tuple(units))

    def read(self, unit: Unit) -> Records:
        return read_run(unit)

    def _unit(
        self,
        place: Place,
        parts: tuple[Part, ...],
        *,
        holds_runs: bool = False,
        has_params: bool = False,
    ) -> Unit:
        output = _output_of_trainer(place)
        shown_as = output or _named(place)
        found = Found(parts, shown_as, output is not None, holds_runs, has_params)
        return Unit(self.name, place, folder_above(shown_as), context=found)


source = TensorBoard()


def _has_params(entries: Sequence[Entry]) -> bool:
    names = {entry.name for entry in entries if not entry.is_folder}
    return HPARAMS in names and _CSV not in names and bool(event_files(entries))


def _output_of_trainer(place: Place) -> Place | None:
    """Return the output folder of Hugging Face's Trainer that a run's folder is part of.

    The Trainer has its event files in ``runs/<time>_<host>/`` there. The output folder is the
    run, with whatever else is known of it.
    """
    runs = place.parent
    output = runs.parent
    if runs.name != "runs" or place.path.count("/") < 1:
        return None
    try:
        entries = output.entries()
    except StorageError:
        return None
    folders = [e.name for e in entries if e.is_folder and CHECKPOINT.fullmatch(e.name)]
    is_output = Entry(STATE, False) in entries or any(
        (output / name / STATE).is_file() for name in folders
    )
    return output if is_output else None


def _named(place: Place) -> Place:
    """Return the folder that has the run's name."""
    above = place.parent
    return above if place.name.lower() in _NAMELESS and above.path else place
