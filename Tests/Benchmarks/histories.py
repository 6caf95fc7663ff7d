"""What looking back costs in a long history: beside `git log`, plain and with the files that git itself keeps for it."""

import json
import shutil
import statistics

import generate_history
from generate_fleet import BRANCH, git
from running import RUN, WORK, Command, Failure, copied, output_of, say, sizes, take_time

COMMITS = "100000"
# From so many on the goals are judged: in a short history the start of the program hides everything else.
JUDGED = 100_000


def indexed(history, name):
    """A copy of the repository with a graph of its commits and a filter of changed paths for each."""
    repository = copied(history, name)
    git(repository, "commit-graph", "write", "--reachable", "--changed-paths")
    return repository


def versions(repository, path):
    """A file with the ids of all versions of the manifests below `path`, which its history has to know."""
    names = git(repository, "log", "--first-parent", "--no-renames", "--format=", "--raw", "--no-abbrev", "--", path)
    ids = {line.split()[3] for line in names.decode().splitlines() if not line.endswith(".lock")}
    file = RUN / "versions"
    file.write_text("".join(f"{id}\n" for id in sorted(ids) if id.strip("0")))
    return str(file)


def expect_agreement(towpath, repository, path):
    """The history has an entry for each commit that git knows to have touched the environment."""
    told = len(json.loads(output_of(towpath))["entries"])
    known = int(git(repository, "rev-list", "--first-parent", "--count", BRANCH, "--", path))
    if told != known:
        raise Failure(f"towpath history tells of {told} commits, and git of {known}")


def measure_histories(report, towpath):
    for commits in sizes("BENCH_COMMITS", COMMITS):
        history = generate_history.cached(WORK, commits)
        facts = json.loads((history / "facts.json").read_text())
        say(f"looking back: {commits} commits, {facts['environments']} environments")
        repository = copied(history, f"history-{commits}")
        graph = indexed(history, f"history-{commits}-graph")
        path = "environments/env-1/"
        of = f", {commits} commits"

        def log_of(name, place, *more):
            return Command(f"{name}{of}", ["git", "-C", place, "log", *more])

        whole, of_path = log_of("git log", repository), log_of("git log -- PATH", repository, "--", path)
        ids = log_of("git log --format=%H", repository, "--format=%H")
        graph_whole = log_of("git log, commit-graph", graph)
        graph_path = log_of("git log -- PATH, changed-path filters", graph, "--", path)
        cache = RUN / f"history-{commits}.cache"

        def history_of(number, *more):
            return [towpath, "history", f"env-{number}", "--repo", repository, "--cache-dir", str(cache), *more]

        first, again, other = (
            Command(f"towpath history, {what}{of}", history_of(1))
            for what in ("index made", "same environment again", "another environment"))
        contents = Command(
            f"git cat-file, versions of an environment{of}",
            ["sh", "-c", 'git -C "$0" cat-file --batch <"$1"', repository, versions(repository, path)])
        expect_agreement(history_of(1, "--output", "json"), repository, path)
        for number in range(report.rounds):
            for command in (whole, ids, of_path, contents, graph_whole, graph_path):
                take_time(command)
            # What an answer leaves behind is taken away, and each round asks for an environment that was not told of.
            shutil.rmtree(cache, ignore_errors=True)
            take_time(first)
            take_time(again)
            other.argv = history_of(2 + number % (facts["environments"] - 1))
            take_time(other)
        report.commands += [whole, ids, of_path, contents, graph_whole, graph_path, first, again, other]
        judged = commits >= JUDGED
        report.compare(f"index of {commits} commits made", first, whole, at_most=3 if judged else None)
        report.compare(f"index of {commits} commits made, by the processor", first, whole, by="cpus")
        report.compare(f"history of an environment{of}", again, graph_path)
        if judged:
            start = report.start()
            report.bound(again.name, again.wall, at_most=0.03, why=f"{start} of these are its start")
            report.bound(
                other.name, other.wall, at_most=0.03,
                why=f"git cat-file takes {contents.wall * 1e3:.0f} ms only to unpack the versions of its manifests that "
                    f"the index names, and {start} more are a start")
        index = sum(file.stat().st_size for file in cache.rglob("commits"))
        report.notes.append(
            f"the index of {commits} commits has {index / 1e6:.1f} MB; of the processor, making it took "
            f"{statistics.median(first.cpus):.2f} s, git log {statistics.median(whole.cpus):.2f} s")
