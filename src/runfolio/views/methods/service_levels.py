"""How a metric in production is judged."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.monitoring_words import span_of
from runfolio.views.view import View
from runfolio.views.words import listed


def build(view: View) -> tuple[str, ...]:
    monitoring = view.analysed.monitoring
    if monitoring is None or not monitoring.levels:
        return ()
    logs = [log for log in monitoring.logs if log.levels]
    spans = listed(list(dict.fromkeys(span_of(log.rules.hours) for log in logs)))
    least = listed(list(dict.fromkeys(str(log.rules.least) for log in logs)))
    return (
        f"What a metric is in production is told for the last {spans} up to its newest value. A "
        "share whose cases are logged beside it is that of all cases of the window together, p = "
        "Σ cases · value / Σ cases, in Wilson's 95 % interval, (p + z²/2n ± z √(p(1−p)/n + "
        "z²/4n²)) / (1 + z²/n) with z = 1.96 and n cases. Any other metric is the mean of the "
        "window's values (weighted by cases, where they are logged), in Student's 95 % interval; "
        "both take values for independent of each other. Rows of one time are one value; of more "
        "than 1,000 times, those of an hour, a day or a week are.",
        "A level is a requirement on that metric, or what the monitoring sets. It is kept, or "
        "broken, where the whole interval is on one side of it, and not certain otherwise; it is "
        "broken as long as an alert goes on. "
        f"Shares of fewer than {least} cases and means of fewer than three values are not judged. "
        "A metric whose newest value is older than the window by the log's clock has no recent "
        "value: labels often come late, and no news is not good news.",
        "A forecast is a value that runs measured (mean and interval over seeds), a number, or a "
        "column that is logged beside the metric. Of the first two the difference d = production − "
        "forecast has the interval d − √((x − xₗ)² + (fᵤ − f)²) to d + √((xᵤ − x)² + (f − fₗ)²), "
        "with l and u the ends of both (Zou and Donner 2008); with a column, d is the mean of the "
        "differences point by point. Where it holds zero, production cannot be told apart from "
        "the forecast.",
    )


method = Method("service-levels", "Levels and forecasts in production", 240, build, own_words=True)
