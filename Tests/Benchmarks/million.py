"""What a fleet of a million declarations takes of memory, as JSON and as a table, and that half of it takes half."""

import json
import os

import generate_fleet
from generate_fleet import IDENTITY
from running import RUN, WORK, Command, Failure, copied, output_of, say, take_time

# 20 manifests with 5 images each.
MANIFESTS, IMAGES = 20, 5
ENVIRONMENTS = (5_000, 10_000)
STATUS_MEGABYTES, IDLE_MEGABYTES = 400, 40


def wanted():
    """It takes a quarter of an hour, so only who asks for it waits for it."""
    text = os.environ.get("BENCH_MILLION", "0")
    if text not in ("0", "1"):
        raise Failure(f"BENCH_MILLION is {text!r}: expected 0 or 1")
    return text == "1"


def measure_million(report, towpath):
    if not wanted():
        return
    sizes = {}
    for environments in ENVIRONMENTS:
        fleet = generate_fleet.cached(WORK, environments, MANIFESTS, IMAGES)
        images = json.loads((fleet / "facts.json").read_text())["images"]
        name = f"{images:,} declarations"
        say(name)
        repository = copied(fleet, f"million-{environments}")
        cache = ["--cache-dir", str(RUN / f"million-{environments}.cache")]
        argv = [towpath, "status", "--output", "json", "--repo", repository]
        commands = [
            Command(f"status, cold, {name}", [*argv, "--no-cache"]),
            Command(f"status, first, {name}", [*argv, *cache]),
            Command(f"status, again, {name}", [*argv, *cache]),
        ]
        reconcile = [towpath, "reconcile", "--identity", IDENTITY, "--repo", repository, *cache]
        first = Command(f"first reconcile, {name}", reconcile)
        idle = Command(f"no-op reconcile, {name}", reconcile)
        recorded = Command(f"status, all recorded, {name}", [*argv, *cache])
        for command in [*commands, first]:
            take_time(command)
        # What a tick has just written is looked at once.
        output_of(reconcile)
        table = Command(f"status as a table, all recorded, {name}", [towpath, "status", "--repo", repository, "--no-cache"])
        for command in (idle, recorded, table):
            take_time(command)
        report.commands += [*commands, first, idle, recorded, table]
        sizes[environments] = commands[0]
        if environments != ENVIRONMENTS[-1]:
            continue
        for command in [*commands, recorded, table]:
            report.bound_memory(command, at_most=STATUS_MEGABYTES)
        report.bound_memory(idle, at_most=IDLE_MEGABYTES)
    half, whole = (sizes[environments] for environments in ENVIRONMENTS)
    report.notes.append(
        f"twice the declarations took {max(whole.peaks) / max(half.peaks):.2f} times the memory "
        f"and {whole.cpus[0] / half.cpus[0]:.2f} times the processor's time")
