#!/usr/bin/env python3
"""Compares the ratios of a run with those that are committed.

regression.py [--report] [--record] [RESULTS]

RESULTS is bench-work/results.json unless named. A ratio is that of two programs measured in turn in one run, so it
holds on another machine where seconds do not; how far it may rise is written beside it in expected.json. Exits 1 where
one has risen further, and 0 with --report, which is for CI: machines that others use too are never a reason to fail.
--record writes what was measured into expected.json, and keeps the bounds.
"""

import argparse
import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True

from report import aligned  # noqa: E402

HERE = Path(__file__).resolve().parent
EXPECTED = HERE / "expected.json"
RESULTS = HERE.parents[1] / "bench-work" / "results.json"
# Where nothing else is said: twice the noise that was seen between runs on a machine with nothing beside.
BOUND = 1.25


def key(row):
    return f"{row['work']} / {row['against']}"


def cost(row):
    """A ratio that grows when things get worse."""
    return 1 / row["ratio"] if row["unit"] == "x faster" else row["ratio"]


def compared(results, expected):
    """A row for each ratio, and whether one of them has risen too far."""
    rows, risen = [], []
    for row in results["comparisons"]:
        known = expected.get(key(row))
        if known is None:
            rows.append((key(row), f"{cost(row):.3f}", "-", "-", "new"))
            continue
        change = cost(row) / known["ratio"]
        word = "risen" if change > known["bound"] else "fallen" if change < 1 / known["bound"] else "as before"
        if word == "risen":
            risen.append(key(row))
        rows.append((key(row), f"{cost(row):.3f}", f"{known['ratio']:.3f}", f"{change:.2f}x of {known['bound']}x", word))
    gone = sorted(set(expected) - {key(row) for row in results["comparisons"]})
    rows += [(name, "-", f"{expected[name]['ratio']:.3f}", "-", "not measured") for name in gone]
    return rows, risen


def recorded(results, expected):
    return {
        key(row): {"ratio": round(cost(row), 4), "bound": expected.get(key(row), {}).get("bound", BOUND)}
        for row in results["comparisons"]
    }


def main():
    parser = argparse.ArgumentParser(description="Compares the ratios of a run with those that are committed.")
    parser.add_argument("results", nargs="?", type=Path, default=RESULTS, metavar="RESULTS")
    parser.add_argument("--report", action="store_true", help="exit with 0 whatever has risen")
    parser.add_argument("--record", action="store_true", help="take the run as what is expected from now on")
    options = parser.parse_args()
    if not options.results.exists():
        print(f"regression: no {options.results.name} to read; run: make bench", file=sys.stderr)
        return 69
    results = json.loads(options.results.read_text())
    expected = json.loads(EXPECTED.read_text()) if EXPECTED.exists() else {}
    if options.record:
        EXPECTED.write_text(json.dumps(recorded(results, expected), indent=2) + "\n")
        return 0
    rows, risen = compared(results, expected)
    print("\n".join(aligned([("work / against", "ratio", "expected", "change", ""), *rows], numbers=(1, 2))))
    for name in risen:
        print(f"risen: {name}")
    return 1 if risen and not options.report else 0


if __name__ == "__main__":
    sys.exit(main())
