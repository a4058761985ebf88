"""Runs the program `shipback` and reads what it leaves.

Each function takes a scenario: the path of a file, "baseline" for the built-in one, or a dict with the tables and keys of
such a file. It returns an `Answer`, whose tables are dicts of columns: `pandas.DataFrame(answer["summary"])` and
`polars.DataFrame(answer["summary"])` take them as they are.

A mistake in a scenario or in an argument raises `ValueError` with the text of the program. Where the system refuses, it is
`OSError`.
"""

from __future__ import annotations

import json
import os
import tempfile
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ._program import command, program, written
from ._tables import Table, columns, read

__all__ = ["Answer", "Scenario", "Table", "check", "compare", "program", "run", "size", "sweep"]

Scenario = str | os.PathLike[str] | Mapping[str, Any]
"""A path, the word "baseline", or the tables of a scenario."""


class Answer(Mapping[str, Table]):
    """What a command came to: a mapping from the names of its tables to their columns."""

    folder: Path | None
    """Where the files are; `None` for a check, which leaves none."""
    conclusions: dict[str, Any]
    """The answer of `--json`, see docs/json.md."""
    exit_code: int
    """0: all is well; 1: a check failed, no value meets the target, or a precision was not reached."""

    def __init__(self, conclusions: dict[str, Any], exit_code: int, folder: Path | None, temporary: Any = None) -> None:
        self.conclusions, self.exit_code, self.folder = conclusions, exit_code, folder
        # Files in a temporary folder live as long as this object.
        self._temporary = temporary
        self._tables: dict[str, Table] = {}
        if folder is None:
            self._tables["expectations"] = columns(conclusions["expectations"])

    def __getitem__(self, name: str) -> Table:
        if name not in self._tables and self.folder is not None and name in self._files():
            self._tables[name] = read(self.folder / f"{name}.csv")
        if name not in self._tables:
            raise KeyError(f"no table {name!r}; there are: {', '.join(self)}")
        return self._tables[name]

    def __iter__(self):
        return iter(sorted({*self._tables, *self._files()}))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __repr__(self) -> str:
        return f"<shipback {self.conclusions.get('command')}: tables {', '.join(self)}>"

    def _files(self) -> set[str]:
        return {path.stem for path in self.folder.glob("*.csv")} if self.folder else set()

    @property
    def met(self) -> bool:
        """Whether the exit code is 0."""
        return self.exit_code == 0

    def value(self, metric: str, by: str = "") -> float:
        """The value of a metric in the table `summary`, such as `value("turnaround.p95", "type=import")`."""
        table = self["summary"]
        for name, group, value in zip(table["metric"], table["by"], table["value"]):
            if (name, group) == (metric, by):
                return value
        raise KeyError(f"no metric {metric!r} by {by!r}; `shipback metrics` lists all")


def run(
    scenario: Scenario = "baseline",
    *,
    set: Mapping[str, Any] | None = None,
    seed: int | None = None,
    replications: int | None = None,
    precision: Mapping[str, str] | None = None,
    log: str | None = None,
    out: str | os.PathLike[str] | None = None,
    options: Iterable[str] = (),
) -> Answer:
    """Simulates a scenario.

    `set` overrides values, as `{"site.bays.servers": 120, "policy.response_window": "20d"}`. `log` is "none", "jobs" or
    "events". Files go to `out`, or to a folder that lives as long as the answer. `options` are further options of
    `shipback run`.
    """
    more = _repeated("--precision", [f"{metric}={width}" for metric, width in (precision or {}).items()])
    more += _optional("--replications", replications) + _optional("--log", log)
    return _experiment("run", [scenario], set, seed, [*more, *options], out)


def compare(
    base: Scenario,
    variants: Iterable[Scenario] = (),
    *,
    variant: Iterable[Mapping[str, Any]] = (),
    set: Mapping[str, Any] | None = None,
    seed: int | None = None,
    replications: int | None = None,
    metrics: Iterable[str] = (),
    out: str | os.PathLike[str] | None = None,
    options: Iterable[str] = (),
) -> Answer:
    """Compares other scenarios (`variants`), or the base with something else set (each of `variant`), with a base.

    The table `compare` has a row for each variant and metric.
    """
    sets = ["; ".join(f"{path}={written(value)}" for path, value in one.items()) for one in variant]
    more = _repeated("--variant", sets) + _repeated("--metric", metrics) + _optional("--replications", replications)
    return _experiment("compare", [base, *variants], set, seed, [*more, *options], out)


def sweep(
    scenario: Scenario = "baseline",
    *,
    vary: Mapping[str, Any] | None = None,
    where: Iterable[str] = (),
    set: Mapping[str, Any] | None = None,
    seed: int | None = None,
    replications: int | None = None,
    metrics: Iterable[str] = (),
    out: str | os.PathLike[str] | None = None,
    options: Iterable[str] = (),
) -> Answer:
    """Runs a scenario at many points of its parameters.

    `vary` gives the values of each: a list, or a text such as "100..160:20". The table `sweep` has a row for each point
    and metric.
    """
    more = _varied(vary) + _repeated("--where", where) + _repeated("--metric", metrics)
    more += _optional("--replications", replications)
    return _experiment("sweep", [scenario], set, seed, [*more, *options], out)


def size(
    scenario: Scenario = "baseline",
    *,
    vary: Mapping[str, Any],
    target: Iterable[str] = (),
    set: Mapping[str, Any] | None = None,
    seed: int | None = None,
    replications: int | None = None,
    most: int | None = None,
    out: str | os.PathLike[str] | None = None,
    options: Iterable[str] = (),
) -> Answer:
    """Finds the smallest value that meets the targets; `conclusions["answer"]` has it, and the table `size` each point."""
    more = _varied(vary) + _repeated("--target", [target] if isinstance(target, str) else target)
    more += _optional("--replications", replications) + _optional("--most", most)
    return _experiment("size", [scenario], set, seed, [*more, *options], out)


def check(
    *scenarios: Scenario,
    set: Mapping[str, Any] | None = None,
    seed: int | None = None,
    replications: int | None = None,
    options: Iterable[str] = (),
) -> Answer:
    """Judges what scenarios expect. The table `expectations` has a row for each; `met` says whether all are met."""
    return _experiment("check", scenarios, set, seed, [*_optional("--replications", replications), *options], None)


def _experiment(
    name: str,
    scenarios: Iterable[Scenario],
    sets: Mapping[str, Any] | None,
    seed: int | None,
    options: list[str],
    out: str | os.PathLike[str] | None,
) -> Answer:
    temporary = tempfile.TemporaryDirectory(prefix="shipback-")
    home = Path(temporary.name)
    files = [_file(scenario, home, number) for number, scenario in enumerate(scenarios)]
    args = [name, *files, "--json"]
    args += _repeated("--set", [f"{path}={written(value)}" for path, value in (sets or {}).items()])
    args += _optional("--seed", seed)
    folder = None
    if name != "check":
        folder = Path(out) if out is not None else home / "out"
        charts = any(option.startswith(("--charts", "--no-charts")) for option in options)
        args += ["--out", str(folder), *([] if charts else ["--no-charts"])]
    done = command([*args, *options])
    for line in done.stderr.splitlines():
        if line.startswith(("warning:", "note:")):
            warnings.warn(line, stacklevel=3)
    return Answer(json.loads(done.stdout), done.returncode, folder, temporary)


def _file(scenario: Scenario, home: Path, number: int) -> str:
    """The path of a scenario; a dict is written into a file first, in a folder of its own, named by its `name`."""
    if not isinstance(scenario, Mapping):
        return os.fspath(scenario)
    path = home / str(number) / "scenario.toml"
    path.parent.mkdir()
    path.write_text("".join(f"{written(str(key), True)} = {written(value, True)}\n" for key, value in scenario.items()))
    return str(path)


def _repeated(option: str, values: Iterable[str]) -> list[str]:
    return [f"{option}={value}" for value in values]


def _optional(option: str, value: Any) -> list[str]:
    return [] if value is None else [f"{option}={value}"]


def _varied(vary: Mapping[str, Any] | None) -> list[str]:
    text = lambda values: values if isinstance(values, str) else ",".join(written(value) for value in values)
    return _repeated("--vary", [f"{path}={text(values)}" for path, values in (vary or {}).items()])
