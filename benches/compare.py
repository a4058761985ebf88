"""Runs W3 here and in SimPy at the same time, on Linux on one processor, and prints both ratios: by jobs and by events.

    pip install simpy
    cargo build --release
    python benches/compare.py [JOBS] [PROGRAM]

On one processor, both get slices of a few milliseconds in turns, and processor time counts. So what others do on the machine
slows down both. Only for Unix. The ratio by jobs is the fair one: both count only events that did work, but a job here has
some events that SimPy's model does not have. PROGRAM is target/release/shipback where nothing else is given.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE.parent / "target" / "release" / "shipback"
REPEAT = 3
# Jobs here for each job in SimPy, so that both take about the same time.
AS_FAST = 72
# With fewer jobs, most of the run is over before the first timers of 90 days end, and an event costs SimPy less.
LEAST = 10_000


def started(*command: str) -> subprocess.Popen:
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def turn(jobs: int, program: str) -> list[tuple[float, ...]]:
    """Jobs, events and processor seconds of SimPy and of shipback."""
    ours = started(program, "bench", "--only", "w3", "--jobs", str(jobs), "--repeat", "1", "--json")
    theirs = started(sys.executable, str(HERE / "w3_simpy.py"), str(max(jobs // AS_FAST, LEAST)))
    told = ours.stdout.read()
    _, status, usage = os.wait4(ours.pid, 0)
    ours.returncode = os.waitstatus_to_exitcode(status)
    simpy = theirs.stdout.read()
    for name, code in (("shipback", ours.returncode), ("SimPy", theirs.wait())):
        if code:
            sys.exit(f"compare: {name} ended with exit code {code}")
    w3 = json.loads(told)["parts"]["w3"]
    return [
        tuple(float(re.search(rf"\b{name}=([0-9.e+]+)", simpy)[1]) for name in ("n", "ev", "sec")),
        (w3["jobs"], w3["events"], usage.ru_utime + usage.ru_stime),
    ]


def main() -> None:
    command = argparse.ArgumentParser(description="W3 here and in SimPy, at the same time on one processor.")
    command.add_argument("jobs", nargs="?", type=int, default=AS_FAST * LEAST)
    command.add_argument("program", nargs="?", default=str(TARGET))
    jobs, program = vars(command.parse_args()).values()
    if not pathlib.Path(program).is_file():
        sys.exit(f"compare: there is no program {program}; cargo build --release makes target/release/shipback")
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
