"""Says what was measured of a classifier: as Markdown tables and as a picture."""

import io
from collections.abc import Sequence

from nlp.evaluation import COVERAGES, Measured
from nlp.tasks import CLASSES, YES_OR_NO


def as_markdown(found: Sequence[Measured], model: str) -> str:
    """F1 with intervals by group and task, calibration and risk, and the confusion of each task."""
    groups = list(dict.fromkeys(row.group for row in found))
    at = {(row.task, row.group): row for row in found}
    lines = [
        f"# {model}",
        "",
        "Macro-F1 (F1 of yes for complaint and needs_response) with its 95 % bootstrap interval.",
        "",
    ]
    lines += ["| posts | n | " + " | ".join(CLASSES) + " |", "| --- | ---: |" + " ---: |" * len(CLASSES)]
    for group in groups:
        cells = [_cell(at[task, group]) for task in CLASSES]
        lines.append(f"| {group} | {at['stage', group].n} | " + " | ".join(cells) + " |")
    shares = [f"error at {share:.0%}" for share in COVERAGES]
    lines += ["", "| task | calibration error | " + " | ".join(shares) + " |"]
    lines.append("| --- | ---: |" + " ---: |" * len(shares))
    for task in CLASSES:
        row = at[task, "all"]
        errors = " | ".join(f"{error:.3f}" for error in row.error_at_coverage.values())
        calibrated = "-" if task == "addressed_to" else f"{row.calibration_error:.3f}"
        lines.append(f"| {task} | {calibrated} | {errors} |")
    for task, classes in CLASSES.items():
        lines += ["", f"| {task}: true \\ said | " + " | ".join(classes) + " | F1 |"]
        lines.append("| --- |" + " ---: |" * (len(classes) + 1))
        row = at[task, "all"]
        for name, counts in zip(classes, row.confusion, strict=True):
            lines.append(f"| {name} | " + " | ".join(map(str, counts)) + f" | {row.class_f1[name]:.3f} |")
    return "\n".join(lines) + "\n"


def as_picture(found: Sequence[Measured], model: str) -> bytes:
    """A PNG: F1 by group with intervals, confusion of the stages, risk against coverage."""
    from matplotlib.figure import Figure  # no pyplot: nothing global, no display

    figure = Figure(figsize=(13, 4.6), layout="constrained")
    bars, table, risk = figure.subplots(1, 3)
    groups = list(dict.fromkeys(row.group for row in found))
    for place, task in enumerate(("stage", "sentiment", *YES_OR_NO)):
        rows = [row for row in found if row.task == task]
        ys = [number + (place - 1.5) * 0.18 for number in range(len(rows))]
        spans = [[row.f1 - row.interval[0] for row in rows], [row.interval[1] - row.f1 for row in rows]]
        spans = [[max(0.0, end) for end in ends] for ends in spans]
        bars.errorbar([row.f1 for row in rows], ys, xerr=spans, fmt="o", markersize=4, label=task)
    bars.set_yticks(range(len(groups)), groups)
    bars.invert_yaxis()
    bars.set_xlabel("F1 with 95 % interval")
    bars.legend(fontsize=8)
    stage = next(row for row in found if row.task == "stage")
    names = CLASSES["stage"]
    table.imshow(stage.confusion, cmap="Blues")
    for row_number, counts in enumerate(stage.confusion):
        for column, count in enumerate(counts):
            dark = count > max(map(max, stage.confusion)) / 2
            table.text(column, row_number, str(count), ha="center", va="center", color="white" if dark else "black")
    table.set_xticks(range(len(names)), names)
    table.set_yticks(range(len(names)), names)
    table.set_xlabel("said")
    table.set_ylabel("true stage")
    for task in CLASSES:
        errors = next(row for row in found if row.task == task).error_at_coverage
        risk.plot(list(errors), list(errors.values()), marker="o", markersize=3, label=task)
    risk.set_xlabel("share of posts labelled, the surest first")
    risk.set_ylabel("error rate")
    risk.legend(fontsize=8)
    figure.suptitle(f"{model}, n = {stage.n}")
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=110)
    return stream.getvalue()


def _cell(row: Measured) -> str:
    return f"{row.f1:.3f} ({row.interval[0]:.2f}-{row.interval[1]:.2f})"
