"""Runs programs under the stopwatch, in a world without anybody's configuration."""

import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORK = HERE.parents[1] / "bench-work"
RUN = WORK / "run"
HOME = RUN / "home"
SECONDS_ALLOWED = 900


class Failure(Exception):
    """Something that makes the figures worthless; the text goes to a person."""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


@dataclass
class Command:
    """A program under the stopwatch, and what its runs took."""

    name: str
    argv: list
    # The exit code of a good end.
    status: int = 0
    walls: list = field(default_factory=list)
    cpus: list = field(default_factory=list)
    peaks: list = field(default_factory=list)

    @property
    def wall(self):
        return statistics.median(self.walls)

    def summary(self):
        return {
            "argv": [shown(word) for word in self.argv],
            "wallSeconds": self.walls,
            "medianWallSeconds": self.wall,
            "medianCPUSeconds": statistics.median(self.cpus),
            "peakMemoryBytes": max(self.peaks),
        }


def shown(word):
    """A word of a command line with the folders of this machine taken out."""
    return word.replace(str(WORK), "bench-work").replace(str(WORK.parent), ".")


def measured_environment():
    """The environment of every measured program: no personal configuration and no cache of an earlier run."""
    names = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "XDG_", "BENCH_"))}
    names.update(HOME=str(HOME), LC_ALL="C.UTF-8", TZ="UTC", PYTHONDONTWRITEBYTECODE="1", NO_COLOR="1")
    return names


def run(argv, output=subprocess.DEVNULL):
    """Runs a program to its end, which has to be a good one."""
    with open(WORK / "stderr.log", "wb") as errors:
        child = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=measured_environment(), cwd=WORK,
            start_new_session=True)
        try:
            text = child.communicate(timeout=SECONDS_ALLOWED)[0]
        except BaseException as reason:
            # Its own session, so that what the stopwatch started goes with it.
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            if isinstance(reason, subprocess.TimeoutExpired):
                raise Failure(f"{shown(' '.join(argv))} took longer than {SECONDS_ALLOWED} s") from None
            raise
    return child.returncode, text


def expect_success(argv, status, good=0):
    if status == good:
        return
    lines = (WORK / "stderr.log").read_text(errors="replace").strip().splitlines()[-5:]
    raise Failure("\n    ".join([f"{shown(' '.join(argv))} exited {status}", *lines]))


def output_of(argv):
    status, text = run(argv, output=subprocess.PIPE)
    expect_success(argv, status)
    return text


def take_time(command):
    figures = WORK / "stopwatch.out"
    figures.unlink(missing_ok=True)
    status, _ = run([str(WORK / "stopwatch"), str(figures), *command.argv])
    expect_success(command.argv, status)
    wall, user, system, peak, status = map(int, figures.read_text().split())
    expect_success(command.argv, status, good=command.status)
    command.walls.append(wall / 1e9)
    command.cpus.append((user + system) / 1e6)
    command.peaks.append(peak * 1024)


def take_turns(commands, rounds):
    """A B C, B C A …: what disturbs the machine disturbs them all, and none has always the same one before it.

    A machine that has just worked on all cores may be slower for a while.
    """
    for number in range(1, rounds + 1):
        say(f"round {number} of {rounds}: {', '.join(command.name for command in commands)}")
        for command in commands:
            take_time(command)
        commands = commands[1:] + commands[:1]


# MARK: Files


def copied(fleet, name):
    """A copy of the fleet for one job, so that no run of an earlier benchmark has touched it."""
    return str(shutil.copytree(fleet / "fleet.git", RUN / f"{name}.git"))


def references(repository):
    return output_of(["git", "-C", repository, "for-each-ref"])


def size(name, default):
    text = os.environ.get(name) or str(default)
    if not re.fullmatch(r"[1-9]\d{0,5}", text):
        raise Failure(f"{name} is {text!r}: expected a whole number above 0")
    return int(text)


def sizes(name, default):
    """The numbers that the variable `name` lists; none where it is empty."""
    text = os.environ.get(name, default)
    if not re.fullmatch(r"(\d{1,6}\s*)*", text):
        raise Failure(f"{name} is {text!r}: expected numbers, such as \"{default}\"")
    return [int(word) for word in text.split()]
