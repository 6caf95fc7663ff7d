#!/usr/bin/env python3
"""Writes a fleet with a long history: a bare, packed repository in which each commit gives one manifest a new image.

generate_history.py DIRECTORY COMMITS [ENVIRONMENTS [MANIFESTS]]

50 environments with 20 manifests each, where nothing else is said. Every twentieth change comes by a branch that is
merged while the main one goes on. Seed, dates and names are fixed, so the same sizes give the same commit on every
machine. The repository goes through `git fast-import` and one full repack, as a server would keep it.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from generate_fleet import BRANCH, POLICY, SEED, SplitMix64, begun, data, finish, git, kept, manifest

IDENTITY = "Bench <bench@example.org>"
# 2016-01-01T00:00:00Z; a commit each half hour from there on.
START = 1_451_606_400
STEP = 1_800
# One change out of so many is made on a branch of its own and merged.
MERGED = 20


def commit(number, message, parents=(), branch=BRANCH):
    text = f"commit {branch}\nmark :{number}\ncommitter {IDENTITY} {START + number * STEP} +0000\n".encode()
    text += data(message)
    for word, parent in zip(["from", "merge"], parents):
        text += f"{word} :{parent}\n".encode()
    return text


def changed(draw, text, app):
    """The manifest with another image."""
    version = f"2.{draw.below(400)}.{draw.below(300)}"
    digest = hashlib.sha256(f"{SEED} {app} {version}".encode()).hexdigest()
    return re.sub(r"image: .*", f"image: registry.example/team/{app}:{version}@sha256:{digest}", text, count=1)


def stream(commits, environments, manifests):
    """What `git fast-import` reads, piece by piece."""
    draw = SplitMix64(SEED)
    texts = {}
    first = commit(1, "Begin the fleet")
    for index in range(1, environments + 1):
        for number in range(1, manifests + 1):
            path = f"environments/env-{index}/app-{number}.yaml"
            texts[path] = manifest(draw, f"env-{index}", number)
            first += f"M 100644 inline {path}\n".encode() + data(texts[path])
    yield first + b"M 100644 inline policies/entry.yaml\n" + data(POLICY)
    paths = list(texts)

    def change(number, parents):
        path = draw.pick(paths)
        app = Path(path).stem
        texts[path] = changed(draw, texts[path], app)
        text = commit(number, f"Bring a new {app} to {Path(path).parent.name}", parents)
        return text + f"M 100644 inline {path}\n".encode() + data(texts[path]), path

    number = 1
    while number < commits:
        if number % (MERGED * 2) == 0 and number + 3 <= commits:
            side, path = change(number + 1, [number])
            own, other = change(number + 2, [number])
            yield side + own + commit(number + 3, "Merge a branch", [number + 2, number + 1])
            if other != path:
                yield f"M 100644 inline {path}\n".encode() + data(texts[path])
            number += 3
        else:
            yield change(number + 1, [number])[0]
            number += 1


def generate(directory, commits, environments=50, manifests=20):
    """Writes the repository to `directory`, which appears when it is complete, and says what is in it."""
    scratch, repository = begun(directory)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment.update(GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1")
    command = ["git", "-C", str(repository), "fast-import", "--quiet", "--date-format=raw", "--force"]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE) as importing:
        for piece in stream(commits, environments, manifests):
            importing.stdin.write(piece)
        importing.stdin.close()
        if importing.wait() != 0:
            raise SystemExit("generate_history: git fast-import failed")
    # One thread, or the choice of deltas would differ from run to run; no graph of commits, which libgit2 has no use for.
    git(repository, "-c", "pack.threads=1", "repack", "-a", "-d", "-f", "-q")
    facts = {
        "commit": git(repository, "rev-parse", BRANCH).decode().strip(),
        "commits": int(git(repository, "rev-list", "--count", BRANCH)),
        "merges": int(git(repository, "rev-list", "--count", "--merges", BRANCH)),
        "environments": environments,
        "files": environments * manifests,
        "packBytes": sum(pack.stat().st_size for pack in repository.glob("objects/pack/*.pack")),
    }
    finish(scratch, directory, facts)
    return facts


def cached(work, commits, environments=50, manifests=20):
    """The folder of the history of this size below `work`."""
    folder = work / f"history-{commits}-{environments}x{manifests}"
    return kept(folder, __file__, lambda directory: generate(directory, commits, environments, manifests))


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4, 5):
        raise SystemExit("usage: generate_history.py DIRECTORY COMMITS [ENVIRONMENTS [MANIFESTS]]")
    print(json.dumps(generate(Path(sys.argv[1]), *map(int, sys.argv[2:])), indent=2))
