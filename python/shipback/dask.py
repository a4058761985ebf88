"""Runs an experiment on a Dask cluster, and leaves the files that one machine would leave, to the byte.

    python -m shipback.dask year.toml --replications 300 --scheduler tcp://10.0.0.1:8786
    python -m shipback.dask year.toml --vary site.bays.servers=100..160:10 --scheduler tcp://10.0.0.1:8786
    python -m shipback.dask year.toml other.toml --replications 300 --scheduler tcp://10.0.0.1:8786

With --vary it is a sweep, whose points are distributed; with a second scenario or --variant a comparison, and else a run,
whose replications are distributed in ranges. Further options are those of `shipback run`, `compare` and `sweep`. Workers
need this package and nothing else: a scenario travels to them as one text, and what they keep travels back as bytes.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ._program import command

if TYPE_CHECKING:
    from distributed import Client

SECONDS = 10.0
"""A task takes about so long: the scheduler's own work does not show, and little is lost with a worker."""
TRIES = 5
"""A task is tried so often: what fails more often fails everywhere."""

Pieces = dict[str, bytes]


def part(files: dict[str, str], args: list[str]) -> tuple[Pieces, str, float]:
    """Runs a part of an experiment, on a worker. Gives the pieces by the names of their files, what was printed, and the
    seconds it took."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="shipback-") as home:
        for name, text in files.items():
            (Path(home) / name).write_text(text, encoding="utf-8")
        printed = command([*args, "--threads", "1", "--out", "out"], home).stdout
        out = Path(home) / "out"
        pieces = {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*.part"))}
    return pieces, printed, time.perf_counter() - began


class Experiment:
    """A command, as it runs here and as it runs on a worker."""

    def __init__(self, scenarios: list[str], sets: list[str], options: list[str]) -> None:
        variants = any(option.split("=")[0] == "--variant" for option in options)
        varied = any(option.split("=")[0] == "--vary" for option in options)
        if varied and (variants or len(scenarios) > 1):
            raise ValueError("--vary takes one scenario, and no --variant")
        self.name = "sweep" if varied else "compare" if variants or len(scenarios) > 1 else "run"
        self.only = "--only-points" if varied else "--only"
        self.files: dict[str, str] = {}
        there = [self._resolved(scenario, sets) for scenario in scenarios]
        # What is set is part of the texts that travel; here it is set again, so that the files tell it.
        self.here = [self.name, *scenarios, *sets, *options]
        self.there = [self.name, *there, *options]

    def _resolved(self, scenario: str, sets: list[str]) -> str:
        """Notes the scenario as one text without other files, and gives the words that name it on a worker."""
        path, *more = scenario.split(" --set ")
        name = f"{len(self.files)}.toml"
        self.files[name] = json.loads(command(["explain", path, *sets, "--json"]).stdout)["resolved"]
        return " --set ".join([name, *more])

    def part(self, first: int, last: int) -> tuple[dict[str, str], list[str]]:
        """The arguments of `part` for the replications or points `first` to `last`."""
        return self.files, [*self.there, f"{self.only}={first}..{last}"]


def distribute(client: Client, experiment: Experiment, out: Path, seconds: float = SECONDS) -> str:
    """Runs an experiment on the workers of a client, and leaves its files in `out`. Gives what the merge prints.

    The first part is one replication or point; by the time that it takes, the others have their size.
    """
    pieces, printed, took = client.submit(part, *experiment.part(0, 0), pure=False, retries=TRIES).result()
    _keep(pieces, out)
    count = int(re.match(r"\w+ 0 of (\d+):", printed)[1])
    size = max(1, min(int(seconds / took), -(-count // max(1, len(client.nthreads())))))
    parts = [(first, min(first + size, count) - 1) for first in range(1, count, size)]
    for done, pieces in enumerate(_parts(client, experiment, parts), start=1):
        _keep(pieces, out)
        _tell(done, len(parts))
    return command([*experiment.here, "--merge", "--out", str(out)]).stdout


def _parts(client: Client, experiment: Experiment, parts: list[tuple[int, int]]) -> Iterator[Pieces]:
    """The pieces of all parts, as they come. A part that was lost with its worker is tried again."""
    from distributed import as_completed

    def submit(one: tuple[int, int]):
        future = client.submit(part, *experiment.part(*one), pure=False, retries=TRIES)
        left[future.key] = one
        return future

    left: dict[str, tuple[int, int]] = {}
    tries: dict[tuple[int, int], int] = {}
    running = as_completed([submit(one) for one in parts])
    for future in running:
        one = left.pop(future.key)
        try:
            yield future.result()[0]
        except ValueError:
            raise
        except Exception:
            tries[one] = tries.get(one, 0) + 1
            if tries[one] >= TRIES:
                raise
            running.add(submit(one))
        finally:
            future.release()


def _keep(pieces: Pieces, out: Path) -> None:
    for name, content in pieces.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".beside")
        beside.write_bytes(content)
        beside.replace(path)


def _tell(done: int, count: int) -> None:
    """A bar on a terminal; elsewhere a line for each tenth."""
    if sys.stderr.isatty():
        bar = "#" * (30 * done // count)
        print(f"\r[{bar:30}] {done} of {count} parts", end="\n" if done == count else "", file=sys.stderr, flush=True)
    elif done == count or done * 10 // count != (done - 1) * 10 // count:
        print(f"{done} of {count} parts", file=sys.stderr)


def main(args: list[str] | None = None) -> int:
    """The command line; gives the exit code of the program."""
    parser = argparse.ArgumentParser(
        "python -m shipback.dask",
        usage="%(prog)s SCENARIO [SCENARIO ...] --scheduler ADDRESS [--replications N] [--vary ...] [--variant ...]",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("scenarios", nargs="+", metavar="SCENARIO", help='a file, "baseline", or "FILE --set PATH=VALUE"')
    parser.add_argument("--scheduler", metavar="ADDRESS", help="address of the scheduler; without it, workers on this machine")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the files go")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="override a value in all scenarios")
    parser.add_argument("--seed", help="the random seed")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="about how long a task takes [default: 10]")
    # Every other option has its value behind "=", or becomes so: otherwise the value would be taken for a scenario.
    given = list(sys.argv[1:] if args is None else args)
    known = {word.split("=")[0] for action in parser._actions for word in action.option_strings}
    options, rest = [], []
    words = iter(given)
    for word in words:
        if not word.startswith("--") or word.split("=")[0] in known:
            rest.append(word)
        elif "=" in word or word in ("--no-charts", "--no-report", "--input-uncertainty"):
            options.append(word)
        else:
            options.append(f"{word}={next(words, '')}")
    parsed = parser.parse_args(rest)
    sets = [f"--set={one}" for one in parsed.set] + ([f"--seed={parsed.seed}"] if parsed.seed else [])
    from distributed import Client

    try:
        experiment = Experiment(parsed.scenarios, sets, options)
        with Client(parsed.scheduler) if parsed.scheduler else Client() as client:
            print(distribute(client, experiment, parsed.out, parsed.seconds), end="")
    except ValueError as why:
        print(why, file=sys.stderr)
        return 2
    except OSError as why:
        print(why, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
