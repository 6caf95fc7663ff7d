#!/usr/bin/env python3
"""A day of a daemon in minutes: ten thousand ticks of one process, a promotion in each.

soak.py PROMOTIONS [TICKS]

PROMOTIONS is the program promotions-benchmark. The clock of the process jumps a minute before each tick; one manifest
changes, the tick records it, and two more ticks find nothing to do. Memory and open files of the last quarter may not
be more than those of the second by more than the bounds below; the first is the time in which everything is met for
the first time. Git has the last word about the repository. Exits 1 where one of these does not hold.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import generate_fleet  # noqa: E402
from generate_fleet import BRANCH, git  # noqa: E402
from report import aligned  # noqa: E402
from running import WORK  # noqa: E402

ENVIRONMENTS, MANIFESTS, TICKS = 20, 5, 10_000
MEMORY_BOUND = 1.1


def soak(program, ticks):
    WORK.mkdir(exist_ok=True)
    # Not below what `make bench` empties when it begins.
    folder = WORK / "soak"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    fleet = generate_fleet.cached(WORK, ENVIRONMENTS, MANIFESTS)
    repository = shutil.copytree(fleet / "fleet.git", folder / "fleet.git")
    names = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "XDG_", "TOWPATH_"))}
    run = subprocess.run(
        [program, "soak", str(ticks), str(repository), str(folder / "cache")], env=names, stdout=subprocess.PIPE,
        text=True)
    if run.returncode != 0:
        return f"the program exited {run.returncode}"
    rows = json.loads(run.stdout)
    print("\n".join(aligned([("ticks", "ms at the median", "MB", "open files")] + [
        (row["ticks"], f"{row['medianSeconds'] * 1e3:.2f}", f"{row['residentBytes'] / 1e6:.1f}", row["openFiles"])
        for row in rows], numbers=range(4))))
    # As many commits as promotions, and the ledger's beginning.
    git(repository, "fsck", "--strict", "--no-dangling")
    entries = int(git(repository, "rev-list", "--count", "--grep=^Promotion-Id:", BRANCH))
    if entries != ticks + ENVIRONMENTS:
        return f"{entries} commits of the ledger, expected {ticks + ENVIRONMENTS}"
    quarter = len(rows) // 4
    second, last = rows[quarter:2 * quarter], rows[-quarter:]
    memory = [max(row["residentBytes"] for row in part) for part in (second, last)]
    files = [max(row["openFiles"] for row in part) for part in (second, last)]
    if memory[1] > memory[0] * MEMORY_BOUND:
        return f"memory grew from {memory[0] / 1e6:.1f} to {memory[1] / 1e6:.1f} MB"
    if files[1] > files[0]:
        return f"open files grew from {files[0]} to {files[1]}"
    print(f"flat: memory {memory[0] / 1e6:.1f} and {memory[1] / 1e6:.1f} MB, open files {files[0]} and {files[1]}")
    return None


def main():
    if len(sys.argv) not in (2, 3):
        print("usage: soak.py PROMOTIONS [TICKS]", file=sys.stderr)
        return 64
    problem = soak(str(Path(sys.argv[1]).resolve()), int(sys.argv[2]) if len(sys.argv) == 3 else TICKS)
    if problem:
        print(f"soak: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
