"""How each number is computed, as it was done for this report."""

from __future__ import annotations

from runfolio.views.methods import method_blocks
from runfolio.views.view import SectionKind

section = SectionKind("methods", "How each number is computed", "nothing", method_blocks)
