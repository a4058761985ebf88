"""Finds and runs the program, and writes values as scenarios have them."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def program() -> str:
    """The path of the program: `SHIPBACK` of the environment, or the one that was installed with this package.

    Raises `FileNotFoundError` where there is none.
    """
    if given := os.environ.get("SHIPBACK"):
        return given
    ending = sysconfig.get_config_var("EXE") or ""
    for scheme in (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user")):
        path = Path(sysconfig.get_path("scripts", scheme)) / f"shipback{ending}"
        if path.is_file():
            return str(path)
    if found := shutil.which("shipback"):
        return found
    raise FileNotFoundError("the program shipback is not installed; install the package again, or set SHIPBACK")


def command(args: Sequence[str], folder: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the program with these arguments, in this folder.

    Raises `ValueError` for exit code 2, which is a mistake in a scenario or in an argument, and `OSError` for any other but
    0 and 1; both have the text of the program.
    """
    done = subprocess.run([program(), *args], cwd=folder, capture_output=True, text=True, encoding="utf-8")
    if done.returncode == 130:
        raise KeyboardInterrupt
    if done.returncode == 2:
        raise ValueError(done.stderr.strip() or _wrong(done.stdout))
    if done.returncode not in (0, 1):
        raise OSError(f"{done.stderr.strip()} (exit code {done.returncode})")
    return done


def _wrong(answer: str) -> str:
    """Why a check judged nothing: its answer says it, and standard error does not."""
    try:
        found = json.loads(answer)
    except ValueError:
        return answer.strip()
    why = [f"{one['file']}: {one['why']}" for one in found.get("wrong", [])]
    why += [f"{path}: no [[expect]]" for key in ("not_judged", "folders_not_judged") for path in found.get(key, [])]
    return "\n".join(why) or "an expectation matches nothing that could be judged"


def written(value: Any, quoted: bool = False) -> str:
    """A value as TOML has it. A text stands as it is, as with `--set`; with `quoted` it stands in quotes.

    Raises `ValueError` for a value that TOML has no word for.
    """
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") if quoted else value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case datetime.timedelta():
            return f'"{value // datetime.timedelta(microseconds=1)}us"'
        case datetime.date() | datetime.time():
            return f'"{value.isoformat()}"'
        case os.PathLike():
            return written(os.fspath(value), quoted)
        case Mapping():
            pairs = (f"{written(str(key), True)} = {written(inner, True)}" for key, inner in value.items())
            return "{ " + ", ".join(pairs) + " }"
        case list() | tuple():
            return "[" + ", ".join(written(inner, True) for inner in value) + "]"
    if hasattr(value, "item"):  # A number of NumPy.
        return written(value.item(), quoted)
    raise ValueError(f"a scenario has no value like {value!r}; allowed: texts, numbers, True, False, lists, dicts, dates")
