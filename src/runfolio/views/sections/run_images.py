"""Images that a run logged, the newest of each name."""

from __future__ import annotations

from runfolio.model.numbers import format_number
from runfolio.views.blocks import Block, Gallery, Picture
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    run = view.run
    if run is None or not run.images:
        return ()
    return (
        Gallery(
            tuple(
                Picture(
                    image.path,
                    f"Image {image.name!r} as this run logged it",
                    f"{image.name}, step {format_number(image.step)}",
                )
                for image in run.images
            )
        ),
    )


section = SectionKind("run-images", "Images", "images (TensorBoard logs them)", build)
