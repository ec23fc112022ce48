from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from runfolio.render.assets import bundle_assets, json_for_script
from runfolio.render.theme import load_theme
from runfolio.views.charts import chart_specs

VENDOR = load_theme().folders[-1] / "static" / "vendor"


def test_the_chart_library_is_the_one_in_the_manifest() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    content = (VENDOR / manifest["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == manifest["sha256"]
    assert len(content) == manifest["bytes"]
    assert manifest["versions"].keys() >= {"vega", "vega-lite", "vega-embed"}


def test_the_licences_name_the_parts_and_go_along() -> None:
    text = (VENDOR / "LICENSES.txt").read_text(encoding="utf-8")
    for part in ("vega (BSD-3-Clause)", "vega-lite", "vega-embed", "d3-array", "topojson-client"):
        assert part in text
    assert text.encode("utf-8") in bundle_assets(load_theme(), {}).files.values()


def test_names_follow_the_content(tmp_path: Path) -> None:
    before = bundle_assets(load_theme(), {"a": {"width": 1}})
    after = bundle_assets(load_theme(), {"a": {"width": 2}})
    assert before.specs != after.specs
    assert (before.style, before.scripts, before.vega) == (after.style, after.scripts, after.vega)
    before.write(tmp_path)
    for path in (before.style, *before.scripts.values()):
        digest = hashlib.sha256((tmp_path / path).read_bytes()).hexdigest()
        assert re.search(rf"-{digest[:10]}\.(css|js)$", path)


def test_no_asset_refers_to_another_host_to_work() -> None:
    assets = bundle_assets(load_theme(), chart_specs())
    own = [path for path in assets.files if "/vega" not in path]
    assert len(own) >= 4
    for path in own:
        content = assets.files[path].decode("utf-8")
        assert not re.search(r"https?://|@import|url\(", content), path


def test_json_cannot_end_the_element_it_stands_in() -> None:
    value = {"</script><!--": "&\u2028\u2029"}
    text = json_for_script(value)
    assert not re.search("[<>&\u2028\u2029]", text)
    assert json.loads(text) == value
    with pytest.raises(ValueError, match="JSON"):
        json_for_script([float("inf")])
