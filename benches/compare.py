"""Runs W3 here and in SimPy, at the same time on one processor, and prints both ratios: by jobs and by events.

    pip install simpy
    cargo build --release
    python benches/compare.py [JOBS] [PROGRAM]

Both get slices of a few milliseconds in turns, and processor time counts: so a machine that others use too is as slow for one
as for the other. Only for Unix. The ratio by jobs is the fair one: both count only events that did work, but a job here has
some events that SimPy's model does not have. PROGRAM is target/release/shipback where nothing else is given.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE.parent / "target" / "release" / "shipback"
REPEAT = 3
# So many times as many jobs here as in SimPy take about the same time.
AS_FAST = 50


def started(*command: str) -> subprocess.Popen:
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def turn(jobs: int, program: str) -> list[tuple[float, float, float]]:
    """Jobs, events and processor seconds of SimPy and of shipback."""
    theirs = started(sys.executable, str(HERE / "w3_simpy.py"), str(max(jobs // AS_FAST, 100)))
    ours = started(program, "bench", "--only", "w3", "--jobs", str(jobs), "--repeat", "1", "--json")
    told = json.loads(ours.stdout.read())["parts"]["w3"]
    _, status, usage = os.wait4(ours.pid, 0)
    ours.returncode = os.waitstatus_to_exitcode(status)
    simpy = theirs.stdout.read()
    if theirs.wait() or ours.returncode:
        sys.exit("compare: one of the two programs failed")
    numbers = (float(re.search(rf"\b{name}=([0-9.e+]+)", simpy)[1]) for name in ("n", "ev", "sec"))
    return [
        tuple(numbers),
        (told["jobs"], told["events"], usage.ru_utime + usage.ru_stime),
    ]


def main() -> None:
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    program = sys.argv[2] if len(sys.argv) > 2 else str(TARGET)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    turns = [turn(jobs, program) for _ in range(REPEAT)]
    sums = [[sum(numbers) for numbers in zip(*side)] for side in zip(*turns)]
    theirs, ours = ([jobs / seconds, events / seconds] for jobs, events, seconds in sums)
    print(f"{'':<12}{'jobs/s':>12}{'events/s':>14}")
    print(f"{'SimPy':<12}{theirs[0]:>12.0f}{theirs[1]:>14.0f}")
    print(f"{'shipback':<12}{ours[0]:>12.0f}{ours[1]:>14.0f}")
    print(f"{'ratio':<12}{ours[0] / theirs[0]:>12.1f}{ours[1] / theirs[1]:>14.1f}")


if __name__ == "__main__":
    main()
