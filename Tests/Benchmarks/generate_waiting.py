#!/usr/bin/env python3
"""Writes a fleet in which one environment waits with everything that it has.

generate_waiting.py DIRECTORY COMPONENTS TOWPATH

Two environments, `staging` and `prod`, with so many native components each. Both were recorded with one version, then
staging was recorded with the next, and now prod declares that. Its contract has ten gates, which ask for five signed
statements about each digest; they are on the evidence branch, and only the approvals are missing. The ledger is written
by TOWPATH itself, the statements are signed by `ssh-keygen` with a key made for the purpose, so unlike the other fleet
this one has other ids each time that it is written.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from generate_fleet import BRANCH, SEED, SplitMix64, data, git

EVIDENCE = "refs/heads/towpath/evidence"
# A Thursday, 2026-01-01T00:00:00Z.
START = 1_767_225_600
HOUR = 3_600
IDENTITY = "Bench <bench@example.org>"
# Statements that come in one commit.
BATCH = 100
# Friday, when the window is shut, and everything else has long been there.
JUDGED_AT = START + 36 * HOUR

STAGING = """\
apiVersion: towpath.dev/v1
kind: PromotionContract
metadata: {name: to-staging}
spec:
  to: staging
  from: []
  gates: {}
"""

PROD = """\
apiVersion: towpath.dev/v1
kind: PromotionContract
metadata: {name: to-prod}
spec:
  to: prod
  from: [staging]
  gates:
    soak: 30m
    windows: [{days: Mon-Thu, from: "09:00", to: "16:00", zone: Europe/Berlin}]
    evidence:
      - {type: tests, name: integration, require: {failed: 0}, maxAge: 7d}
      - {type: vulnerabilities, require: {critical: 0, high: 0}, maxAge: 7d, role: builders}
      - {type: coverage, require: {line: {min: 80}}}
    approvals: {count: 2, role: release-managers}
    configDrift: {max: 10, ignore: ["spec.config.url", "spec.secrets*"]}
    secrets: {require: [DATABASE_URL]}
    quota: {cpu: "4000", memory: 16Ti}
    order: {sets: [["edge-*", "gateway-*"]]}
    sbom: {formats: [cyclonedx], minComponents: 2}
    provenance: {builders: ["https://ci.example.org/builder"], sources: ["git+https://git.example.org/*"]}
"""

ROLES = """\
apiVersion: towpath.dev/v1
kind: Roles
metadata: {name: roles}
spec:
  roles:
    builders: [ci@example.org]
    release-managers: [ada@example.org, grace@example.org]
  people:
    - {name: Ada, addresses: [ada@example.org, ada@home.example]}
"""

MANIFEST = """\
# {app}; what it is and whom to call stands in the catalogue.
apiVersion: towpath.dev/v1
kind: Component
metadata:
  name: {app}
spec:
  artifact:
    repository: registry.example/shop/{app}
    version: "{version}"
    digest: sha256:{digest}
  dependsOn: [{needs}]
  config:
    url: https://{app}.{environment}.example.org
    logLevel: {level}
    pool: {pool}
    timeout: {timeout}
    retries: {retries}
    cache: {{size: {cache}, ttl: 5m}}
    features: [search, export, {feature}]
  secrets:
    - name: DATABASE_URL
      reference: vault/shop/{environment}/{app}#database-url
  resources:
    replicas: {replicas}
    cpu: {cpu}m
    memory: {memory}Mi
"""


def digest_of(app, version):
    return hashlib.sha256(f"{SEED} {app} {version}".encode()).hexdigest()


def manifests(environment, components, version):
    """Every path of an environment with its text; the settings do not depend on version or environment."""
    draw = SplitMix64(SEED)
    for number in range(1, components + 1):
        app = f"app-{number}"
        needs = sorted({f"app-{number // divisor}" for divisor in (2, 3) if number // divisor > 0})
        text = MANIFEST.format(
            app=app,
            version=version,
            digest=digest_of(app, version),
            environment=environment,
            needs=", ".join(needs),
            level=draw.pick(["debug", "info", "warn"]),
            pool=4 + draw.below(60),
            timeout=500 + 250 * draw.below(40),
            retries=draw.below(6),
            cache=64 + draw.below(900),
            feature=draw.pick(["audit", "print", "share"]),
            replicas=1 + draw.below(4),
            cpu=50 + 25 * draw.below(20),
            memory=64 * (1 + draw.below(24)),
        )
        yield f"environments/{environment}/{app}.yaml", text


def statements(components, version):
    """The five statements about each digest, as JSON."""
    for number in range(1, components + 1):
        app = f"app-{number}"
        digest = digest_of(app, version)
        dependency = {"uri": f"git+https://git.example.org/{app}", "digest": {"gitCommit": digest[:40]}}
        predicates = [
            ("https://in-toto.io/attestation/test-result/v0.1", "integration", {
                "result": "PASSED", "configuration": [], "counts": {"passed": 40 + number % 60, "failed": 0}}),
            ("https://towpath.dev/attestation/vulnerabilities/v1", "trivy", {
                "scanner": "trivy", "counts": {"critical": 0, "high": 0, "medium": 2, "low": 7, "unknown": 0}}),
            ("https://towpath.dev/attestation/coverage/v1", "unit", {"lines": {"covered": 870, "total": 1000}}),
            ("https://cyclonedx.org/bom", None, {
                "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
                "components": [
                    {"type": "library", "name": f"library-{index}", "version": "1.0.0"} for index in range(8)]}),
            ("https://slsa.dev/provenance/v1", None, {
                "buildDefinition": {
                    "buildType": "https://ci.example.org/workflow/v1", "externalParameters": {"target": app},
                    "resolvedDependencies": [dependency]},
                "runDetails": {"builder": {"id": "https://ci.example.org/builder"}}}),
        ]
        for kind, name, predicate in predicates:
            subject = {"name": app, "digest": {"sha256": digest}}
            if name:
                subject["annotations"] = {"towpath.dev/name": name}
            yield digest, json.dumps({
                "_type": "https://in-toto.io/Statement/v1", "subject": [subject], "predicateType": kind,
                "predicate": predicate}, separators=(",", ":"))


def commit(reference, parent, instant, message, changes):
    """A commit for `git fast-import` that writes files."""
    parts = [f"commit {reference}\ncommitter {IDENTITY} {instant} +0000\n".encode(), data(message)]
    if parent:
        parts.append(f"from {parent}\n".encode())
    for path, text in changes:
        parts += [f"M 100644 inline {path}\n".encode(), data(text)]
    return b"".join(parts)


def imported(repository, *commits):
    git(repository, "fast-import", "--quiet", "--date-format=raw", input=b"".join(commits))


def make_key(folder):
    key = folder / "key"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f", str(key)], check=True,
        stdin=subprocess.DEVNULL)
    return key, " ".join((folder / "key.pub").read_text().split()[:2])


def envelopes(folder, key, pairs):
    """The envelopes of some statements, by path on the evidence branch."""
    kind = "application/vnd.in-toto+json"
    names = []
    for index, (_, text) in enumerate(pairs):
        payload = text.encode()
        name = folder / f"{index}"
        name.write_bytes(f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload)
        names.append(str(name))
    subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", "towpath-evidence", *names], check=True,
        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for name, (digest, text) in zip(names, pairs):
        signature = "".join(Path(name + ".sig").read_text().splitlines()[1:-1])
        envelope = json.dumps({
            "payloadType": kind, "payload": base64.b64encode(text.encode()).decode(),
            "signatures": [{"sig": signature}]}, separators=(",", ":")) + "\n"
        yield f"{digest[:2]}/{digest}/{hashlib.sha256(envelope.encode()).hexdigest()}.json", envelope
        os.remove(name)
        os.remove(name + ".sig")


def instant(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def reconcile(towpath, repository, seconds):
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "XDG_", "TOWPATH_"))}
    environment["HOME"] = str(repository.parent)
    subprocess.run(
        [towpath, "reconcile", "--identity", "Towpath <towpath@example.org>", "--repo", str(repository), "--now",
         instant(seconds), "--cache-dir", ""],
        check=True, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def generate(directory, components, towpath):
    """Writes the fleet to `directory`, which appears when it is complete, and says what is in it."""
    scratch = directory.with_name(directory.name + ".part")
    shutil.rmtree(scratch, ignore_errors=True)
    repository = scratch / "fleet.git"
    repository.mkdir(parents=True)
    git(repository, "init", "--quiet", "--bare", "--template=", "--object-format=sha1")
    git(repository, "symbolic-ref", "HEAD", BRANCH)
    key, public = make_key(scratch)

    policies = [
        ("policies/staging.yaml", STAGING), ("policies/prod.yaml", PROD), ("policies/roles.yaml", ROLES),
        ("policies/allowed_signers", f"ci@example.org {public}\n")]
    everywhere = [*manifests("staging", components, "1.0.0"), *manifests("prod", components, "1.0.0")]
    imported(repository, commit(BRANCH, None, START, "Begin the fleet", policies + everywhere))
    reconcile(towpath, repository, START + HOUR)
    imported(repository, commit(
        BRANCH, f"{BRANCH}^0", START + 2 * HOUR, "Build everything anew", manifests("staging", components, "1.1.0")))
    reconcile(towpath, repository, START + 3 * HOUR)
    pairs = list(statements(components, "1.1.0"))
    folder = scratch / "signing"
    folder.mkdir()
    for index in range(0, len(pairs), BATCH):
        parent = f"{EVIDENCE}^0" if index else None
        seconds = START + 4 * HOUR + index // BATCH
        imported(repository, commit(
            EVIDENCE, parent, seconds, "Attest what was built", envelopes(folder, key, pairs[index:index + BATCH])))
    imported(repository, commit(
        BRANCH, f"{BRANCH}^0", START + 6 * HOUR, "Promote everything", manifests("prod", components, "1.1.0")))
    git(repository, "-c", "pack.threads=1", "repack", "-a", "-d", "-f", "-q")
    shutil.rmtree(folder)

    facts = {
        "commit": git(repository, "rev-parse", BRANCH).decode().strip(),
        "components": components, "statements": len(pairs), "judgedAt": instant(JUDGED_AT),
    }
    (scratch / "facts.json").write_text(json.dumps(facts, indent=2) + "\n")
    shutil.rmtree(directory, ignore_errors=True)
    scratch.rename(directory)
    return facts


def cached(work, components, towpath):
    """The folder of the fleet of this size below `work`, written when this generator has not yet done so."""
    version = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    directory = work / f"waiting-{components}-{version}"
    if not (directory / "facts.json").exists():
        generate(directory, components, towpath)
    return directory


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit("usage: generate_waiting.py DIRECTORY COMPONENTS TOWPATH")
    print(json.dumps(generate(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]), indent=2))
