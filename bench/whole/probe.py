#!/usr/bin/env python3
"""Port 25: greetings a second, and whether slow hosts keep all connections busy.

    cmake --preset bench && cmake --build --preset bench
    bench/whole/probe.py                # both parts: some five minutes
    bench/whole/probe.py greetings      # only one

    greetings  10,000 hosts that greet at once, against `bare_greeter`, which reads a greeting and
               nothing else
    slow       hosts that greet after 6 s, and every fifth not at all: the time that probing took,
               against sessions' time ÷ connections at once

Each domain has an exchange of its own, at an address of its own in a /24 of its own, so that no
manners towards one provider are what is measured. The time of probing is that of the run less that
of the same run without. All that is written is compared with what each host does.
Needs NSD (Debian: nsd); no packet leaves loopback.
"""
import argparse
import json
import os
import resource
import statistics
import sys

sys.dont_write_bytecode = True
from contest import (BUILD, Contestant, add_peer_arguments, aim, aims, parse_parts, run_parts)
from servers import Nsd, Server
from wire_world import ZONE_HEAD

AT_ONCE = 1_000  # connections, of --probe-concurrency and of the bare greeter
SLOW_AT_ONCE = (1_000, 4_000)
SLOW_HOSTS_EACH = 10  # hosts for each connection at once
SLOW_DELAY_MS, SLOW_UNRESPONSIVE_PER_MILLE = 6_000, 200
TIMEOUT_S = 10  # --probe-timeout


class MailWorld(Server):
    """Greets at every address of 127/8. `totals` after the end."""

    def __init__(self, program, folder, delay_ms, unresponsive_per_mille):
        super().__init__(folder, program, "{port}", str(delay_ms), str(unresponsive_per_mille))
        self.log = os.path.join(folder, "mail_world.log")

    def wait_until_it_answers(self):
        if self.process.stdout.readline() != b"ready\n":
            raise SystemExit(f"{self.command[0]} does not listen, see {self.log}")

    def totals(self):
        return json.loads(self.said)


def address_of(number):
    return f"127.{1 + number // 256}.{number % 256}.1"


def is_unresponsive(number, per_mille):
    """As mail_world.cc has it."""
    a, b, c, d = map(int, address_of(number).split("."))
    address = a << 24 | b << 16 | c << 8 | d
    return (address * 2_654_435_761 % 2**32 >> 16) % 1_000 < per_mille


def make_world(folder, hosts):
    """A name, an exchange and an address for each host."""
    names = [f"company-{number:06}.net" for number in range(hosts)]
    files = {
        "names.txt": (f"{name}\n" for name in names),
        "addresses.txt": (f"{address_of(number)}\n" for number in range(hosts)),
        "root.zone": [ZONE_HEAD, *(f"{name}. MX 10 mx.{name}.\nmx.{name}. A {address_of(number)}\n"
                                   for number, name in enumerate(names))],
    }
    for name, lines in files.items():
        with open(os.path.join(folder, name), "w", encoding="ascii") as out:
            out.writelines(lines)
    return names


def resolve_command(args, folder, dns_port, mail_port, depth, at_once):
    return [args.mxbulk, "resolve", os.path.join(folder, "names.txt"), "-r",
            f"127.0.0.1:{dns_port}", "-q", "-o", os.path.join(folder, f"{depth}.jsonl"),
            "--allow-net", "127.0.0.0/8", "--max-unknown", "100%", "--probe", depth,
            "--probe-port", str(mail_port), "--probe-concurrency", str(at_once),
            "--probe-timeout", f"{TIMEOUT_S}s"]


def check(folder, depth, names, unresponsive_per_mille=0):
    """Each name once, with the verdict that its host deserves."""
    expected = {}
    for number, name in enumerate(names):
        good = "mx_ok/mx" if depth == "off" else "reachable/smtp_220"
        bad = depth != "off" and is_unresponsive(number, unresponsive_per_mille)
        expected[name] = "unknown/greeting_timeout" if bad else good
    with open(os.path.join(folder, f"{depth}.jsonl"), encoding="utf-8") as written:
        for record in map(json.loads, written):
            found = f"{record['verdict']}/{record['reason']}"
            wanted = expected.pop(record["domain"], "not asked for, or twice")
            if found != wanted:
                raise SystemExit(f"{record['domain']} is {found}, in its world {wanted}")
    if expected:
        raise SystemExit(f"{len(expected)} domains are missing, {next(iter(expected))} among them")
    return sum(is_unresponsive(number, unresponsive_per_mille) for number in range(len(names)))


def resolve(args, folder, dns, mail, depth, at_once):
    return Contestant(f"`mxbulk resolve --probe {depth}`",
                      resolve_command(args, folder, dns.port, mail.port, depth, at_once))


def probe_seconds(probed, plain, what="wall"):
    """Of each round."""
    return [one[what] - other[what] for one, other in zip(probed.runs, plain.runs)]


# --- greetings ------------------------------------------------------------------------------------

def greetings(args, folder):
    names = make_world(folder, args.hosts)
    inside = lambda name: os.path.join(folder, name)
    mail = MailWorld(args.mail_world, folder, 0, 0)
    with Nsd(args.nsd, folder) as dns, mail, open(inside("log.txt"), "w", encoding="utf-8") as log:
        plain = resolve(args, folder, dns, mail, "off", AT_ONCE)
        probed = resolve(args, folder, dns, mail, "banner", AT_ONCE)
        bare = Contestant("bare greeter", [args.bare_greeter, str(mail.port), str(AT_ONCE)],
                          stdin=inside("addresses.txt"), reports=True)
        for _ in range(args.rounds):
            for one, depth in ((plain, "off"), (probed, "banner")):
                one.run(log)
                check(folder, depth, names)
            bare.run(log)
            if bare.runs[-1]["greetings"] != args.hosts:
                raise SystemExit(f"{bare.name}: {bare.runs[-1]}")
    totals = mail.totals()
    if not totals["accepted"] == totals["said_quit"] == 2 * args.rounds * args.hosts:
        raise SystemExit(f"one connection a host, and a QUIT in each, were to come: {totals}")
    walls, cpus = probe_seconds(probed, plain), probe_seconds(probed, plain, "cpu")
    rate = args.hosts / statistics.median(walls)
    bare_rate = args.hosts / bare.median("wall_s")
    share = statistics.median(run["wall_s"] / wall for run, wall in zip(bare.runs, walls))
    cost = statistics.median(cpu / run["cpu_s"] for run, cpu in zip(bare.runs, cpus))
    rows = [(plain.name, plain.median("wall"), plain.median("cpu"), None),
            (probed.name, probed.median("wall"), probed.median("cpu"), None),
            ("probing alone", statistics.median(walls), statistics.median(cpus), rate),
            (bare.name, bare.median("wall_s"), bare.median("cpu_s"), bare_rate)]
    return [f"{args.hosts:,} hosts, {AT_ONCE:,} connections at once, {args.rounds} rounds:", "",
            "| | wall s | CPU s | greetings a second |", "|---|--:|--:|--:|",
            *(f"| {name} | {wall:.2f} | {cpu:.2f} | {f'{each:,.0f}' if each else '–'} |"
              for name, wall, cpu, each in rows), "",
            f"Probing alone ÷ bare greeter: {share:.2f} of its greetings a second, "
            f"{cost:.2f} times its CPU.",
            *aims([aim("greetings a second", rate, 5_000, at_least=True)])]


# --- slow -----------------------------------------------------------------------------------------

def slow_run(args, folder, at_once):
    """The share of its connections that a run kept busy, and a row of the table."""
    hosts = SLOW_HOSTS_EACH * at_once
    names = make_world(folder, hosts)
    mail = MailWorld(args.mail_world, folder, SLOW_DELAY_MS, SLOW_UNRESPONSIVE_PER_MILLE)
    with Nsd(args.nsd, folder) as dns, mail, \
            open(os.path.join(folder, "log.txt"), "w", encoding="utf-8") as log:
        plain = resolve(args, folder, dns, mail, "off", at_once)
        probed = resolve(args, folder, dns, mail, "banner", at_once)
        for one, depth in ((plain, "off"), (probed, "banner")):
            one.run(log)
            unresponsive = check(folder, depth, names, SLOW_UNRESPONSIVE_PER_MILLE)
    totals = mail.totals()
    # Some are hung up on, and their successors there, before the world has noticed.
    if totals["accepted"] != hosts or totals["open_max"] > 1.1 * at_once:
        raise SystemExit(f"{hosts} connections, {at_once} at once, were to come: {totals}")
    session_s = (unresponsive * TIMEOUT_S + (hosts - unresponsive) * SLOW_DELAY_MS / 1e3) / hosts
    least_s = hosts * session_s / at_once
    took_s = probe_seconds(probed, plain)[0]
    return least_s / took_s, (f"| {at_once:,} | {hosts:,} | {session_s:.2f} | {least_s:.1f} "
                              f"| {took_s:.1f} | {probed.median('cpu'):.2f} "
                              f"| {probed.median('peak_mib'):.0f} | {totals['open_max']:,} |")


def slow(args, folder):
    runs = [(at_once, *slow_run(args, folder, at_once)) for at_once in args.slow_at_once]
    return [f"Hosts that greet after {SLOW_DELAY_MS / 1e3:g} s, {SLOW_UNRESPONSIVE_PER_MILLE / 10:g} % "
            f"never; --probe-timeout {TIMEOUT_S}s:", "",
            "| at once | hosts | mean session s | sessions ÷ at once, s | probing s | CPU s "
            "| peak MiB | most open |", "|--:|--:|--:|--:|--:|--:|--:|--:|",
            *(row for _, _, row in runs),
            *aims([aim(f"sessions' time ÷ (probing × {at_once:,})", share, 0.9, at_least=True)
                   for at_once, share, _ in runs])]


PARTS = {"greetings": greetings, "slow": slow}


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help="greetings, slow")
    parser.add_argument("--hosts", type=int, default=10_000, help="of part greetings")
    parser.add_argument("--rounds", type=int, default=5, help="of part greetings")
    parser.add_argument("--slow-at-once", type=int, nargs="+", default=SLOW_AT_ONCE)
    add_peer_arguments(parser)
    for program in ("mail_world", "bare_greeter"):
        parser.add_argument(f"--{program.replace('_', '-')}", default=os.path.join(BUILD, program))
    return parse_parts(parser, PARTS)


def main():
    args = parse_args()
    # A connection is a descriptor, at either end.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    run_parts(args, PARTS)
    command = " ".join(["bench/whole/probe.py", *sys.argv[1:]])
    print(f"{os.cpu_count()} cores shared with the servers. `{command}`")


if __name__ == "__main__":
    main()
