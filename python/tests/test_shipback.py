"""The package over the program: tables and their types, mistakes, the command."""

import datetime
import subprocess
from pathlib import Path

import pandas
import polars
import pytest

import shipback
from shipback._program import written

SCENARIOS = Path(__file__).parents[2] / "scenarios"
TINY = SCENARIOS / "tiny.toml"


def test_the_wheel_installs_the_command():
    told = subprocess.run([shipback.program(), "--version"], capture_output=True, text=True)
    assert told.stdout.startswith("shipback ")


def test_a_run_has_tables_with_types():
    answer = shipback.run(TINY, set={"site.dock.servers": 2}, replications=3)
    assert answer.met and list(answer) == ["daily", "replications", "rules", "stations", "summary"]
    assert answer.conclusions["overrides"] == ["site.dock.servers=2"]
    summary = answer["summary"]
    assert all(type(value) is float for value in summary["value"])
    assert answer.value("jobs.created", "type=import") + answer.value("jobs.created", "type=export") == 10
    for frame in (pandas.DataFrame(summary), polars.DataFrame(summary)):
        assert len(frame) == len(summary["metric"]) and "low" in frame.columns
    assert polars.DataFrame(summary).schema["n"] == polars.Int64
    assert polars.DataFrame(answer["daily"]).schema["date"] == polars.Datetime("us")
    with pytest.raises(KeyError, match="there are: daily"):
        answer["jobs"]


def test_dates_truths_numbers_and_empty_cells_of_jobs():
    jobs = shipback.run(TINY)["jobs"]
    assert jobs["job"][0] == "imports-1" and jobs["measured"][0] is True and jobs["follows_from"][0] is None
    assert isinstance(jobs["ordered_date"][0], datetime.datetime) and type(jobs["size_bytes"][0]) is int
    assert pandas.DataFrame(jobs)["ordered_date"].dtype.kind == "M"


def test_a_scenario_may_be_a_dict():
    scenario = {
        "name": "mine",
        "run": {"horizon": datetime.timedelta(days=9), "start": datetime.date(2027, 1, 4)},
        "demand": {"a": {"rate": "2/day", "drives": 1, "bytes": "1TB"}},
        "question": "What \"if\"?\nAnd then?",
        "job": [{"name": "by-hand"}],
    }
    answer = shipback.run(scenario)
    assert answer.conclusions["scenario"] == "mine"
    assert answer["daily"]["date"][0] == datetime.datetime(2027, 1, 4)
    assert written({"a": [1, 2.5, True, "x\ny"]}) == r'{ "a" = [1, 2.5, true, "x\ny"] }'
    with pytest.raises(ValueError, match="no value like None"):
        shipback.run({"run": {"horizon": None}})


def test_mistakes_are_told_in_the_words_of_the_program():
    with pytest.raises(ValueError, match='has no key "dokc"(.|\n)*did you mean "dock"'):
        shipback.run(TINY, set={"site.dokc.servers": 2})
    with pytest.raises(ValueError, match="there is no scenario file"):
        shipback.run("nowhere.toml")
    with pytest.raises(ValueError, match="allowed|did you mean"):
        shipback.sweep(TINY, vary={"site.dock.servers": [1, 2]}, metrics=["turnaround.p96"])
    with pytest.raises(ValueError, match=r"no \[\[expect\]\]"):
        shipback.check(TINY)


def test_warnings_are_warnings():
    with pytest.warns(UserWarning, match="Mb"):
        shipback.run(TINY, set={"site.bays.rate": "80Mb/s"})


def test_compare_sweep_size_and_check():
    compared = shipback.compare(TINY, [SCENARIOS / "tiny.toml"], variant=[{"site.dock.servers": 2, "site.bays.servers": 3}], replications=3)
    assert set(compared["compare"]["variant"]) == {"tiny (2)", "site.dock.servers=2; site.bays.servers=3"}
    swept = shipback.sweep(TINY, vary={"site.dock.servers": [1, 2], "policy.retention": ["20d", "30d"]}, replications=2)
    table = polars.DataFrame(swept["sweep"])
    assert table["point"].max() == 3 and table["site.dock.servers"].dtype == polars.Int64
    assert set(table["policy.retention"]) == {"20d", "30d"}
    small = SCENARIOS / "small-site.toml"
    sized = shipback.size(small, vary={"site.bays.servers": "28..32:2"}, target="sla.copied.attainment >= 95 %", most=20)
    assert sized.conclusions["answer"]["values"] == {"site.bays.servers": "32"}
    checked = shipback.check(SCENARIOS / "policy" / "shipping-no-answer.toml")
    assert checked.met and set(checked["expectations"]["verdict"]) == {"met"}
    failed = shipback.check(SCENARIOS / "policy" / "shipping-no-answer.toml", set={"policy.shipping_deadline": "15d"})
    assert not failed.met and "failed" in failed["expectations"]["verdict"]


def test_files_stay_where_out_names_a_folder(tmp_path):
    answer = shipback.run(TINY, out=tmp_path / "year", options=["--charts=svg"])
    assert answer.folder == tmp_path / "year" and (tmp_path / "year" / "states.svg").exists()
    gone = shipback.run(TINY)
    folder = gone.folder
    assert (folder / "jobs.csv").exists()
    del gone
    assert not folder.exists()
