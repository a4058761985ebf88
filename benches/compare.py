"""Runs W3 here and in SimPy, side by side on this machine, and prints the ratios.

    pip install simpy
    cargo build --release
    python benches/compare.py [JOBS]

Both count executed events: what did work; a timer that had become void counts on neither side.
"""

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


def shipback(jobs: int) -> tuple[float, float]:
    told = output(str(TARGET), "bench", "--only", "w3", "--jobs", str(jobs), "--repeat", "1")
    row = next(line.split() for line in told.splitlines() if line.startswith("w3"))
    done, events, seconds = (float(field) for field in row[1:4])
    return done / seconds, events / seconds


def main() -> None:
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    # Turn by turn, so that both meet the same moods of the machine; the best of each counts.
    turns = [(simpy(min(jobs, 10_000)), shipback(jobs)) for _ in range(REPEAT)]
    theirs, ours = (max(turn[side] for turn in turns) for side in (0, 1))
    print(f"{'':<12}{'jobs/s':>12}{'events/s':>14}")
    print(f"{'SimPy':<12}{theirs[0]:>12.0f}{theirs[1]:>14.0f}")
    print(f"{'shipback':<12}{ours[0]:>12.0f}{ours[1]:>14.0f}")
    print(f"{'ratio':<12}{ours[0] / theirs[0]:>12.1f}{ours[1] / theirs[1]:>14.1f}")


if __name__ == "__main__":
    main()
