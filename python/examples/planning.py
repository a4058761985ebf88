# %% [markdown]
# # How many copy bays does the last quarter need?
#
# A small site's last quarter: what its jobs wait for, what fewer bays change, and how many are enough.

# %%
import sys
from pathlib import Path

import pandas as pd

import shipback

SITE = Path(sys.argv[1] if len(sys.argv) > 1 and sys.argv[1].endswith(".toml") else "scenarios/small-site.toml")

# %% [markdown]
# ## The quarter as it is
#
# Ten replications: each number has a 95 % interval.

# %%
quarter = shipback.run(SITE, replications=10)
summary = pd.DataFrame(quarter["summary"])
levels = summary[summary["metric"].str.endswith(".attainment") & (summary["by"] == "")]
print(levels[["metric", "value", "low", "high", "replications"]].to_string(index=False))

# %% [markdown]
# ## The chart of the queue, drawn again
#
# `daily` has a row for each day; of several replications it has their means.

# %%
daily = pd.DataFrame(quarter["daily"]).set_index("date")
axes = daily[["dock_queue_mean", "bays_queue_mean"]].plot(figsize=(8, 3), ylabel="waiting")
axes.figure.savefig("queues.png", bbox_inches="tight")

# %% [markdown]
# ## What if there were four bays fewer?
#
# Both sides meet the same jobs, so that a small difference shows. The verdict says whether it matters.

# %%
compared = shipback.compare(
    SITE, variant=[{"site.bays.servers": 28}], replications=10, metrics=["sla.copied.attainment", "turnaround.mean"]
)
table = pd.DataFrame(compared["compare"])
print(table[table["in_table"]][["metric", "base", "value", "difference", "table_low", "table_high", "conclusion"]].to_string(index=False))

# %% [markdown]
# ## How many are enough?

# %%
sized = shipback.size(SITE, vary={"site.bays.servers": "28..40:2"}, target="sla.copied.attainment >= 95 %", most=80)
answer = sized.conclusions["answer"]
print("bays:", answer["values"]["site.bays.servers"], "confirmed" if answer["confirmed"] else "not confirmed")

# %% [markdown]
# ## A mistake is told in the words of the program

# %%
try:
    shipback.run(SITE, set={"site.bay.servers": 28})
except ValueError as why:
    print(why)
