"""Make the bundle of Vega, Vega-Lite and vega-embed that the pages load.

The bundle comes out of vl-convert, so that the charts drawn in the browser and the
pre-rendered ones are drawn by the same versions. Run it after an update of vl-convert,
from any folder, and commit all that it writes beside it. It needs
no network. ``vega.js.gz`` is what a report in a single file holds: it is packed here, once, so
that its bytes do not depend on where a report is built. LICENSES.txt holds the licences of all
parts of the bundle.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import vl_convert

FOLDER = Path(__file__).parent

# The bundle declares hundreds of short names at its top level; inside a function they
# cannot meet those of another script. What the pages use is put on `window`.
SNIPPET = "window.vegaEmbed = vegaEmbed;"


def main() -> None:
    """Write the bundle, plain and packed, and its manifest beside this file."""
    script = f"(() => {{{vl_convert.javascript_bundle(SNIPPET)}\n}})();\n"
    for ending in ("</script", "<!--"):
        if ending in script:
            raise SystemExit(f"The bundle holds {ending!r}: it could not be put inline.")
    content = script.encode("utf-8")
    (FOLDER / "vega.js").write_bytes(content)
    (FOLDER / "vega.js.gz").write_bytes(gzip.compress(content, mtime=0))
    manifest = {
        "file": "vega.js",
        "name": "Vega, Vega-Lite and vega-embed",
        "versions": {
            "vega": vl_convert.get_vega_version(),
            "vega-lite": vl_convert.get_vegalite_versions()[-1],
            "vega-embed": vl_convert.get_vega_embed_version(),
            "vega-themes": vl_convert.get_vega_themes_version(),
        },
        "licence": "BSD-3-Clause; parts under ISC, MIT and the Unlicense: LICENSES.txt",
        "source": "vl_convert.javascript_bundle() of vl-convert-python "
        + version("vl-convert-python"),
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (FOLDER / "manifest.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
