"""The example runs, and its notebook is made from it."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

PYTHON = Path(__file__).parents[1]


def test_the_example_answers_and_draws(tmp_path):
    site = PYTHON.parent / "scenarios" / "small-site.toml"
    script = PYTHON / "examples" / "planning.py"
    done = subprocess.run([sys.executable, script, site], cwd=tmp_path, capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stderr
    for part in ("sla.copied.attainment", "bays: 30 confirmed", 'did you mean "bays"?'):
        assert part in done.stdout, done.stdout
    assert (tmp_path / "queues.png").stat().st_size > 5000


def test_the_notebook_has_the_cells_of_the_script():
    made = runpy.run_path(str(PYTHON / "examples" / "notebook.py"))["notebook"]
    script = (PYTHON / "examples" / "planning.py").read_text()
    assert (PYTHON / "examples" / "planning.ipynb").read_text() == made(script)
