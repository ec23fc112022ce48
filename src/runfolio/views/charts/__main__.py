"""Write the file of specifications, after a kind of chart has changed."""

import json

from runfolio.views.charts import FILE, built_specs

if __name__ == "__main__":
    text = json.dumps(built_specs(), indent=1, sort_keys=True, ensure_ascii=False)
    FILE.write_text(text + "\n", encoding="utf-8")
