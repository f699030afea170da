#!/usr/bin/env python3
"""Rows cost no memory: the same 1,000 domains under 1,000,000 and under 20,000,000 rows.

    cmake --preset bench && cmake --build --preset bench
    bench/whole/row_memory.py          # some minutes, and 2 GB under /tmp or in --folder

From a file and from a pipe; with answers for every domain, and without one for the first, so that
all rows wait for the end of the run: those over --memory are deferred to a temporary file.
The built-in server serves; no packet leaves loopback.
"""
import argparse
import json
import os
import sys

sys.dont_write_bytecode = True
from contest import BUILD, Contestant, in_folder
from servers import LabServer

DOMAINS = 1_000
ROWS_AT_ONCE = 100_000
MORE_MIB_MAX = 8  # what the allocator may keep
UNANSWERED = "unanswered.example"


def make_zone(path):
    with open(path, "w", encoding="ascii") as out:
        out.write(". 86400 IN SOA a.example. b.example. 1 1800 900 604800 300\n"
                  "mx.example. 300 IN A 20.0.0.1\n"
                  f";@fault {UNANSWERED}. timeout\n")
        out.writelines(f"company-{number}.example. 300 IN MX 10 mx.example.\n"
                       for number in range(DOMAINS))


def make_list(path, rows, first):
    """`first`: the domain of the first row."""
    piece = "".join(f"{number},Ada,Lovelace,ada.lovelace{number}@company-{number % DOMAINS}.example"
                    f",DE,2024-05-{number % 28 + 1:02}\n" for number in range(ROWS_AT_ONCE))
    with open(path, "w", encoding="ascii") as out:
        out.write(f"id,first,last,email,country,since\n0,Ada,Lovelace,ada@{first},DE,2024-05-01\n")
        for _ in range(rows // ROWS_AT_ONCE):
            out.write(piece)


def command_of(args, folder, port, path, is_pipe):
    flags = [args.mxbulk, "validate", "-" if is_pipe else path, "-r", f"127.0.0.1:{port}", "-q",
             "-o", "/dev/null", "--timeout", "500ms", "--memory", args.memory, "--summary-json",
             os.path.join(folder, "summary.json")]
    return f"cat {path} | {' '.join(flags)}" if is_pipe else " ".join(["exec", *flags])


def check(folder, rows, is_unanswered):
    with open(os.path.join(folder, "summary.json"), encoding="utf-8") as text:
        said = json.load(text)
    verdicts = {name: count for name, count in said["verdicts"].items() if count}
    expected = {"mx_ok": rows, "unknown": 1} if is_unanswered else {"mx_ok": rows + 1}
    if said["rows"] != rows + 1 or verdicts != expected:
        raise SystemExit(f"{rows:,} rows and one: {said}")


def peaks(args, folder, port, log):
    """[(what, [run of few rows, run of many])]"""
    found = {}
    path = os.path.join(folder, "list.csv")
    for rows in (args.few, args.many):
        for is_unanswered in (False, True):
            make_list(path, rows, UNANSWERED if is_unanswered else "company-0.example")
            for is_pipe in (False, True):
                one = Contestant("mxbulk", command_of(args, folder, port, path, is_pipe),
                                 shell=True)
                one.run(log)
                check(folder, rows, is_unanswered)
                what = ("pipe" if is_pipe else "file") + (", one domain unanswered" * is_unanswered)
                found.setdefault(what, []).append(one.runs[0])
    return found.items()


def table(args, found):
    lines = [f"| | peak MiB, {args.few:,} rows | {args.many:,} rows | more | ≤ {MORE_MIB_MAX} "
             f"| wall s, {args.many:,} rows |", "|---|--:|--:|--:|---|--:|"]
    for what, (few, many) in found:
        more = many["peak_mib"] - few["peak_mib"]
        lines.append(f"| {what} | {few['peak_mib']:.0f} | {many['peak_mib']:.0f} | {more:+.1f} "
                     f"| {'yes' if more <= MORE_MIB_MAX else '**no**'} | {many['wall']:.1f} |")
    return "\n".join(lines)


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--few", type=int, default=1_000_000)
    parser.add_argument("--many", type=int, default=20_000_000)
    parser.add_argument("--memory", default="64M")
    parser.add_argument("--mxbulk", default=os.path.join(BUILD, "mxbulk"))
    parser.add_argument("--lab-server", default=os.path.join(BUILD, "lab_server"))
    parser.add_argument("--folder", help="kept after the run; a temporary one if not given")
    return parser.parse_args()


def run(args, folder):
    make_zone(os.path.join(folder, "root.zone"))
    with LabServer(args.lab_server, folder, 0, 0) as server, \
            open(os.path.join(folder, "log.txt"), "w", encoding="utf-8") as log:
        print(table(args, peaks(args, folder, server.port, log)))


def main():
    args = parse_args()
    in_folder(args, lambda folder: run(args, folder))
    print(f"\n{DOMAINS:,} domains, `{' '.join(['bench/whole/row_memory.py', *sys.argv[1:]])}`")


if __name__ == "__main__":
    main()
