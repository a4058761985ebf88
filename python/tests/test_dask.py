"""The Dask driver on a real scheduler and two real workers, of which one is killed: the same bytes as on one machine."""

import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import shipback
import shipback.dask as driver

SCENARIOS = Path(__file__).parents[2] / "scenarios"
TINY = str(SCENARIOS / "tiny.toml")
PEAK = str(SCENARIOS / "peak.toml")


class Cluster:
    """A scheduler, and workers of one thread each, on this machine."""

    def __init__(self, folder: Path) -> None:
        self.file, self.programs = folder / "scheduler.json", []
        self.start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", self.file)
        self.workers = [self.worker(), self.worker()]

    def start(self, name: str, *args: object) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.{name}", *map(str, args)]
        program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.programs.append(program)
        return program

    def worker(self) -> subprocess.Popen:
        return self.start("dask_worker", "--scheduler-file", self.file, "--nthreads", 1, "--no-nanny", "--no-dashboard")

    def client(self):
        from distributed import Client

        client = Client(scheduler_file=str(self.file), timeout=60)
        client.wait_for_workers(2, timeout=60)
        return client

    def stop(self) -> None:
        for program in self.programs:
            program.kill()
            program.wait()


@pytest.fixture
def cluster(tmp_path):
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.stop()


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def shuffled(monkeypatch) -> None:
    plain = driver._parts
    monkeypatch.setattr(driver, "_parts", lambda client, experiment, parts: plain(client, experiment, random.sample(parts, len(parts))))


SETS = ["--set=site.dock.servers=3", "--seed=9"]
CASES = {
    "run": ([PEAK], SETS, ["--replications=16", "--until=60d"]),
    "compare": ([PEAK, "baseline --set site.bays.servers=90"], SETS, ["--variant=policy.response_window=20d", "--replications=8", "--no-charts"]),
    "sweep": ([PEAK], ["--set=run.horizon=30d"], ["--vary=site.dock.servers=6..9", "--vary=site.bays.servers=100..120:10", "--replications=2"]),
}


@pytest.mark.parametrize("name", CASES)
def test_a_cluster_that_loses_a_worker_leaves_the_same_bytes(name, cluster, tmp_path, monkeypatch):
    scenarios, sets, options = CASES[name]
    one = tmp_path / "one"
    subprocess.run([shipback.program(), name, *scenarios, *sets, *options, "--quiet", "--out", one], check=True)
    shuffled(monkeypatch)
    many = tmp_path / "many"
    killed = threading.Event()

    def kill_in_the_middle() -> None:
        while len(list(many.glob("kept/*.part"))) < 3:
            time.sleep(0.02)
        cluster.workers[0].send_signal(signal.SIGKILL)
        killed.set()

    threading.Thread(target=kill_in_the_middle, daemon=True).start()
    with cluster.client() as client:
        told = driver.distribute(client, driver.Experiment(scenarios, sets, options), many, seconds=0)
        assert killed.is_set() and len(client.scheduler_info()["workers"]) == 1
    assert files(many) == files(one)
    assert "in " + str(many) in told


def test_the_command_line_distributes_and_tells_mistakes(cluster, tmp_path, capfd):
    with cluster.client() as client:
        address = client.scheduler.address
    args = [TINY, "--replications", "7", "--scheduler", address, "--out", str(tmp_path / "many"), "--seconds", "0.01"]
    assert driver.main(args) == 0
    shown = capfd.readouterr()
    assert "7 replications" in shown.out and "parts" in shown.err
    subprocess.run([shipback.program(), "run", TINY, "--replications=7", "--quiet", "--out", tmp_path / "one"], check=True)
    assert files(tmp_path / "many") == files(tmp_path / "one")
    assert driver.main([TINY, "--vary", "site.dokc.servers=1..3", "--scheduler", address, "--out", str(tmp_path / "no")]) == 2
    assert 'did you mean "dock"' in capfd.readouterr().err
    assert driver.main([TINY, "--precision=turnaround.mean=5%", "--scheduler", address, "--out", str(tmp_path / "no")]) == 2
    assert "decided on the way" in capfd.readouterr().err


def test_a_piece_of_another_experiment_is_refused_by_name(cluster, tmp_path):
    other = [shipback.program(), "run", TINY, "--replications=9", "--seed=2", "--only=8", "--out", tmp_path / "many"]
    subprocess.run(other, check=True, stdout=subprocess.DEVNULL)
    with cluster.client() as client, pytest.raises(ValueError, match="8.part: no replication that is asked for has this name"):
        driver.distribute(client, driver.Experiment([TINY], [], ["--replications=8"]), tmp_path / "many", seconds=0)
