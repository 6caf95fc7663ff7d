"""What was measured, as tables for a person and as JSON for a program."""

import statistics
from dataclasses import dataclass, field

# What `C floor: scan` takes of the fleet of default size on the machine that the goals in seconds were set for.
PACE = 0.85


@dataclass
class Report:
    rounds: int
    judged: bool
    facts: dict
    machine: dict
    # How many times as long the C floor takes as on the machine that the goals in seconds are of.
    pace: float = 1
    commands: list = field(default_factory=list)
    comparisons: list = field(default_factory=list)
    timings: list = field(default_factory=list)
    # The same work in fleets of different sizes; rows with the same columns.
    growth: list = field(default_factory=list)
    counts: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)
    # Why goals that are missed are missed, from what was measured beside them.
    reasons: list = field(default_factory=list)

    def compare(self, work, ours, other, at_most=None, shows=None, by="walls", why=None):
        """How many times the other's time ours takes, by the clock or of the processor ("cpus"); `shows` says what a met
        goal means, `why` why it is missed where it is."""
        goal = f"<= {at_most}x" + (f": {shows}" if shows else "") if at_most else None
        mine, its = getattr(ours, by), getattr(other, by)
        ratios = [one / against for one, against in zip(mine, its)]
        ratio = statistics.median(mine) / statistics.median(its)
        self._add(work, ours, other, ratio, ratios, "x", goal, lambda ratio: ratio <= at_most, by)
        if at_most and self.judged and ratio > at_most:
            self._explain(work, why)

    def compare_speed(self, work, ours, other, at_least=None):
        """How many times faster ours is than the other."""
        goal = f">= {at_least}x faster" if at_least else None
        ratios = [its / mine for mine, its in zip(ours.walls, other.walls)]
        self._add(work, ours, other, other.wall / ours.wall, ratios, "x faster", goal, lambda ratio: ratio >= at_least)

    def _add(self, work, ours, other, ratio, ratios, unit, goal, holds, by="walls"):
        self.comparisons.append({
            "work": work, "program": ours.name, "seconds": statistics.median(getattr(ours, by)), "against": other.name,
            "againstSeconds": statistics.median(getattr(other, by)), "ratio": ratio, "unit": unit, "lowestRatio": min(ratios),
            "highestRatio": max(ratios), "goal": goal, "met": holds(ratio) if goal and self.judged else None,
        })

    def start(self):
        """What a run with nothing to do takes, in words."""
        return self._time_of("towpath reconcile, no-op")

    def start_of_library(self):
        """What libgit2 takes to begin and to end, in words."""
        return self._time_of("libgit2: init, shutdown")

    def _time_of(self, name):
        times = [command.wall for command in self.commands if command.name == name]
        return f"{milliseconds(times[0])} ms" if times else "some"

    def add_timing(self, work, times, count):
        """What something in memory took in each round, and how many things were done."""
        self.timings.append({"work": work, "count": count, "times": times})

    def bound(self, work, seconds, at_most, why=None):
        """Whether something takes no more than so many seconds on the clock of the machine that the goals in seconds are
        of; `why` it does not where it does not."""
        goal = at_most * self.pace
        verdict = "not judged" if not self.judged else "met" if seconds <= goal else "MISSED"
        self.notes.append(
            f"{work} took {milliseconds(seconds)} ms; the goal is {milliseconds(at_most)} ms where the C floor takes "
            f"{milliseconds(PACE)} ms, here {milliseconds(goal)} ms: {verdict}")
        if verdict == "MISSED":
            self._explain(work, why)

    def _explain(self, work, why):
        self.reasons.append(f"{work}: {why or 'for no reason that is measured here'}")

    def bound_memory(self, command, at_most):
        """Whether a program takes no more than so many megabytes at its peak."""
        peak = max(command.peaks) / 1e6
        verdict = "not judged" if not self.judged else "met" if peak <= at_most else "MISSED"
        self.notes.append(f"{command.name} took {peak:.1f} MB; the goal is {at_most} MB: {verdict}")

    def json(self):
        return {
            "fleet": self.facts, "machine": self.machine, "pace": self.pace, "rounds": self.rounds, "images": self.counts,
            "commands": {command.name: command.summary() for command in self.commands},
            "comparisons": self.comparisons, "inMemory": self.timings, "growth": self.growth,
            "notes": self.notes, "missed": self.reasons,
        }

    def lines(self):
        fleet = "{environments} environments, {files} files, {bytes} bytes, {packBytes} packed, commit {commit}"
        yield from aligned([*self.machine.items(), ("fleet", fleet.format(**self.facts))])
        yield ""
        yield from aligned(self._programs(), numbers=range(1, 7))
        if self.comparisons:
            yield ""
            yield from aligned(self._ratios(), numbers=(2, 4, 5, 6))
        if self.timings:
            yield ""
            yield from aligned(self._timings(), numbers=range(1, 6))
        if self.growth:
            yield ""
            yield from aligned(self._growth(), numbers=range(len(self.growth[0])))
        yield ""
        yield f"All agree on {self.facts['images']} images: {', '.join(self.counts)}."
        yield from (f"Note: {note}." for note in self.notes)
        if self.reasons:
            yield ""
            yield "Missed, and why:"
            yield from (f"  {reason}." for reason in self.reasons)

    def _programs(self):
        yield "program", "median ms", "min", "max", "cpu ms", "peak MB", "runs"
        for command in self.commands:
            yield (
                command.name, milliseconds(command.wall), milliseconds(min(command.walls)),
                milliseconds(max(command.walls)), milliseconds(statistics.median(command.cpus)),
                f"{max(command.peaks) / 1e6:.1f}", len(command.walls))

    def _timings(self):
        yield "in memory", "median ms", "min", "max", "cpu ms", "us each"
        for row in self.timings:
            walls = [time["wall"] for time in row["times"]]
            cpu = statistics.median(time["cpu"] for time in row["times"])
            yield (
                row["work"], milliseconds(statistics.median(walls)), milliseconds(min(walls)),
                milliseconds(max(walls)), milliseconds(cpu), f"{cpu * 1e6 / row['count']:.1f}")

    def _growth(self):
        yield tuple(self.growth[0])
        for row in self.growth:
            yield tuple(f"{value:.1f}" if isinstance(value, float) else value for value in row.values())

    def _ratios(self):
        yield "work", "program", "ms", "against", "ms", "ratio", "of each round", "goal", "met"
        for row in self.comparisons:
            verdict = {True: "met", False: "MISSED", None: "not judged"}[row["met"]] if row["goal"] else "-"
            yield (
                row["work"], row["program"], milliseconds(row["seconds"]), row["against"],
                milliseconds(row["againstSeconds"]), f"{row['ratio']:.2f}{row['unit']}",
                f"{row['lowestRatio']:.2f} to {row['highestRatio']:.2f}", row["goal"] or "-", verdict)


def milliseconds(seconds):
    return f"{seconds * 1e3:.1f}"


def aligned(rows, numbers=()):
    """Columns as wide as what is in them; numbers stand to the right."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        cells = [
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths))]
        yield "  ".join(cells).rstrip()
