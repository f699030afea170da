#!/usr/bin/env python3
"""DNS at wire speed: what a lookup costs, and whether the window keeps a resolver busy.

    cmake --preset bench && cmake --build --preset bench
    bench/whole/dns.py                 # all five parts
    bench/whole/dns.py shared own      # only some; without `wild` a quarter of an hour

    shared  500,000 names at 24 shared exchanges, NSD: CPU a lookup against a bare ares_query loop
    own     the same, 40 % of the exchanges met once only
    slow    20,000 in flight at a resolver of 100 ms mean latency with a long tail
    auto    --concurrency auto against fixed windows: at NSD, at a cold Unbound, at 50 ms with loss
    wild    the same at resolvers that fail, ration or wait for dead name servers; see wild.py

All contestants of a part run once a round, one after the other; values are medians, ratios medians
of those within a round. What `resolve` writes is compared with the zone, in every run.
Needs NSD, Unbound, dnsmasq, dnsdist and dnsperf (Debian: nsd unbound dnsmasq-base dnsdist dnsperf);
no packet leaves loopback.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

sys.dont_write_bytecode = True
from contest import (BUILD, HERE, Contestant, add_peer_arguments, aim, aims, parse_parts, peers,
                     run_parts)
from servers import LabServer, Nsd, SlowResolver, Unbound
from verify import compare_resolved
from wild import add_wild_arguments, wild
from wire_world import make_wire_world

IN_FLIGHT = "1000"  # of the bare loop
SLOW_IN_FLIGHT = 20_000
SLOW_MEAN_MS, SLOW_SIGMA = 100, 0.8
LOSS_SHARE, LOSS_DELAY_MS = 0.05, 50
UNKNOWN_MAX = 0.001
# Of part auto: the share of --domains that is asked, and the fixed windows.
RESOLVERS = {
    "NSD": (0.4, (100, 1_000, 8_000)),
    "Unbound, cold": (0.12, (30, 100, 300, 1_000)),
    "far and lossy": (0.4, (2_000, 4_000, 8_000)),
}


def check(folder, output, unknown_max=0):
    differences = list(compare_resolved(folder, output, unknown_max))[:10]
    if differences:
        raise SystemExit("\n".join(differences))


def resolve_command(args, folder, port, *more):
    return [args.mxbulk, "resolve", os.path.join(folder, "names.txt"), "-r", f"127.0.0.1:{port}",
            "-q", "-o", os.path.join(folder, "out.jsonl"), *more]


# --- shared, own ----------------------------------------------------------------------------------

def check_counts(engine, bare, names, questions):
    """mxbulk asks a little more: now and then whether the resolver tells the truth."""
    said = engine.runs[-1]
    asked = said["queries"] - said["retries"]
    if said["mx_ok"] != names or not questions <= asked <= 1.001 * questions + 10:
        raise SystemExit(f"{engine.name}: {said}")
    if bare.runs[-1]["found"] != questions:
        raise SystemExit(f"{bare.name}: {bare.runs[-1]}")


def wire_table(listed):
    lines = ["| | wall s | CPU s, whole process | CPU s, loop alone | questions "
             "| CPU µs a question |", "|---|--:|--:|--:|--:|--:|"]
    for one in listed:
        loop = f"{one.median('cpu_s'):.2f}" if one.reports else "–"
        each = one.median("cpu_s" if one.reports else "cpu") / one.lookups * 1e6
        lines.append(f"| {one.name} | {one.median('wall'):.2f} | {one.median('cpu'):.2f} | {loop} "
                     f"| {one.lookups:,} | {each:.2f} |")
    return lines


def wire_aims(is_own, engine, resolve, bare, others):
    if is_own:
        return [aim("`mxbulk resolve`, whole process ÷ bare loop, CPU", bare.ratio(
            resolve, "cpu", "cpu_s"), 1.1),
                aim("engine alone ÷ bare loop, CPU of the loop", bare.ratio(engine, "cpu_s"), 1.1)]
    lines = [aim("engine alone ÷ bare loop, CPU of the loop", bare.ratio(engine, "cpu_s"), 0.75),
             aim("`mxbulk resolve`, whole process ÷ bare loop, CPU",
                 bare.ratio(resolve, "cpu", "cpu_s"), 0.9)]
    for other in others:
        if other.name.startswith("massdns"):
            lines.append(aim(f"`mxbulk resolve` ÷ {other.name}, CPU", other.ratio(resolve, "cpu"),
                             0.4))
        else:
            lines.append(aim(f"`mxbulk resolve` ÷ {other.name}, wall",
                             other.ratio(resolve, "wall"), 1.0))
    return lines


def wire(args, folder, own_share):
    names = args.domains
    questions = make_wire_world(folder, names, own_share, args.seed)
    inside = lambda name: os.path.join(folder, name)
    with Nsd(args.nsd, folder) as server, open(inside("log.txt"), "w", encoding="utf-8") as log:
        engine = Contestant("engine alone", [args.engine_loop, f"127.0.0.1:{server.port}", "0"],
                            questions, inside("names.txt"), reports=True)
        resolve = Contestant("`mxbulk resolve`", resolve_command(args, folder, server.port),
                             questions)
        bare = Contestant("bare `ares_query` loop", [args.bare_loop, str(server.port), IN_FLIGHT],
                          questions, inside("questions.txt"), reports=True)
        others = peers(args, folder, server.port, questions)
        listed = [engine, resolve, bare, *others]
        for _ in range(args.rounds):
            for one in listed:
                one.run(log)
            check_counts(engine, bare, names, questions)
            check(folder, inside("out.jsonl"))
    return [f"{names:,} names, {own_share:.0%} of the exchanges their own, NSD, "
            f"{args.rounds} rounds:", "",
            *wire_table(listed), *aims(wire_aims(own_share > 0, engine, resolve, bare, others))]


# --- slow -----------------------------------------------------------------------------------------

def slow(args, folder):
    """Names of one length, so that the resolver can answer in segments: it must not be the limit."""
    names = os.path.join(folder, "names.txt")
    with open(names, "w", encoding="ascii") as out:
        out.writelines(f"company-{number:07}.example-slow.net\n"
                       for number in range(2 * args.domains))
    shares, retries = [], []
    engine = Contestant("engine alone", [], stdin=names, reports=True)
    with open(os.path.join(folder, "log.txt"), "w", encoding="utf-8") as log:
        for _ in range(args.rounds):
            with SlowResolver(args.slow_resolver, folder, SLOW_MEAN_MS, SLOW_SIGMA) as server:
                engine.command = [args.engine_loop, f"127.0.0.1:{server.port}",
                                  str(SLOW_IN_FLIGHT)]
                engine.run(log)
            said = engine.runs[-1]
            if said["mx_ok"] != said["domains"]:
                raise SystemExit(f"{engine.name}: {said}")
            shares.append(said["middle_a_second"] * server.mean_ms() / 1e3 / SLOW_IN_FLIGHT)
            retries.append(said["retries"] / said["queries"])
    return [f"{2 * args.domains:,} names, {SLOW_IN_FLIGHT:,} in flight, latency lognormal with "
            f"mean {server.mean_ms():.1f} ms, {args.rounds} rounds:", "",
            f"{engine.median('middle_a_second'):,.0f} domains a second while the window was full, "
            f"{engine.median('cpu_s') / engine.median('wall_s'):.2f} of a core, "
            f"{statistics.median(retries):.1%} of the questions asked again.",
            *aims([aim("domains a second ÷ (in flight ÷ mean latency)", statistics.median(shares),
                       0.9, at_least=True)])]


# --- auto -----------------------------------------------------------------------------------------

def window_round(args, folder, listed, start_server, log):
    """One server a run, so that each begins with a cold cache."""
    summary = os.path.join(folder, "summary.json")
    for one in listed:
        window = one.name.replace(",", "")
        with start_server() as server:
            one.command = resolve_command(args, folder, server.port, "--concurrency", window,
                                          "--max-unknown", "100%", "--summary-json", summary)
            one.run(log)
        check(folder, os.path.join(folder, "out.jsonl"), unknown_max=args.domains)
        with open(summary, encoding="utf-8") as text:
            said = json.load(text)
        one.runs[-1].update(queries=said["dns"]["queries"], retries=said["dns"]["retries"],
                            unknown=said["verdicts"].get("unknown", 0))


def window_lines(what, listed, domains):
    auto, *fixed = listed
    best = min(fixed, key=lambda one: one.median("wall"))
    rows = [f"| {one.name}{' (best)' if one is best else ''} "
            f"| {domains / one.median('wall'):,.0f} "
            f"| {one.median('retries') / one.median('queries'):.1%} "
            f"| {one.median('unknown') / domains:.2%} |" for one in listed]
    share = auto.ratio(best, "wall")
    return ([f"{what}, {domains:,} domains:", "",
             "| window | domains a second | asked again | unknown |", "|---|--:|--:|--:|", *rows],
            [aim(f"auto ÷ best fixed window, {what}", share, 0.9, at_least=True),
             aim(f"unknown of auto, % of domains, {what}",
                 max(run["unknown"] for run in auto.runs) / domains * 100, UNKNOWN_MAX * 100)])


def auto(args, folder):
    lines, found = [], []
    for what, (share, windows) in RESOLVERS.items():
        if args.resolver not in (None, what):
            continue
        domains = round(share * args.domains)
        subprocess.run([sys.executable, os.path.join(HERE, "make_world.py"), folder, "--rows",
                        str(domains), "--domains", str(domains), "--seed", str(args.seed)],
                       check=True)
        listed = [Contestant("auto", []),
                  *(Contestant(f"{window:,}", []) for window in windows)]
        with Nsd(args.nsd, folder) as nsd, \
                open(os.path.join(folder, "log.txt"), "w", encoding="utf-8") as log:
            start = {"NSD": lambda: Running(nsd),
                     "Unbound, cold": lambda: Unbound(args.unbound, folder, nsd.port),
                     "far and lossy": lambda: LabServer(args.lab_server, folder, LOSS_DELAY_MS,
                                                        LOSS_SHARE)}[what]
            for _ in range(args.rounds):
                window_round(args, folder, listed, start, log)
        table, met = window_lines(what, listed, domains)
        lines += [*table, ""]
        found += met
    return lines[:-1] + aims(found)


class Running:
    """A server that was already running and is not stopped."""

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        return self.server

    def __exit__(self, *_):
        pass


PARTS = {
    "shared": lambda args, folder: wire(args, folder, own_share=0),
    "own": lambda args, folder: wire(args, folder, own_share=0.4),
    "slow": slow,
    "auto": auto,
    "wild": wild,
}
# Of each part, if the command line does not say.
DOMAINS = {"wild": 20_000}
ROUNDS = {"wild": 3}


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--domains", type=int,
                        help="500,000 if not given; of part wild 20,000")
    parser.add_argument("--resolver", choices=RESOLVERS, help="of part auto; all where not given")
    parser.add_argument("--rounds", type=int, help="5 if not given; of part wild 3")
    parser.add_argument("--seed", type=int, default=1)
    add_peer_arguments(parser)
    parser.add_argument("--unbound", default="unbound")
    for program in ("engine_loop", "slow_resolver", "lab_server"):
        parser.add_argument(f"--{program.replace('_', '-')}", default=os.path.join(BUILD, program))
    add_wild_arguments(parser)
    return parse_parts(parser, PARTS)


def with_defaults(part):
    """Runs the part with its own --domains and --rounds if none are given."""
    def run(args, folder):
        args = argparse.Namespace(**vars(args))
        args.domains = args.domains or DOMAINS.get(part, 500_000)
        args.rounds = args.rounds or ROUNDS.get(part, 5)
        return PARTS[part](args, folder)
    return run


def main():
    args = parse_args()
    run_parts(args, {part: with_defaults(part) for part in PARTS})
    command = " ".join(["bench/whole/dns.py", *sys.argv[1:]])
    print(f"{os.cpu_count()} cores shared with the server. `{command}`")


if __name__ == "__main__":
    main()
