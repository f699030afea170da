#!/usr/bin/env python3
"""Rows at memory speed: the cost of a row with a known domain, and the whole job.

    cmake --preset bench && cmake --build --preset bench
    bench/whole/rows.py                # all three parts, 5 rounds: some ten minutes
    bench/whole/rows.py few input      # only some

    few    5,000,000 rows of six columns on 10 domains, file to file, against `cut -d, -f1-6`
    input  the same rows as CSV, JSONL, gzip and zstd, read without output (--dry-run), against
           `gzip -dc`, `zstd -dc` and, if its path is given, zsv
    many   5,000,000 rows on 500,000 domains, NSD, full verdicts, against the shell's way:
           cut, sort -u, a resolver (massdns if its path is given, and dnsperf), awk

All contestants of a part run once a round, one after the other; values are medians, ratios medians
of those within a round. What mxbulk writes is compared with its input and its zone in every run.
Needs NSD, dnsperf, gzip and zstd (Debian: nsd dnsperf gzip zstd); no packet leaves loopback.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
from contest import HERE, Contestant, add_peer_arguments, aim, aims, parse_parts, run_parts
from servers import Nsd

FEW_DOMAINS = ["gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "aol.com",
               "gmx.de", "web.de", "orange.fr", "comcast.net"]
FIRST = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Radia", "Paul", "Margaret", "Jon"]
LAST = ["Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth", "Perlman", "Mockapetris"]
KEYS = ("id", "first_name", "last_name", "email", "country", "note")
PEAK_MIB_MAX = 300


# --- lists ----------------------------------------------------------------------------------------

def few_rows(rows, seed):
    rng = random.Random(seed)
    for number in range(rows):
        first, last = rng.choice(FIRST), rng.choice(LAST)
        yield (f"{number}", first, last,
               f"{first}.{last}{number % 100_003}@{rng.choice(FEW_DOMAINS)}".lower(), "DE",
               "newsletter")


def make_few(args, folder):
    """The same rows as CSV and JSONL, and a zone in which each domain has an exchange."""
    with open(os.path.join(folder, "root.zone"), "w", encoding="ascii") as zone:
        zone.write("$ORIGIN .\n$TTL 3600\n"
                   ". IN SOA a.root-servers.test. admin.root-servers.test. 1 1800 900 604800 300\n"
                   ". IN NS a.root-servers.test.\na.root-servers.test. IN A 9.9.9.10\n")
        for number, domain in enumerate(FEW_DOMAINS):
            zone.write(f"{domain}. IN MX 10 mx.{domain}.\nmx.{domain}. IN A 20.0.0.{number + 1}\n")
    with open(os.path.join(folder, "list.csv"), "w", encoding="ascii") as csv, \
            open(os.path.join(folder, "list.jsonl"), "w", encoding="ascii") as jsonl:
        csv.write(",".join(KEYS) + "\n")
        for row in few_rows(args.rows, args.seed):
            csv.write(",".join(row) + "\n")
            jsonl.write('{"id":%s,"first_name":"%s","last_name":"%s","email":"%s","country":"%s",'
                        '"note":"%s"}\n' % row)


def make_many(args, folder):
    subprocess.run([sys.executable, os.path.join(HERE, "make_world.py"), folder, "--rows",
                    str(args.rows), "--domains", str(args.domains), "--seed", str(args.seed)],
                   check=True)


# --- tables ---------------------------------------------------------------------------------------

def table(listed, ours, megabytes=None):
    """`megabytes`: of text that each contestant got through, by its name."""
    rate = megabytes is not None
    lines = [f"| | wall s | CPU s | peak MiB |{' MB/s |' if rate else ''} wall: mxbulk ÷ this |",
             f"|---|--:|--:|--:|{'--:|' if rate else ''}--:|"]
    for one in listed:
        each = f" {megabytes[one.name] / one.median('wall'):,.0f} |" if rate else ""
        lines.append(f"| {one.name} | {one.median('wall'):.2f} | {one.median('cpu'):.2f} "
                     f"| {one.median('peak_mib'):.0f} |{each} {one.ratio(ours, 'wall'):.2f} |")
    return lines


def validate(args, folder, name, *more):
    return [args.mxbulk, "validate", os.path.join(folder, name), "-q", *more]


# --- few ------------------------------------------------------------------------------------------

def check_few(args, folder):
    """Each row's own bytes, in order, followed by the same verdict for all."""
    inside = lambda name: os.path.join(folder, name)
    same = subprocess.run(["bash", "-c", "cut -d, -f1-6 out.csv | cmp - list.csv"], cwd=folder,
                          check=False)
    counted = subprocess.run(["grep", "-c", ",mx_ok,mx,send,", inside("out.csv")],
                             capture_output=True, text=True, check=False,
                             env={**os.environ, "LC_ALL": "C"})
    if same.returncode != 0 or int(counted.stdout) != args.rows:
        raise SystemExit(f"the output is wrong: {counted.stdout.strip()} rows of {args.rows} "
                         f"are mx_ok")


def few(args, folder):
    make_few(args, folder)
    inside = lambda name: os.path.join(folder, name)
    with Nsd(args.nsd, folder) as server, open(inside("log.txt"), "w", encoding="utf-8") as log:
        ours = Contestant("`mxbulk validate`",
                          validate(args, folder, "list.csv", "-r", f"127.0.0.1:{server.port}",
                                   "-o", inside("out.csv")))
        cut = Contestant("`cut -d, -f1-6`",
                         f"cut -d, -f1-6 {inside('list.csv')} > {inside('cut.csv')}", shell=True)
        synced = Contestant("the same and `sync`",
                            f"cut -d, -f1-6 {inside('list.csv')} > {inside('cut.csv')}; "
                            f"sync {inside('cut.csv')}", shell=True)
        listed = [ours, cut, synced]
        for _ in range(args.rounds):
            for one in listed:
                one.run(log)
            check_few(args, folder)
    size = os.path.getsize(inside("list.csv")) / 1e6
    written = os.path.getsize(inside("out.csv")) / 1e6
    return [f"{args.rows:,} rows, {size:.0f} MB in, {written:.0f} MB out by mxbulk, "
            f"{len(FEW_DOMAINS)} domains, {args.rounds} rounds:", "",
            *table(listed, ours),
            *aims([aim("`mxbulk validate`, fsync included ÷ `cut -d, -f1-6`, wall",
                       cut.ratio(ours, "wall"), 0.5)])]


# --- input ----------------------------------------------------------------------------------------

def check_dry_run(args, folder):
    with open(os.path.join(folder, "summary.json"), encoding="utf-8") as text:
        said = json.load(text)
    if said["rows"] != args.rows or said["domains"] != len(FEW_DOMAINS):
        raise SystemExit(f"{said['rows']} rows and {said['domains']} domains were read")


def read_input(args, folder):
    make_few(args, folder)
    inside = lambda name: os.path.join(folder, name)
    subprocess.run(["gzip", "-kf", inside("list.csv")], check=True)
    subprocess.run(["zstd", "-qkf", inside("list.csv")], check=True)
    kinds = ("list.csv", "list.jsonl", "list.csv.gz", "list.csv.zst")
    ours = {kind: Contestant(f"`mxbulk validate --dry-run {kind}`",
                             validate(args, folder, kind, "--dry-run", "--summary-json",
                                      inside("summary.json"))) for kind in kinds}
    gzip = Contestant("`gzip -dc list.csv.gz`", f"gzip -dc {inside('list.csv.gz')} > /dev/null",
                      shell=True)
    zstd = Contestant("`zstd -dc list.csv.zst`", f"zstd -dc {inside('list.csv.zst')} > /dev/null",
                      shell=True)
    listed = [*ours.values(), gzip, zstd]
    zsv = args.zsv and Contestant("zsv, one column", f"{args.zsv} select {inside('list.csv')} -- "
                                  f"email > /dev/null", shell=True)
    if zsv:
        listed.append(zsv)
    with open(inside("log.txt"), "w", encoding="utf-8") as log:
        for _ in range(args.rounds):
            for one in listed:
                one.run(log)
                if one in ours.values():
                    check_dry_run(args, folder)
    csv_mb = os.path.getsize(inside("list.csv")) / 1e6
    megabytes = {one.name: csv_mb for one in listed}
    megabytes[ours["list.jsonl"].name] = os.path.getsize(inside("list.jsonl")) / 1e6
    found = [aim("reading gzip, addresses and domains included ÷ `gzip -dc`, wall",
                 gzip.ratio(ours["list.csv.gz"], "wall"), 0.33)]
    if zsv:
        found.append(aim("reading CSV, addresses and domains included ÷ zsv, one column, wall",
                         zsv.ratio(ours["list.csv"], "wall"), 1.0))
    return [f"{args.rows:,} rows, {args.rounds} rounds:", "",
            *table(listed, ours["list.csv"], megabytes), *aims(found)]


# --- many -----------------------------------------------------------------------------------------

def shell_way(args, folder, name, resolve, known):
    """cut, sort -u, `resolve`, and a join by awk with the names in `known`."""
    script = (f"cd {folder} && cut -d, -f4 list.csv | cut -d@ -f2 | sort -u > unique.txt && "
              f"{resolve} && awk -F, 'NR == FNR {{ split($1, word, /[. ]*[ ]/); "
              f"has[word[1]] = 1; next }} {{ split($4, part, \"@\"); "
              f"print $0 \",\" (part[2] in has) }}' {known} list.csv > joined.csv")
    return Contestant(f"`cut`, `sort -u`, {name}, `awk`", script, shell=True)


def shell_ways(args, folder, port):
    listed = []
    if shutil.which(args.dnsperf):
        listed.append(shell_way(
            args, folder, "dnsperf", f"sed 's/$/ MX/' unique.txt > asked.txt && {args.dnsperf} "
            f"-s 127.0.0.1 -p {port} -d asked.txt -n 1 -c 1 -T 1", "asked.txt"))
    if args.massdns:
        with open(os.path.join(folder, "resolvers"), "w", encoding="ascii") as out:
            out.write(f"127.0.0.1:{port}\n")
        listed.append(shell_way(args, folder, "massdns",
                                f"{args.massdns} -q -r resolvers -t MX -o S -w found.txt unique.txt",
                                "found.txt"))
    return listed


def many(args, folder):
    make_many(args, folder)
    inside = lambda name: os.path.join(folder, name)
    verify = [sys.executable, os.path.join(HERE, "verify.py"), folder, inside("out.csv")]
    with Nsd(args.nsd, folder) as server, open(inside("log.txt"), "w", encoding="utf-8") as log:
        ours = Contestant("`mxbulk validate`",
                          validate(args, folder, "list.csv", "-r", f"127.0.0.1:{server.port}",
                                   "--max-unknown", "0", "-o", inside("out.csv")))
        others = shell_ways(args, folder, server.port)
        for number in range(args.rounds):
            for one in [ours, *others]:
                one.run(log)
            if number == 0 and subprocess.run(verify, check=False).returncode != 0:
                raise SystemExit("the output is wrong")
    found = [aim("peak memory of `mxbulk validate`, MiB", ours.median("peak_mib"), PEAK_MIB_MAX)]
    found += [aim(f"`mxbulk validate` ÷ {one.name}, wall", one.ratio(ours, "wall"), 0.33)
              for one in others if "massdns" in one.name]
    return [f"{args.rows:,} rows, {args.domains:,} domains, NSD, {args.rounds} rounds; MX alone is "
            f"asked by the others:", "", *table([ours, *others], ours), *aims(found)]


PARTS = {"few": few, "input": read_input, "many": many}


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--domains", type=int, default=500_000, help="of part many")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    add_peer_arguments(parser)
    parser.add_argument("--zsv", help="path; skipped if not given")
    return parse_parts(parser, PARTS)


def main():
    args = parse_args()
    run_parts(args, PARTS)
    print(f"{os.cpu_count()} cores. `{' '.join(['bench/whole/rows.py', *sys.argv[1:]])}`")


if __name__ == "__main__":
    main()
