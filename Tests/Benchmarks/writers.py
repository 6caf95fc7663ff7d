#!/usr/bin/env python3
"""Many reconcilers on one branch of a server, while people merge.

usage: writers.py TOWPATH [WRITERS [CHANGES [http|https|ssh|git]]]

20 writers and 200 changes over http by default. Each writer is a machine of its own: its own copy of the remote, and a
new process for each tick. People merge the changes ten times, a tenth each time; then all writers tick at once, and the
next time comes when they have ended. Ends when every change is recorded, and checks that each is recorded once, on one line of sound commits. Prints how long it took, and how many
observations the ticks that recorded something needed.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEOPLE = {
    "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.invalid", "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.invalid",
}
MANIFEST = """apiVersion: towpath.dev/v1
kind: Component
metadata: {{name: web}}
spec:
  artifact:
    repository: registry.example/shop/web
    version: "{version}"
    digest: sha256:{digest}
"""
CONTRACT = """apiVersion: towpath.dev/v1
kind: PromotionContract
metadata: {name: all}
spec: {to: "lab-*", from: [], gates: {}}
"""


def git(repository, *arguments, text=None):
    run = subprocess.run(
        ["git", f"--git-dir={repository}", *arguments], env=PEOPLE, input=text, capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"git {arguments}: {run.stderr}")
    return run.stdout.strip()


def commit(repository, files, parent):
    """Writes a commit with `files` on top of `parent` and returns its id; no reference moves."""
    stream = ["commit refs/people/next\ncommitter Ada <ada@example.invalid> 1795176000 +0000\ndata 6\nChange\n"]
    stream.append(f"from {parent}\n" if parent else "")
    for path, text in files.items():
        stream.append(f"M 100644 inline {path}\ndata {len(text)}\n{text}\n")
    git(repository, "fast-import", "--quiet", "--force", "--date-format=raw", text="".join(stream))
    return git(repository, "rev-parse", "refs/people/next")


def merge(repository, numbers):
    """Merges changes as people do: on top of whatever is there, however often it takes."""
    manifest = MANIFEST.format(version="1.1.0", digest="b" * 64)
    while True:
        tip = git(repository, "rev-parse", "refs/heads/main")
        try:
            next = commit(repository, {f"environments/lab-{number}/web.yaml": manifest for number in numbers}, tip)
            git(repository, "update-ref", "refs/heads/main", next, tip)
            return
        except RuntimeError:
            continue


def recorded(repository):
    """How many changes the locks on the branch speak of."""
    listing = subprocess.run(
        ["git", f"--git-dir={repository}", "grep", "-l", 'version: "1.1.0"', "main", "--",
         "environments/*/environment.lock"], env=PEOPLE, capture_output=True, text=True)
    return listing.stdout.count("\n")


class Writer:
    def __init__(self, towpath, address, name, cache):
        self.command = [
            towpath, "reconcile", "--verbose", "--repo", address, "--cache-dir", cache, "--now", "2026-11-23T09:00:00Z",
            # By one name at one instant they would write the very same commits, and nobody would lose.
            "--identity", f"{name} <towpath@example.invalid>"]
        self.environment = {"PATH": os.environ["PATH"]}
        self.codes, self.attempts = [], []

    def tick(self):
        run = subprocess.run(self.command, env=self.environment, capture_output=True, text=True)
        self.codes.append(run.returncode)
        if run.returncode not in (0, 75):
            print(run.stderr, file=sys.stderr)
        words = run.stderr.partition("this was attempt ")[2]
        self.attempts.append(int(words.split()[0]) if words else 1)


def main():
    towpath = os.path.abspath(sys.argv[1])
    writers, changes = (int(text) for text in (sys.argv[2:4] + ["20", "200"][len(sys.argv[2:4]):]))
    kind = sys.argv[4] if len(sys.argv) > 4 else "http"
    folder = tempfile.mkdtemp(prefix="towpath-writers-")
    repository = f"{folder}/fleet.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", repository], env=PEOPLE, check=True)
    files = {"policies/all.yaml": CONTRACT}
    for number in range(changes):
        files[f"environments/lab-{number}/web.yaml"] = MANIFEST.format(version="1.0.0", digest="a" * 64)
    git(repository, "update-ref", "refs/heads/main", commit(repository, files, None))
    server = subprocess.Popen(
        [f"{ROOT}/scripts/git-server", kind, folder, "580"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        address = server.stdout.readline().strip() + "/fleet.git"
        team = [Writer(towpath, address, f"Towpath {index}", f"{folder}/cache-{index}") for index in range(writers)]
        for name, file in [("TOWPATH_GIT_CA", "ca.crt"), ("TOWPATH_GIT_SSH_KEY", "client"), ("TOWPATH_GIT_KNOWN_HOSTS", "known_hosts")]:
            for writer in team:
                if os.path.exists(f"{folder}/.server/{file}"):
                    writer.environment[name] = f"{folder}/.server/{file}"
        # Everything is recorded as it is found, and every copy is made, before the clock starts.
        for writer in team:
            writer.tick()
            writer.codes, writer.attempts = [], []
        start = time.monotonic()
        for batch in range(10):
            last = changes * (batch + 1) // 10
            merge(repository, range(changes * batch // 10, last))
            while recorded(repository) < last:
                threads = [threading.Thread(target=writer.tick) for writer in team]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
        taken = time.monotonic() - start
        report(repository, team, changes, taken)
    finally:
        server.stdin.close()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def report(repository, team, changes, taken):
    ids = git(repository, "log", "--grep=^Result: promoted", "--format=%(trailers:key=Promotion-Id,valueonly)", "main").split()
    if len(ids) != changes or len(set(ids)) != changes:
        sys.exit(f"{len(ids)} records, {len(set(ids))} of them different, of {changes} changes")
    if git(repository, "rev-list", "--merges", "--count", "main") != "0":
        sys.exit("the line of commits is none")
    complaints = git(repository, "fsck", "--strict", "--full", "--no-dangling", "--no-progress")
    if complaints:
        sys.exit(complaints)
    attempts = sorted(sum((writer.attempts for writer in team), []))
    codes = sorted(sum((writer.codes for writer in team), []))
    print(f"{changes} changes recorded by {len(team)} writers in {taken:.1f} s, in {len(codes)} ticks")
    print("exit codes: " + ", ".join(f"{codes.count(code)} times {code}" for code in sorted(set(codes))))
    print(
        f"observations of a tick: median {attempts[len(attempts) // 2]}, 95th percentile "
        f"{attempts[min(len(attempts) - 1, int(len(attempts) * 0.95))]}, most {attempts[-1]}")


main()
