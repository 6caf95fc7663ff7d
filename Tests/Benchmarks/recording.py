"""What it takes to record promotions: all of them in one tick, and as many commits as git makes them."""

import re
import shutil
from pathlib import Path

from generate_fleet import BRANCH, IDENTITY, INSTANT, data, git
from running import RUN, Command, Failure, copied, output_of, say, take_time

# `git add` and `git commit` take so long that a part of the promotions has to do.
COMMITTED = 50


def imported(repository, branch, commits):
    """A stream for `git fast-import`: commits on top of the branch, each a subject and texts by path."""
    parts = []
    for number, (subject, texts) in enumerate(commits):
        parts += [f"commit {branch}\ncommitter {IDENTITY} {INSTANT}\n".encode(), data(subject)]
        if number == 0:
            parts.append(f"from {git(repository, 'rev-parse', BRANCH).decode().strip()}\n".encode())
        for path, text in texts.items():
            parts += [f"M 100644 inline {path}\n".encode(), data(text)]
    return b"".join(parts)


def texts(repository, paths):
    """The texts of files at the tip of the branch, by path."""
    names = "".join(f"{BRANCH}:{path}\n" for path in paths)
    output = git(repository, "cat-file", "--batch", input=names.encode())
    found = {}
    for path in paths:
        header, _, output = output.partition(b"\n")
        count = int(header.split()[-1])
        found[path], output = output[:count].decode(), output[count + 1:]
    return found


def promote_everywhere(repository):
    """Gives the first component of every environment another digest, in one commit, as merged pull requests would."""
    names = git(repository, "ls-tree", "--name-only", f"{BRANCH}:environments").decode().split()
    changed = {}
    for number, (path, text) in enumerate(texts(repository, [f"environments/{n}/app-1.yaml" for n in names]).items()):
        changed[path] = re.sub(r"sha256:[0-9a-f]{64}", f"sha256:{number + 1:064x}", text)
    stream = imported(repository, BRANCH, [("Promote everywhere", changed)])
    git(repository, "fast-import", "--quiet", "--date-format=raw", input=stream)
    return names


def measure_recording(report, fleet, towpath):
    repository = copied(fleet, "recording")
    argv = [towpath, "reconcile", "--identity", IDENTITY, "--repo", repository]
    output_of(argv)
    names = promote_everywhere(repository)
    git(repository, "repack", "-a", "-d", "-q")
    before = RUN / "promoted.git"
    Path(repository).rename(before)
    say(f"{len(names)} promotions in one tick")

    ours = Command(f"towpath reconcile, {len(names)} promotions", argv)
    counts = set()
    for _ in range(report.rounds):
        shutil.rmtree(repository, ignore_errors=True)
        shutil.copytree(before, repository)
        take_time(ours)
        counts.add(int(git(repository, "rev-list", "--count", f"{references_at(before)}..{BRANCH}")))
    if counts != {len(names)}:
        raise Failure(f"one tick made {counts} commits for {len(names)} promotions")

    locks = texts(repository, [f"environments/{name}/environment.lock" for name in names])
    peer = yardstick_import(before, locks)
    hand = yardstick_commit(before, locks)
    for _ in range(report.rounds):
        take_time(peer)
    take_time(hand)
    report.commands += [ours, peer, hand]
    report.compare("promotions recorded in one tick", ours, peer)
    report.bound(
        f"recording {len(names)} promotions in one tick", ours.wall, at_most=0.2,
        why=f"git fast-import of the same commits, which is told all of it, synchronises and proves nothing, takes "
            f"{peer.wall * 1e3:.0f} ms alone")
    report.notes.append(
        f"of each promotion: towpath {ours.wall / len(names) * 1e3:.2f} ms, git fast-import "
        f"{peer.wall / len(names) * 1e3:.2f} ms, git add and git commit {hand.wall / COMMITTED * 1e3:.1f} ms")


def references_at(repository):
    return git(repository, "rev-parse", BRANCH).decode().strip()


def yardstick_import(before, locks):
    """The same number of commits, each with the lock of one environment, by `git fast-import`, which synchronises
    nothing."""
    stream = RUN / "locks.import"
    commits = [(f"record {path}", {path: text}) for path, text in locks.items()]
    stream.write_bytes(imported(before, "refs/heads/yardstick", commits))
    script = 'git -C "$0" fast-import --quiet --force --date-format=raw < "$1"'
    return Command(f"git fast-import, {len(locks)} commits", ["sh", "-c", script, str(before), str(stream)])


def yardstick_commit(before, locks):
    """What a script does: write the file, `git add`, `git commit`."""
    tree = RUN / "hand"
    git(before, "clone", "--quiet", "--no-hardlinks", str(before), str(tree))
    new = RUN / "locks"
    new.mkdir()
    lines = ["set -e", 'cd "$0"']
    for number, (path, text) in enumerate(list(locks.items())[:COMMITTED]):
        (new / str(number)).write_text(text)
        lines += [f'cp "$1/{number}" {path}', f"git add -- {path}",
                  "git -c user.name=Bench -c user.email=bench@example.org commit -q -m record"]
    return Command(f"git add and git commit, {COMMITTED} times", ["sh", "-c", "\n".join(lines), str(tree), str(new)])
