#!/usr/bin/env python3
"""mxbulk against its peers, in one run: one list, one resolver on loopback, one table.

    cmake --preset bench && cmake --build --preset bench
    bench/whole/run.py                        # 1,000,000 rows, 100,000 domains, 5 rounds

Each round runs every contestant once, one after the other; the table shows medians, and medians of
the ratios within a round. What mxbulk writes is compared with what the zone says, row by row.
Needs NSD and dnsperf (Debian: nsd dnsperf); no packet leaves loopback.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True
from nsd import Nsd  # noqa: E402 (it stands beside this file)

BUILD = os.path.normpath(os.path.join(HERE, "..", "..", "build", "bench"))
OURS = "mxbulk validate"


class Contestant:
    """A command that is run once a round. `shell`: bash runs it, and counts its children."""

    def __init__(self, name, command, lookups=None, stdin=None, shell=False, fine=(0,)):
        self.name = name
        self.command = ["bash", "-c", "set -o pipefail; " + command] if shell else command
        self.lookups = lookups
        self.stdin = stdin
        self.fine = fine
        self.runs = []

    def run(self, log):
        with open(self.stdin or os.devnull, "rb") as stdin:
            began = time.monotonic()
            # Everything is waited for with its children: CPU and peak memory are the kernel's.
            child = subprocess.Popen(self.command, stdin=stdin, stdout=log, stderr=log,
                                     env={**os.environ, "LC_ALL": "C"})
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in self.fine:
            raise SystemExit(f"{self.name}: exit code {child.returncode}, see {log.name}")
        self.runs.append({"wall": wall, "cpu": usage.ru_utime + usage.ru_stime,
                          "peak_mib": usage.ru_maxrss / 1024})

    def median(self, what):
        return statistics.median(run[what] for run in self.runs)

    def ratio(self, ours, what):
        """The median of ours ÷ this, round by round."""
        pairs = zip(ours.runs, self.runs)
        return statistics.median(our[what] / run[what] for our, run in pairs)


def contestants(args, folder, port):
    inside = lambda name: os.path.join(folder, name)
    resolver = f"127.0.0.1:{port}"
    common = ["-r", resolver, "-q", "--max-unknown", "0", "--summary-json"]
    listed = [
        Contestant(OURS, [args.mxbulk, "validate", inside("list.csv"), "-o", inside("out.csv"),
                          *common, inside("validate.json")]),
        Contestant("mxbulk resolve (domains only)",
                   [args.mxbulk, "resolve", inside("names.txt"), "-o", inside("out.jsonl"),
                    *common, inside("resolve.json")]),
        Contestant("`cut \\| sort -u` (domains only)",
                   f"cut -d, -f4 {inside('list.csv')} | cut -d@ -f2 | sort -u > {inside('sorted')}",
                   shell=True),
        Contestant("bare `ares_query` loop (MX only)",
                   [args.bare_loop, str(port), "1000"], lookups=args.domains,
                   stdin=inside("questions.txt")),
    ]
    if shutil.which(args.dnsperf):
        listed.append(Contestant(
            "dnsperf, 1 thread (MX only)",
            [args.dnsperf, "-s", "127.0.0.1", "-p", str(port), "-d", inside("questions.txt"),
             "-n", "1", "-c", "1", "-T", "1"], lookups=args.domains))
    if args.massdns:
        with open(inside("resolvers"), "w", encoding="ascii") as out:
            out.write(resolver + "\n")
        listed.append(Contestant("massdns (MX only)",
                                 [args.massdns, "-r", inside("resolvers"), "-t", "MX", "-o", "S",
                                  "-w", inside("massdns.txt"), inside("names.txt")],
                                 lookups=args.domains))
    if args.zsv:
        listed.append(Contestant("zsv (one column)",
                                 f"{args.zsv} select {inside('list.csv')} -- email "
                                 f"> {inside('emails')}", shell=True))
    return listed


def note_lookups(listed, folder):
    """mxbulk itself says how many questions it sent."""
    for contestant, name in zip(listed, ("validate.json", "resolve.json")):
        with open(os.path.join(folder, name), encoding="utf-8") as text:
            summary = json.load(text)
        contestant.lookups = summary.get("queries") or summary.get("dns", {}).get("queries")


def peak_floor():
    """The kernel counts this script's own memory to what it starts: less cannot be seen."""
    nothing = Contestant("nothing", ["true"])
    with open(os.devnull, "wb") as log:
        nothing.run(log)
    return nothing.median("peak_mib") * 1.1


def table(listed, args):
    ours = listed[0]
    floor = peak_floor()
    lines = [f"{args.rows:,} rows, {args.domains:,} domains, medians of {args.rounds} rounds, "
             f"{os.cpu_count()} cores shared with NSD:", "",
             "| | wall s | client CPU s | peak MiB | lookups | CPU µs a lookup | "
             "wall: mxbulk ÷ this | CPU: mxbulk ÷ this |", "|---|--:|--:|--:|--:|--:|--:|--:|"]
    for one in listed:
        cpu = one.median("cpu")
        lookups = f"{one.lookups:,}" if one.lookups else "–"
        each = f"{cpu / one.lookups * 1e6:.2f}" if one.lookups else "–"
        peak = one.median("peak_mib")
        lines.append(f"| {one.name} | {one.median('wall'):.2f} | {cpu:.2f} "
                     f"| {'< ' if peak < floor else ''}{max(peak, floor):.0f} | {lookups} | {each} "
                     f"| {one.ratio(ours, 'wall'):.2f} | {one.ratio(ours, 'cpu'):.2f} |")
    command = " ".join(["bench/whole/run.py", f"--rows {args.rows}", f"--domains {args.domains}",
                        f"--rounds {args.rounds}", f"--seed {args.seed}"])
    return "\n".join(lines + ["", f"`{command}`"])


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--domains", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mxbulk", default=os.path.join(BUILD, "mxbulk"))
    parser.add_argument("--bare-loop", default=os.path.join(BUILD, "bare_loop"))
    parser.add_argument("--nsd", default="nsd")
    parser.add_argument("--dnsperf", default="dnsperf")
    parser.add_argument("--massdns", help="path; left out where not given")
    parser.add_argument("--zsv", help="path; left out where not given")
    parser.add_argument("--folder", help="kept after the run; a temporary one where not given")
    return parser.parse_args()


def run(args, folder):
    subprocess.run([sys.executable, os.path.join(HERE, "make_world.py"), folder, "--rows",
                    str(args.rows), "--domains", str(args.domains), "--seed", str(args.seed)],
                   check=True)
    verify = [sys.executable, os.path.join(HERE, "verify.py"), folder,
              os.path.join(folder, "out.csv")]
    with Nsd(args.nsd, folder) as server, \
            open(os.path.join(folder, "log.txt"), "w", encoding="utf-8") as log:
        listed = contestants(args, folder, server.port)
        for number in range(args.rounds):
            for contestant in listed:
                contestant.run(log)
            if subprocess.run(verify, check=False).returncode != 0:
                raise SystemExit(f"round {number + 1}: the output is wrong")
            print(f"round {number + 1} of {args.rounds}: every row as its zone says",
                  file=sys.stderr)
    note_lookups(listed, folder)
    print(table(listed, args))


def main():
    args = parse_args()
    if args.folder:
        os.makedirs(args.folder, exist_ok=True)
        run(args, os.path.abspath(args.folder))
        return
    with tempfile.TemporaryDirectory(prefix="mxbulk-bench-") as folder:
        run(args, folder)


if __name__ == "__main__":
    main()
