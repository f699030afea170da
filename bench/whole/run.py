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
import subprocess
import sys

sys.dont_write_bytecode = True
from contest import HERE, Contestant, add_peer_arguments, in_folder, peers
from servers import Nsd

OURS = "mxbulk validate"


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
    listed += peers(args, folder, port, args.domains, " (MX only)")
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
    add_peer_arguments(parser)
    parser.add_argument("--zsv", help="path; skipped if not given")
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
    in_folder(args, lambda folder: run(args, folder))


if __name__ == "__main__":
    main()
