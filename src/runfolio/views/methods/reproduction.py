"""What counts as needed to make a model again."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    if view.analysed.models.reproduction is None:
        return ()
    return (
        "To make a model again takes the commit of the code, the data in the version used, the "
        "params, the environment (Python and libraries), the command and the seeds; counted with "
        "them is the model itself, without which it has to be trained again. Each is taken "
        "from what all runs of the champion logged; where they differ, all that they say is "
        "given, and nothing is filled in. Whether files had been changed without a commit is not "
        "logged by any tracker read here. Equal commands give equal figures only where training "
        "itself does: some hardware and libraries round otherwise.",
        "Two records are of one model where its fingerprint is equal: the SHA-256 sum of the "
        "params, the versions of data, the commits and the ids of the runs.",
    )


method = Method("reproduction", "What it takes to make a model again", 76, build)
