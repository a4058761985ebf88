"""Writes planning.ipynb from planning.py, whose cells begin with `# %%`: python python/examples/notebook.py"""

import json
from pathlib import Path

HERE = Path(__file__).parent


def notebook(script: str) -> str:
    """The notebook without outputs that has the cells of a script."""
    cells = []
    for text in script.split("# %%")[1:]:
        head, body = text.split("\n", 1)
        kind = "markdown" if head.strip() == "[markdown]" else "code"
        lines = body.strip().splitlines()
        if kind == "markdown":
            lines = [line.removeprefix("#").removeprefix(" ") for line in lines]
        source = [line + "\n" for line in lines[:-1]] + lines[-1:]
        more = {"outputs": [], "execution_count": None} if kind == "code" else {}
        cells.append({"cell_type": kind, "id": f"cell-{len(cells)}", "metadata": {}, "source": source, **more})
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


if __name__ == "__main__":
    (HERE / "planning.ipynb").write_text(notebook((HERE / "planning.py").read_text()))
