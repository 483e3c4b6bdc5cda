/**
 * `read_results.py`, written beside the report: reads results.csv, report.json and the data of the figures with the
 * standard library alone; pandas only where asked for. A test runs it on a report.
 */
export const pythonReader = `"""Reads an assessment of Saliscope: results.csv, report.json and the data of the figures.

    python read_results.py [FOLDER]      means and counts by criterion, metric, model and method
    from read_results import results, report, figure, frame

Numbers are float, missing ones None with the reason beside them. Only the standard library is needed; frame() needs pandas.
"""
import csv
import json
import pathlib
import sys


def _number(text):
    return float(text) if text != "" else None


def results(folder="."):
    """One dict a line of results.csv: case, patient, model, method, reduction, target, grid, metric, value, reason, recipe, criterion."""
    with open(pathlib.Path(folder) / "results.csv", newline="", encoding="utf-8") as file:
        return [{**row, "value": _number(row["value"])} for row in csv.DictReader(file)]


def report(folder="."):
    """The whole report: answer, matrix, results with intervals and references, curves, recipe."""
    return json.loads((pathlib.Path(folder) / "report.json").read_text(encoding="utf-8"))


def figures(folder="."):
    """Names of the figures that have data."""
    return sorted(path.stem for path in (pathlib.Path(folder) / "figures").glob("*.csv"))


def figure(name, folder="."):
    """The numbers of one figure as a list of dicts; text stays text."""
    with open(pathlib.Path(folder) / "figures" / f"{name}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def answers(folder="."):
    """One dict a classifier, label and case: what it says. AUC, accuracy and Brier score can be computed again from these."""
    return [
        {"model": model["id"], "label": one["label"], **answer}
        for model in report(folder)["models"]
        for one in model["performance"]
        for answer in one.get("perCase", [])
    ]


def curve_values(folder="."):
    """One dict a curve, point and case of the curves that keep the values of every image."""
    return [
        {**{key: curve[key] for key in ("criterion", "metric", "model", "method")}, "x": point["x"], "case": case, "value": value}
        for curve in report(folder)["curves"]
        for point in curve["points"]
        for case, value in zip(curve.get("cases", []), point.get("values", []))
    ]


def frame(folder="."):
    """results.csv as a pandas DataFrame."""
    import pandas

    return pandas.DataFrame(results(folder))


def means(folder="."):
    """Mean and number of the values by (criterion, metric, model, method), in the order of the file.

    One metric may belong to several criteria (the similarity of a cascade and of one layer alone): they are never averaged together.
    """
    groups = {}
    for row in results(folder):
        if row["value"] is not None:
            key = (row["criterion"], row["metric"], row["model"], row["method"])
            groups.setdefault(key, []).append(row["value"])
    return {key: (sum(values) / len(values), len(values)) for key, values in groups.items()}


if __name__ == "__main__":
    where = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent
    for (criterion, metric, model, method), (mean, n) in means(where).items():
        print(f"{criterion}\\t{metric}\\t{model}\\t{method}\\t{mean:.6g}\\t{n}")
    for name in figures(where):
        print(f"figure\\t{name}\\t{len(figure(name, where))}")
`
