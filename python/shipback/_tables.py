"""CSV files as dicts of columns, each of one type."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

Table = dict[str, list[Any]]
"""Columns by name, all of one length. A cell without a value is `None`, or an empty text in a column of names."""

FLOATS = {
    "value", "low", "high", "prediction_low", "prediction_high", "base", "difference", "table_low", "table_high", "p",
    "p_holm", "correlation", "margin", "price",
}
TEXTS = {"metric", "by", "unit", "method", "job", "drive", "package", "case", "variant", "target", "object", "from", "to"}


def read(path: Path) -> Table:
    """The columns of a CSV file. Columns of durations, bytes, numbers and dates have their types by name, others by what
    is in them: whole numbers, numbers, true or false, texts."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        names = next(rows)
        cells = list(zip(*rows)) or [()] * len(names)
    return {name: _typed(name, column) for name, column in zip(names, cells)}


def columns(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Rows of named values as columns."""
    rows = list(rows)
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _typed(name: str, cells: Iterable[str]) -> list[Any]:
    if name in TEXTS:
        return list(cells)
    for kind in _kinds(name):
        try:
            return [kind(cell) if cell else None for cell in cells]
        except ValueError:
            continue
    return [cell or None for cell in cells]


def _kinds(name: str) -> tuple[Callable[[str], Any], ...]:
    """The types that a column may have, the narrowest first."""
    if name in FLOATS or name.endswith(("_share", "_mean", "_hours", "_days")):
        return (float,)
    if name == "date" or name.endswith("_date"):
        return (datetime.datetime.fromisoformat,)
    return (int, float, _truth)


def _truth(cell: str) -> bool:
    if cell not in ("true", "false"):
        raise ValueError(cell)
    return cell == "true"
