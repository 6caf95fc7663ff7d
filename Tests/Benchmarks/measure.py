#!/usr/bin/env python3
"""Measures what must stay fast and prints it beside its yardsticks; README.md says what each figure means.

measure.py [--towpath PROGRAM] [--promotions PROGRAM]

Without --towpath only the yardsticks are measured; --promotions names the benchmark of the same name, which plans in
memory and verifies evidence.

Sizes come from BENCH_ENVIRONMENTS, BENCH_MANIFESTS and BENCH_ROUNDS. Everything made on the way lies in bench-work/.
Exits 0 when it could measure, whether goals were met or not, and 1 when two programs disagree or one fails.
"""

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

# No compiled copy of what is imported from here shall lie beside the sources.
sys.dont_write_bytecode = True

import generate_fleet  # noqa: E402
import generate_waiting  # noqa: E402
from growth import measure_growth  # noqa: E402
from histories import measure_histories  # noqa: E402
from million import measure_million  # noqa: E402
from recording import measure_recording  # noqa: E402
from report import PACE, Report  # noqa: E402
from running import (  # noqa: E402
    HERE, HOME, RUN, WORK, Command, Failure, copied, output_of, references, run, say, shown, size, take_time,
    take_turns)

DEFAULT_FILES = 20_000
# How many promotions are planned in memory; and how many wait in the generated repository.
PLANNED = (1000, 2000, 5000, 10_000)
WAITING = 1000
# How many manifests a script reads one by one.
BY_FILE = 20


# MARK: Preparing


def compile_yardsticks():
    compiler = os.environ.get("CC") or next((name for name in ("cc", "gcc", "clang") if shutil.which(name)), None)
    if not compiler:
        raise Failure("no C compiler: install gcc, or put the clang of the Swift toolchain on PATH")
    try:
        flags = subprocess.run(
            ["pkg-config", "--cflags", "--libs", "libgit2", "yaml-0.1"], check=True, stdout=subprocess.PIPE, text=True)
        for name in ("floor", "change", "init", "stopwatch"):
            source, program = str(HERE / f"{name}.c"), str(WORK / name)
            libraries = [] if name == "stopwatch" else flags.stdout.split()
            subprocess.run([*compiler.split(), "-O2", "-o", program, source, *libraries], check=True)
    except (subprocess.CalledProcessError, OSError) as reason:
        raise Failure(f"cannot build the yardsticks: {reason}") from None
    return compiler


def prepare_peer():
    """The peer's command line without the repository, or None with the reason said."""
    python = WORK / "venv" / "bin" / "python"
    peer = [str(python), str(HERE / "peer.py")]
    log = WORK / "pip.log"
    try:
        if not works([*peer, "--versions"]):
            say("installing pygit2 and PyYAML into bench-work/venv")
            with open(log, "wb") as output:
                subprocess.run(
                    [sys.executable, "-m", "venv", "--clear", str(WORK / "venv")], check=True, stdout=output,
                    stderr=output)
                subprocess.run(
                    [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
                     "--retries", "1", "pygit2", "PyYAML"],
                    check=True, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
            output_of([*peer, "--versions"])
    except (subprocess.CalledProcessError, OSError, Failure):
        say("SKIPPED: the comparison with pygit2 and PyYAML, which pip could not install; see bench-work/pip.log")
        return None
    return peer


def works(argv):
    try:
        return run(argv)[0] == 0
    except OSError:
        return False


def listing(folder):
    """Every file below a folder, to see what a run leaves behind."""
    found = {}
    for path in folder.rglob("*"):
        if not path.is_dir():
            status = path.lstat()
            found[shown(str(path))] = (status.st_size, status.st_mtime_ns)
    return found


# MARK: The two jobs


def count(text):
    return int(re.match(rb"(\d+) images\b", text)[1])


def declared(text):
    document = json.loads(text)
    problems = document.get("problems") or []
    if problems:
        raise Failure(f"towpath inventory met {len(problems)} problems, the first: {problems[0]}")
    return sum(len(environment["artifacts"]) for environment in document["environments"])


def measure_inventory(report, fleet, towpath, peer):
    repository = copied(fleet, "inventory")
    before = listing(RUN)
    floor = Command("C floor: scan", [str(WORK / "floor"), "scan", repository])
    counts = {"the generator": report.facts["images"], floor.name: count(output_of(floor.argv))}
    commands = [floor]
    if towpath:
        argv = [towpath, "inventory", "--repo", repository, "--output", "json"]
        ours = Command("towpath inventory", [*argv, "--no-cache"])
        core = str(min(os.sched_getaffinity(0)))
        single = Command("towpath inventory, one core", ["taskset", "-c", core, *ours.argv])
        # The run that counts the images fills the cache for the others.
        again = Command("towpath inventory, read before", [*argv, "--cache-dir", str(WORK / "cache")])
        for command in (ours, again):
            counts[command.name] = declared(output_of(command.argv))
        commands[:0] = [ours, single, again]
    if peer:
        python = Command("pygit2 + PyYAML", [*peer, repository])
        git = Command("git cat-file + PyYAML", [*peer, "--git", repository])
        for command in (python, git):
            counts[command.name] = count(output_of(command.argv))
            commands.append(command)
    if len(set(counts.values())) != 1:
        raise Failure("the number of images differs: " + ", ".join(f"{name} {n}" for name, n in counts.items()))
    report.counts = counts

    take_turns(commands, report.rounds)
    changed = sorted(path for path, _ in before.items() ^ listing(RUN).items())
    if changed:
        report.notes.append(f"not every inventory was cold, for a run left a file behind: {changed[0]}")

    report.commands += commands
    if report.judged:
        report.pace = floor.wall / PACE * DEFAULT_FILES / report.facts["files"]
    if towpath:
        report.compare("cold inventory", ours, floor, at_most=0.7)
        report.compare("cold inventory, one core", single, floor, at_most=1.25)
        report.compare("inventory, read before", again, floor, at_most=0.15)
    if peer:
        first = ours if towpath else floor
        report.compare_speed("cold inventory", first, python, at_least=8 if towpath else None)
        report.compare_speed("cold inventory", first, git)
    measure_by_file(report, repository, ours if towpath else None)


def measure_by_file(report, repository, ours):
    """A script that starts git and yq for each manifest; a few of them, since all would take an hour."""
    script = Command(f"git show + yq, {BY_FILE} manifests", [str(HERE / "by_file.sh"), repository, str(BY_FILE)])
    if not shutil.which("yq") or count(output_of(script.argv)) < BY_FILE:
        report.notes.append("git show + yq was skipped, for there is no yq here that reads YAML")
        return
    for _ in range(report.rounds):
        take_time(script)
    report.commands.append(script)
    if ours:
        each, least = script.wall / BY_FILE, ours.wall / report.facts["files"]
        report.notes.append(
            f"of each manifest: git show + yq {each * 1000:.0f} ms, towpath inventory {least * 1e6:.0f} us")


def measure_reconcile(report, fleet, towpath):
    pristine = fleet / "fleet.git"
    repository = copied(fleet, "reconcile")
    init = Command("libgit2: init, shutdown", [str(WORK / "init")])
    git = Command("git rev-parse", ["git", "-C", repository, "rev-parse", "refs/heads/main"])
    walk = Command("C floor: walk", [str(WORK / "floor"), "walk", str(pristine)])
    read = Command("C floor: read", [str(WORK / "floor"), "read", str(pristine)])
    yardsticks = [init, git, walk, read]
    if not towpath:
        take_turns(yardsticks, report.rounds)
        report.commands += yardsticks
        return

    argv = [towpath, "reconcile", "--identity", "Bench <bench@example.org>", "--repo", repository]
    first = Command("towpath reconcile, first", argv)
    before = references(repository)
    say("the first reconcile, which records every environment")
    take_time(first)
    recorded = references(repository)
    if recorded == before:
        raise Failure("the first reconcile recorded nothing")

    ours = Command("towpath reconcile, no-op", argv)
    output_of(ours.argv)
    take_turns([ours, *yardsticks], report.rounds)
    if references(repository) != recorded:
        raise Failure("a reconcile with nothing to do moved a reference")

    report.commands += [first, ours, *yardsticks]
    report.compare("no-op reconcile", ours, init, at_most=2)
    report.compare("no-op reconcile", ours, git)
    report.compare("no-op reconcile", ours, walk)
    # One that read every file could not take less than reading every file does.
    report.compare("no-op reconcile", ours, read, at_most=0.5, shows="files not read")


def measure_waiting(report, towpath):
    """A plan of a repository in which everything waits."""
    say(f"the waiting fleet: {WAITING} components, each with five statements")
    fleet = generate_waiting.cached(WORK, WAITING, towpath)
    facts = json.loads((fleet / "facts.json").read_text())
    repository = copied(fleet, "waiting")
    argv = [towpath, "plan", "--repo", repository, "--now", facts["judgedAt"]]
    # 2: there are differences.
    ours = Command(f"towpath plan, {WAITING} wait", argv, status=2)
    document = json.loads(run([*argv, "--output", "json"], output=subprocess.PIPE)[1])
    results = [action["verdict"]["result"] for action in document["actions"]]
    if results != ["waiting"] * WAITING:
        raise Failure(f"{results.count('waiting')} of {len(results)} promotions wait, expected {WAITING}")
    take_turns([ours], report.rounds)
    report.commands.append(ours)
    return repository


def measure_promotions(report, fleet, promotions, waiting):
    """What takes time in planning, without a process and a repository around it."""
    say(f"planning {', '.join(map(str, PLANNED))} promotions in memory")
    rows = json.loads(output_of([promotions, "plan", str(report.rounds), *map(str, PLANNED)]))
    for row in rows:
        for kind in ("first", "again"):
            report.add_timing(f"plan, {row['promotions']} wait, {kind}", row[kind], row["promotions"])
    each = median(rows[-1]["again"], "cpu") / rows[-1]["promotions"] * 1e6
    report.bound(
        "planning 10,000 promotions again", median(rows[-1]["again"], "wall"), at_most=0.3,
        why=f"of each promotion the ten verdicts, their reasons in words and the item of the plan take {each:.0f} us of "
            f"the processor, on {os.cpu_count()} cores")
    say("planning after one change, in a process that goes on")
    repository = copied(fleet, "watching")
    watched = json.loads(output_of([promotions, "watch", str(report.rounds), repository, str(RUN / "watching.cache")]))
    report.add_timing("plan after one change, process running", watched, 1)
    # The tip is what was recorded; the change is before it.
    change = output_of(["git", "-C", repository, "rev-parse", "refs/heads/main~1"]).decode().strip()
    output_of(["git", "-C", repository, "update-ref", "refs/heads/main", change])
    least = json.loads(output_of([str(WORK / "change"), repository, str(report.rounds * 4)]))
    report.add_timing("C floor: change, process running", [{"wall": wall, "cpu": wall} for wall in least], 1)
    report.bound(
        "a plan after one change in a running process", median(watched, "wall"), at_most=0.002,
        why=f"a C program that only opens the repository and parses what the change touched takes "
            f"{statistics.median(least) * 1e3:.1f} ms, and proves and judges nothing")
    if waiting:
        say("verifying evidence")
        evidence = json.loads(output_of([promotions, "evidence", str(report.rounds), waiting]))
        for kind in ("cold", "cached"):
            report.add_timing(f"evidence, {kind}", evidence[kind], evidence["statements"])


def median(times, kind):
    """The median of times in seconds, by the clock ("wall") or of the processor ("cpu")."""
    return statistics.median(time[kind] for time in times)


# MARK: The machine


def first_line(argv, pattern=r".*"):
    """What a program says of itself; a dash when it does not."""
    try:
        text = subprocess.run(
            argv, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except (OSError, subprocess.CalledProcessError):
        return "-"
    found = re.search(pattern, text.stdout)
    return found[0] if found else "-"


def machine_facts(compiler, towpath, peer):
    cpu = re.search(r"model name\s*:\s*(.*)", read_text("/proc/cpuinfo"))
    memory = re.search(r"MemTotal:\s*(\d+)", read_text("/proc/meminfo"))
    system = re.search(r'PRETTY_NAME="?([^"\n]*)', read_text("/etc/os-release"))
    load, _, _ = os.getloadavg()
    facts = {
        "cpu": cpu[1] if cpu else platform.processor() or "-",
        "cores": f"{len(os.sched_getaffinity(0))}, load {load:.2f} at the start",
        "memory": f"{int(memory[1]) / 1024 / 1024:.1f} GiB" if memory else "-",
        "system": f"{system[1] if system else platform.system()}, {platform.system()} {platform.release()}",
        "compiler": first_line([*compiler.split(), "--version"]),
        "libraries": f"libgit2 {first_line(['pkg-config', '--modversion', 'libgit2'])}, "
                     f"libyaml {first_line(['pkg-config', '--modversion', 'yaml-0.1'])}",
        "git": first_line(["git", "--version"], r"\d[\d.]*"),
    }
    if towpath:
        facts["towpath"] = first_line([towpath, "--version"])
        facts["swift"] = first_line(["swift", "--version"], r"Swift version [\d.]+")
    if peer:
        made_of = output_of([*peer, "--versions"]).decode().split("\n")
        facts["peer"] = ", ".join([f"Python {platform.python_version()}", *filter(None, made_of)])
    return facts


def read_text(path):
    try:
        return Path(path).read_text()
    except OSError:
        return ""


# MARK: The door


def bench(towpath, promotions):
    environments, manifests = size("BENCH_ENVIRONMENTS", 1000), size("BENCH_MANIFESTS", 20)
    rounds = size("BENCH_ROUNDS", 5)
    if towpath and not os.access(towpath, os.X_OK):
        raise Failure(f"{towpath} is no program; build it with: make release")
    WORK.mkdir(exist_ok=True)
    shutil.rmtree(RUN, ignore_errors=True)
    HOME.mkdir(parents=True)

    compiler = compile_yardsticks()
    peer = prepare_peer()
    say(f"the fleet: {environments} environments x {manifests} manifests")
    fleet = generate_fleet.cached(WORK, environments, manifests)
    facts = json.loads((fleet / "facts.json").read_text())

    report = Report(rounds, facts["files"] >= DEFAULT_FILES, facts, machine_facts(compiler, towpath, peer))
    if not towpath:
        report.notes.append("only the yardsticks were measured")
    if not peer:
        report.notes.append("the comparison with pygit2 and PyYAML was skipped, for pip could not install them")
    if not report.judged:
        report.notes.append(f"goals are judged from {DEFAULT_FILES} files on; starting up counts most in less")
    measure_inventory(report, fleet, towpath, peer)
    measure_reconcile(report, fleet, towpath)
    if towpath:
        measure_recording(report, fleet, towpath)
        measure_growth(report, towpath)
        measure_million(report, towpath)
        measure_histories(report, towpath)
    waiting = measure_waiting(report, towpath) if towpath else None
    if promotions:
        measure_promotions(report, fleet, promotions, waiting)

    (WORK / "results.json").write_text(json.dumps(report.json(), indent=2) + "\n")
    print("\n".join(report.lines()))
    print("Every run's figures: bench-work/results.json")


def main():
    parser = argparse.ArgumentParser(description="Measures what must stay fast.")
    parser.add_argument("--towpath", metavar="PROGRAM", help="the program; without it only the yardsticks are measured")
    parser.add_argument("--promotions", metavar="PROGRAM", help="what plans in memory; without it that is left out")
    programs = parser.parse_args()
    try:
        bench(*(str(Path(name).resolve()) if name else None for name in (programs.towpath, programs.promotions)))
    except Failure as failure:
        say(str(failure))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
