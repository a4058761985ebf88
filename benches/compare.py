"""Runs W3 here and in SimPy, side by side on this machine, and prints both ratios: by jobs and by events.

    pip install simpy
    cargo build --release
    python benches/compare.py [JOBS] [PROGRAM]

The ratio by jobs is the fair one: both count only events that did work, but a job here has some events that SimPy's model
does not have. PROGRAM is target/release/shipback where nothing else is given.
"""

import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE.parent / "target" / "release" / "shipback"
REPEAT = 3


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def simpy(jobs: int) -> tuple[float, float]:
    """Jobs and events a second."""
    told = output(sys.executable, str(HERE / "w3_simpy.py"), str(jobs))
    seconds, events = (float(re.search(rf"\b{name}=([0-9.e+]+)", told)[1]) for name in ("sec", "ev"))
    return jobs / seconds, events / seconds


def shipback(jobs: int, program: str) -> tuple[float, float]:
    """Jobs and events a second."""
    told = output(program, "bench", "--only", "w3", "--jobs", str(jobs), "--repeat", "1", "--json")
    figures = json.loads(told)["parts"]["w3"]
    return figures["jobs"] / figures["seconds"], figures["events"] / figures["seconds"]


def main() -> None:
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    program = sys.argv[2] if len(sys.argv) > 2 else str(TARGET)
    # Turn by turn, so that a busy spell of the machine meets both; the best turn of each counts.
    turns = [(simpy(min(jobs, 10_000)), shipback(jobs, program)) for _ in range(REPEAT)]
    theirs, ours = (max(turn[side] for turn in turns) for side in (0, 1))
    print(f"{'':<12}{'jobs/s':>12}{'events/s':>14}")
    print(f"{'SimPy':<12}{theirs[0]:>12.0f}{theirs[1]:>14.0f}")
    print(f"{'shipback':<12}{ours[0]:>12.0f}{ours[1]:>14.0f}")
    print(f"{'ratio':<12}{ours[0] / theirs[0]:>12.1f}{ours[1] / theirs[1]:>14.1f}")


if __name__ == "__main__":
    main()
