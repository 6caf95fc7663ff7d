"""What the same work costs in fleets of different sizes: it has to follow the change, not the fleet."""

import json
import re
import statistics

import generate_fleet
from generate_fleet import BRANCH, IDENTITY, git
from recording import imported, texts
from running import RUN, WORK, Command, Failure, copied, output_of, say, sizes, take_time

SIZES = "200 1000 10000"
MANIFESTS = 20
# The goal is for a fleet of so many files.
JUDGED_FILES = 20_000


def change_one(repository, number):
    """Gives one component of one environment another digest."""
    path = f"environments/env-{number:04}/app-1.yaml"
    text = re.sub(r"sha256:[0-9a-f]{64}", f"sha256:{number:064x}", texts(repository, [path])[path])
    stream = imported(repository, BRANCH, [("Promote one", {path: text})])
    git(repository, "fast-import", "--quiet", "--date-format=raw", input=stream)


def measure_growth(report, towpath):
    for environments in sizes("BENCH_GROWTH", SIZES):
        fleet = generate_fleet.cached(WORK, environments, MANIFESTS)
        facts = json.loads((fleet / "facts.json").read_text())
        say(f"growth: {environments} environments x {MANIFESTS} manifests")
        name = f"growth-{environments}"
        repository = copied(fleet, name)
        argv = [towpath, "reconcile", "--identity", IDENTITY, "--repo", repository]
        argv += ["--cache-dir", str(RUN / f"{name}.cache")]
        inventory = Command("inventory", [towpath, "inventory", "--no-cache", "--repo", repository, "--output", "json"])
        first, idle, one = (Command(work, argv) for work in ("first", "no-op", "one change"))
        # 2: there is something to promote.
        plan = Command(
            f"towpath plan, one change in {environments}",
            [towpath, "plan", "--repo", repository, "--cache-dir", str(RUN / f"{name}.cache")], status=2)
        compared = Command(
            f"git diff-tree -r, one change in {environments}",
            ["git", "-C", repository, "diff-tree", "-r", "bench-before", BRANCH])
        take_time(inventory)
        take_time(first)
        # What a tick has just written is looked at once.
        output_of(argv)
        for number in range(1, report.rounds + 1):
            take_time(idle)
            before = git(repository, "rev-parse", BRANCH)
            change_one(repository, number)
            git(repository, "tag", "--force", "bench-before", before.decode().strip())
            take_time(plan)
            take_time(compared)
            take_time(one)
            made = git(repository, "rev-list", "--count", f"{before.decode().strip()}..{BRANCH}")
            if int(made) != 2:
                raise Failure(f"one promotion made {int(made) - 1} commits in {environments} environments")
            output_of(argv)
        report.growth.append({
            "environments": environments, "files": facts["files"],
            **{f"{command.name} ms": statistics.median(command.walls) * 1e3 for command in (inventory, first, idle, one)},
            "one change cpu ms": statistics.median(one.cpus) * 1e3,
            **{f"{command.name} MB": max(command.peaks) / 1e6 for command in (inventory, idle, one)},
        })
        report.commands += [plan, compared]
        goal = 6 if facts["files"] == JUDGED_FILES else None
        report.compare(
            f"plan after one change in {environments}", plan, compared, at_most=goal,
            why=f"{report.start()} of these are the start of a program that opens the repository and finds nothing to "
                f"do, {report.start_of_library()} libgit2's own")
