"""Stage 1b: what TensorBoard's hparams plugin wrote: params, and how the run ended.

In: the content of a summary's metadata, a message ``HParamsPluginData``. Out: the session
that it tells of. PyTorch writes how a run ended together with its params, before it began.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from runfolio.model.records import Status
from runfolio.sources.reading.parsing import text_of
from runfolio.sources.reading.protobuf import BYTES, FIXED64, VARINT, double, fields

__all__ = ["Session"]

_STATUS: dict[int, Status] = {1: "finished", 2: "failed", 3: "unfinished"}


@dataclass(slots=True)
class Session:
    """A run as the hparams plugin knows it; times in seconds since 1970, None if untold."""

    params: dict[str, str] = field(default_factory=dict)
    status: Status = "unknown"
    started: float | None = None
    ended: float | None = None
    has_schema: bool = False
    """Whether the names of params and metrics were declared in the same place."""
    is_begun: bool = False
    changed: set[str] = field(default_factory=set)
    """Params that were logged again with another value; like TensorBoard, the first is kept."""

    def add(self, content: bytes) -> None:
        """Take in one more message.

        Raises
        ------
        WireError
            If it is damaged.
        """
        for number, wire_type, value in fields(content):
            if wire_type != BYTES:
                continue
            if number == 2:
                self.has_schema = True
            elif number == 3:
                self._begin(value)
            elif number == 4:
                self._end(value)

    def _begin(self, message: bytes) -> None:
        self.is_begun = True
        for number, wire_type, value in fields(message):
            if number == 1 and wire_type == BYTES:
                name, text = _param(value)
                if self.params.setdefault(name, text) != text:
                    self.changed.add(name)
            elif number == 5 and wire_type == FIXED64:
                self.started = self.started or double(value) or None

    def _end(self, message: bytes) -> None:
        for number, wire_type, value in fields(message):
            if number == 1 and wire_type == VARINT:
                self.status = _STATUS.get(value, "unknown")
            elif number == 2 and wire_type == FIXED64:
                self.ended = double(value) or None


def _param(entry: bytes) -> tuple[str, str]:
    name, text = "", ""
    for number, wire_type, value in fields(entry):
        if number == 1 and wire_type == BYTES:
            name = value.decode("utf-8", "replace")
        elif number == 2 and wire_type == BYTES:
            text = _value(value)
    return name, text


def _value(message: bytes) -> str:
    """Return a ``google.protobuf.Value``; whole numbers lost their kind, so they get it back."""
    for number, wire_type, value in fields(message):
        if number == 2 and wire_type == FIXED64:
            amount = double(value)
            return str(int(amount) if amount.is_integer() and abs(amount) < 1e15 else amount)
        if number == 3 and wire_type == BYTES:
            return str(value.decode("utf-8", "replace"))
        if number == 4 and wire_type == VARINT:
            return text_of(bool(value))
    return "null"
