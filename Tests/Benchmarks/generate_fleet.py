#!/usr/bin/env python3
"""Writes the fleet that the benchmarks read: a bare, packed repository of Kubernetes manifests.

generate_fleet.py DIRECTORY ENVIRONMENTS MANIFESTS [IMAGES]

With IMAGES a manifest is a short one with so many containers, so that a fleet of a million images can be written in a
minute or two.

Seed, dates and names are fixed and no random source of Python's is used, so the same sizes give the same commit on
every machine. The repository goes through `git fast-import` and one full repack, as a server would keep it.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

SEED = 20_260_101
INSTANT = "1767225600 +0000"
IDENTITY = "Bench <bench@example.org>"
BRANCH = "refs/heads/main"

# An entry: whatever is declared may be recorded, so that the first reconcile has every environment to write.
POLICY = """\
# Builds arrive everywhere; nothing is asked of them.
apiVersion: towpath.dev/v1
kind: PromotionContract
metadata:
  name: entry
spec:
  to: "*"
  from: []
  gates: {}
"""

MANIFEST = """\
# {title}. Owned by {team}; page {team}-oncall before raising the limits.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {app}
  namespace: {team}
  labels:
    app.kubernetes.io/name: {app}
    app.kubernetes.io/part-of: {team}
    environment: {environment}
spec:
  replicas: {replicas}   # {reason}
  selector:
    matchLabels:
      app.kubernetes.io/name: {app}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {app}
        environment: {environment}
    spec:
      serviceAccountName: {app}
      containers:
        - name: app
          image: {image}
          ports:
            - name: http
              containerPort: {port}
          env:
            - name: ENVIRONMENT
              value: {environment}
            - name: LOG_LEVEL
              value: {log_level}
            - name: DATABASE_URL
              value: "postgres://{app}@db.{environment}.example.org:5432/{app}?pool={pool}"
            # Kept in step with the ingress timeout.
            - name: REQUEST_TIMEOUT_MS
              value: "{timeout}"
          envFrom:
            - secretRef: {{name: {app}-credentials}}
          readinessProbe:
            httpGet: {{path: /ready, port: http}}
            periodSeconds: {period}
          livenessProbe:
            httpGet: {{path: /live, port: http}}
            failureThreshold: {failures}
          resources:
            requests: {{cpu: {cpu}m, memory: {memory}Mi}}
            limits: {{memory: {memory_limit}Mi}}
"""

SHORT_MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {app}
  labels: {{environment: {environment}}}
spec:
  replicas: {replicas}
  template:
    spec:
      containers:
"""

CONTAINER = """\
        - name: {name}
          image: {image}
"""

TEAMS = ["catalog", "checkout", "identity", "logistics", "payments", "pricing", "search", "support"]
TITLES = [
    "Takes orders and hands them on",
    "Answers what the shop front asks for",
    "Keeps the books of record",
    "Sends what must not be lost",
    "Turns events into reports",
]
REASONS = [
    "measured on the last sale",
    "two zones, one spare each",
    "the queue drains overnight",
    "raised after the incident in May",
    "the smallest that survives a node",
]


class SplitMix64:
    """SplitMix64 (Steele, Lea and Flood, 2014): the same numbers in every version of Python."""

    MASK = (1 << 64) - 1

    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state + 0x9E37_79B9_7F4A_7C15) & self.MASK
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9) & self.MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB) & self.MASK
        return (mixed ^ (mixed >> 31)) % bound

    def pick(self, values):
        return values[self.below(len(values))]


def manifest(draw, environment, number):
    app = f"app-{number}"
    version = f"1.{draw.below(40)}.{draw.below(30)}"
    digest = hashlib.sha256(f"{SEED} {app} {version}".encode()).hexdigest()
    memory = 64 * (1 + draw.below(24))
    return MANIFEST.format(
        app=app,
        environment=environment,
        image=f"registry.example/team/{app}:{version}@sha256:{digest}",
        title=draw.pick(TITLES),
        team=TEAMS[number % len(TEAMS)],
        replicas=1 + draw.below(12),
        reason=draw.pick(REASONS),
        port=8000 + draw.below(1000),
        log_level=draw.pick(["debug", "info", "warn"]),
        pool=4 + draw.below(60),
        timeout=500 + 250 * draw.below(40),
        period=5 + draw.below(25),
        failures=2 + draw.below(6),
        cpu=50 + 25 * draw.below(60),
        memory=memory,
        memory_limit=memory + 32 * draw.below(16),
    )


def short_manifest(draw, environment, number, images):
    """A manifest of a fleet that counts: each version of an app is in several environments, as it is in life."""
    app = f"app-{number}"
    text = [SHORT_MANIFEST.format(app=app, environment=environment, replicas=1 + draw.below(12))]
    for index in range(1, images + 1):
        image = f"registry.example/team/{app}-{index}"
        version = f"1.{draw.below(1200)}"
        digest = hashlib.sha256(f"{SEED} {image} {version}".encode()).hexdigest()
        text.append(CONTAINER.format(name=f"part-{index}", image=f"{image}:{version}@sha256:{digest}"))
    return "".join(text)


def files(environments, manifests, images=0):
    """Every path of the fleet with its text, in the order of a tree."""
    draw = SplitMix64(SEED)
    for environment in (f"env-{index:04}" for index in range(1, environments + 1)):
        for number in range(1, manifests + 1):
            text = (
                short_manifest(draw, environment, number, images)
                if images
                else manifest(draw, environment, number))
            yield f"environments/{environment}/app-{number}.yaml", text
    yield "policies/entry.yaml", POLICY


def git(repository, *arguments, **options):
    """Runs git without anybody's configuration."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment.update(GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1")
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, **options).stdout


@contextmanager
def fed(repository, *arguments):
    """The input of git, whose end is waited for."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment.update(GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1")
    command = ["git", "-C", str(repository), *arguments]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE) as child:
        yield child.stdin
        child.stdin.close()
    if child.returncode != 0:
        raise SystemExit(f"generate_fleet: git {arguments[0]} exited {child.returncode}")


def data(text):
    content = text.encode()
    return b"data %d\n%s\n" % (len(content), content)


def generate(directory, environments, manifests, images=0):
    """Writes the fleet to `directory`, which appears when it is complete, and says what is in it."""
    scratch, repository = begun(directory)
    texts = set()
    size = 0
    with fed(repository, "fast-import", "--quiet", "--date-format=raw") as stream:
        stream.write(f"commit {BRANCH}\ncommitter {IDENTITY} {INSTANT}\n".encode() + data("Begin the fleet"))
        for path, text in files(environments, manifests, images):
            stream.write(f"M 100644 inline {path}\n".encode() + data(text))
            if path.startswith("environments/"):
                texts.add(hash(text))
                size += len(text)
    if len(texts) != environments * manifests:
        raise SystemExit("generate_fleet: two manifests are the same")
    # One thread, or the choice of deltas would differ from run to run.
    git(repository, "-c", "pack.threads=1", "repack", "-a", "-d", "-f", "-q")

    facts = {
        "commit": git(repository, "rev-parse", BRANCH).decode().strip(),
        "environments": environments,
        "files": environments * manifests,
        "images": environments * manifests * max(images, 1),
        "bytes": size,
        "packBytes": sum(pack.stat().st_size for pack in repository.glob("objects/pack/*.pack")),
    }
    finish(scratch, directory, facts)
    return facts


def begun(directory):
    """A folder beside `directory` to write in, and an empty repository in it."""
    scratch = directory.with_name(directory.name + ".part")
    shutil.rmtree(scratch, ignore_errors=True)
    repository = scratch / "fleet.git"
    repository.mkdir(parents=True)
    git(repository, "init", "--quiet", "--bare", "--template=", "--object-format=sha1")
    git(repository, "symbolic-ref", "HEAD", BRANCH)
    return scratch, repository


def finish(scratch, directory, facts):
    """Puts `scratch` in the place of `directory`, with what is in it."""
    (scratch / "facts.json").write_text(json.dumps(facts, indent=2) + "\n")
    shutil.rmtree(directory, ignore_errors=True)
    scratch.rename(directory)


def kept(folder, generator, write):
    """The folder, with the version of the `generator` behind its name, written when that has not yet done so."""
    version = hashlib.sha256(Path(generator).read_bytes()).hexdigest()[:8]
    directory = folder.with_name(f"{folder.name}-{version}")
    if not (directory / "facts.json").exists():
        write(directory)
    return directory


def cached(work, environments, manifests, images=0):
    """The folder of the fleet of this size below `work`."""
    folder = work / (f"fleet-{environments}x{manifests}" + (f"x{images}" if images else ""))
    return kept(folder, __file__, lambda directory: generate(directory, environments, manifests, images))


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        raise SystemExit("usage: generate_fleet.py DIRECTORY ENVIRONMENTS MANIFESTS [IMAGES]")
    print(json.dumps(generate(Path(sys.argv[1]), *map(int, sys.argv[2:])), indent=2))
