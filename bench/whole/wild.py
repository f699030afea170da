"""Part `wild` of dns.py: `--concurrency auto` at resolvers that fail or ration.

Each case is a `wild_resolver` with some flags, alone or with dnsmasq or dnsdist in front of it. `mxbulk
resolve` runs with `auto` and with fixed windows, each time with a server started anew. Names
chosen by `--failing` fail on every attempt, so they must be unknown; any other name that is
unknown counts as an error of the run. A verdict other than mx_ok or unknown is false, and ends the
benchmark.

The best fixed window is the fastest of those that leave at most 0.1 % unknown. If none does, the
least time that the limit of the resolver allows takes its place, if the case has one.
"""
import contextlib
import dataclasses
import json
import os
import statistics
import sys

from contest import BUILD, Contestant, aim, aims
from servers import Dnsdist, Dnsmasq, WildResolver

UNKNOWN_MAX = 0.001
KILLED = -9
EXIT_CODES = range(-9, 64)  # all: a run that fails is a line of the table
SLOWER_MAX = 1.2
THROUGHPUT_MIN = 0.8
ALWAYS_FAILING_COST_MAX_S = 20
CAP = 150  # of dnsmasq, by default
PER_SECOND = 200
NAME = "company-{:07}.example-slow.net"


@dataclasses.dataclass
class Case:
    """`aim`: fast, throughput, passes or cost; see case_aims(). `failing`: percent of the names
    that must be unknown. `bound_s`: no client can be faster. `front`: the server that is asked, made
    of the arguments, the folder and the port of the wild_resolver; that itself if None."""
    name: str
    names: int
    flags: list
    windows: list
    aim: str
    failing: float = 0
    bound_s: float = None
    front: object = None


def flags(**values):
    return [word for flag, value in values.items()
            for word in (f"--{flag.replace('_', '-')}", str(value))]


def dnsmasq(args, folder, upstream):
    return Dnsmasq(args.dnsmasq, folder, upstream)


def dnsdist(per_second, over):
    return lambda args, folder, upstream: Dnsdist(args.dnsdist, folder, upstream, per_second, over)


def cases(domains):
    for failure in ("silent", "servfail-slow"):
        for failing in (0, 1, 3, 10, 30):
            if failing == 0 and failure != "silent":
                continue
            yield Case(f"{failure}-{failing}", domains, flags(failing=failing, failure=failure),
                       [500, 2_000, 8_000, 20_000, 60_000] if failing < 3
                       else [2_000, 8_000, 20_000, 60_000], "fast", failing)
    for delay_ms in (20, 50, 300):
        bound_s = 4_000 * delay_ms / 1e3 / CAP
        yield Case(f"cap-{delay_ms}ms", 4_000, flags(cap=CAP, delay_ms=delay_ms),
                   [50, 100, 140, 500, 2_000], "throughput", bound_s=bound_s)
        yield Case(f"dnsmasq-{delay_ms}ms", 4_000, flags(delay_ms=delay_ms),
                   [50, 100, 140, 500, 2_000], "throughput", bound_s=bound_s, front=dnsmasq)
    for over in ("refused", "servfail", "silent"):
        for delay_ms in (0, 20):
            yield Case(f"limit-{over}-{delay_ms}ms", 1_000,
                       flags(per_second=PER_SECOND, over=over, delay_ms=delay_ms),
                       [2, 4, 30, 100], "throughput", bound_s=1_000 * 0.98 / PER_SECOND)
        for per_second, names in ((PER_SECOND, 1_000), (10, 100)):
            if (per_second, over) != (10, "servfail"):
                yield Case(f"dnsdist-{over}-{per_second}", names, flags(delay_ms=5),
                           [2, 4, 30, 100], "throughput", bound_s=names / per_second - 1,
                           front=dnsdist(per_second, over))
    for failure in ("silent", "servfail"):
        yield Case(f"passing-{failure}", 2_000,
                   flags(failing=100, failure=failure, fails_for_ms=4_000), [100, 2_000], "passes")
    yield Case("random-servfail", 20_000, flags(random_servfail=20), [500, 2_000, 8_000], "passes")
    yield Case("always-servfail", 20_000, flags(failing=5, failure="servfail"), [2_000], "cost", 5)


def selected(args):
    listed = list(cases(args.domains))
    if not args.case:
        return listed
    names = [case.name for case in listed]
    wanted = [case for case in listed
              if any(case.name == one or one not in names and case.name.startswith(one)
                     for one in args.case)]
    if not wanted:
        raise SystemExit(f"no case {', '.join(args.case)}: {', '.join(names)}")
    return wanted


def failing_names(names, percent):
    """Those that wild_resolver chooses: FNV-1a modulo 10,000."""
    if percent == 0:
        return set()
    found = set()
    for name in names:
        value = 0xcbf29ce484222325
        for byte in name.encode("ascii"):
            value = (value ^ byte) * 0x100000001b3 & 0xffffffffffffffff
        if value % 10_000 < percent * 100:
            found.add(name)
    return found


def read_output(path, must_fail):
    """How many names are mx_ok."""
    found = 0
    if not os.path.exists(path):
        return found
    with open(path, encoding="utf-8") as written:
        for record in map(json.loads, written):
            if record["verdict"] == "unknown":
                continue
            if record["verdict"] != "mx_ok" or record["domain"] in must_fail:
                raise SystemExit(f"{record['domain']} is {record['verdict']}/{record['reason']}")
            found += 1
    return found


def run_once(args, folder, case, one, server_flags, must_fail, log):
    """Adds to the last run of `one` its unknown names and its queries."""
    output, summary = (os.path.join(folder, name) for name in ("out.jsonl", "summary.json"))
    for path in (output, summary):
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)
    with contextlib.ExitStack() as stack:
        upstream = stack.enter_context(WildResolver(args.wild_resolver, folder, server_flags))
        server = upstream
        if case.front:
            server = stack.enter_context(case.front(args, folder, upstream.port))
        window = one.name.split()[0].replace(",", "")
        one.command = [args.mxbulk, "resolve", os.path.join(folder, "names.txt"), "-q", "-r",
                       f"127.0.0.1:{server.port}", "-c", window, "--max-unknown", "100%",
                       "-o", output, "--summary-json", summary]
        one.run(log)
    run = one.runs[-1]
    if run["exit_code"] == KILLED:
        run["wall"] = args.limit_s
    run["unknown"] = case.names - len(must_fail) - read_output(output, must_fail)
    run["queries"] = upstream.queries()
    if os.path.exists(summary):
        with open(summary, encoding="utf-8") as text:
            run["queries"] = json.load(text).get("dns", {}).get("queries", run["queries"])
    print(f"{case.name}, {one.name}: {run['wall']:.2f} s, {run['unknown']} unknown, "
          f"{run['queries']} queries{ending(run)}", file=sys.stderr, flush=True)


def ending(run):
    if run["exit_code"] == 0:
        return ""
    return ", killed" if run["exit_code"] == KILLED else f", exit code {run['exit_code']}"


def run_case(args, folder, case):
    """The contestants after all rounds: auto, auto without failing names or None, fixed ones."""
    names = [NAME.format(number) for number in range(case.names)]
    must_fail = failing_names(names, case.failing)
    with open(os.path.join(folder, "names.txt"), "w", encoding="ascii") as out:
        out.writelines(f"{name}\n" for name in names)
    make = lambda name: Contestant(name, [], fine=EXIT_CODES, limit_s=args.limit_s)
    auto = make("auto")
    healthy = make("auto (none failing)") if case.aim == "cost" else None
    fixed = [] if args.only_auto else [make(f"{window:,}") for window in case.windows]
    with open(os.path.join(folder, "log.txt"), "w", encoding="utf-8") as log:
        for _ in range(args.rounds):
            for one in [auto, *fixed]:
                run_once(args, folder, case, one, case.flags, must_fail, log)
            if healthy:
                run_once(args, folder, case, healthy, [], set(), log)
    return auto, healthy, fixed


def unknown_share(case, one):
    return max(run["unknown"] for run in one.runs) / case.names


def best_of(case, fixed):
    good = [one for one in fixed if unknown_share(case, one) <= UNKNOWN_MAX
            and all(run["exit_code"] == 0 for run in one.runs)]
    return min(good, key=lambda one: one.median("wall")) if good else None


def line(case, auto, fixed):
    """The row of the table, and the time to compare with or None."""
    best = best_of(case, fixed)
    best_s = best.median("wall") if best else case.bound_s
    best_name = best.name if best else "none; bound" if best_s else "none" if fixed else "–"
    walls = [run["wall"] for run in auto.runs]
    compared = (f"| {best_s:.2f} | {statistics.median(walls) / best_s:.2f} "
                f"| {max(walls) / best_s:.2f}" if best_s else "| – | – | –")
    endings = "".join(sorted({ending(run) for run in auto.runs}))
    return (f"| {case.name} | {min(walls):.2f}–{max(walls):.2f}{endings} | {best_name} {compared} "
            f"| {unknown_share(case, auto):.2%} | {auto.median('queries'):,.0f} |", best_s)


def case_aims(case, auto, healthy, best_s):
    """fast: no run slower than 1.2 × the best fixed window. throughput: 80 % of the best one's.
    passes: nothing unknown. cost: names that always fail take at most 20 s more."""
    found = [aim(f"{case.name}: unknown beyond those that must be, %",
                 unknown_share(case, auto) * 100, 0 if case.aim == "passes" else UNKNOWN_MAX * 100)]
    worst_s = max(run["wall"] for run in auto.runs)
    if case.aim == "fast" and best_s:
        found.append(aim(f"{case.name}: worst auto ÷ best fixed", worst_s / best_s, SLOWER_MAX))
    if case.aim == "throughput" and best_s:
        answered = 1 - auto.median("unknown") / case.names
        found.append(aim(f"{case.name}: names answered a second, auto ÷ best fixed",
                         answered * best_s / auto.median("wall"), THROUGHPUT_MIN, at_least=True))
    if case.aim == "cost":
        found.append(aim(f"{case.name}: worst auto − auto with no failing name, s",
                         worst_s - healthy.median("wall"), ALWAYS_FAILING_COST_MAX_S))
    return found


def wild(args, folder):
    rows, found = [], []
    for case in selected(args):
        auto, healthy, fixed = run_case(args, folder, case)
        row, best_s = line(case, auto, fixed)
        rows.append(row)
        found += case_aims(case, auto, healthy, best_s)
    return [f"{args.rounds} rounds; a run is killed after {args.limit_s:.0f} s:", "",
            "| case | auto, wall s, min–max | best fixed window | its wall s | median auto ÷ best "
            "| worst auto ÷ best | unknown beyond those that must be | queries of auto |",
            "|---|--:|--:|--:|--:|--:|--:|--:|", *rows, *aims(found)]


def add_wild_arguments(parser):
    parser.add_argument("--wild-resolver", default=os.path.join(BUILD, "wild_resolver"))
    parser.add_argument("--dnsmasq", default="dnsmasq")
    parser.add_argument("--dnsdist", default="dnsdist")
    parser.add_argument("--case", action="append", metavar="PREFIX",
                        help="of part wild; may be given more than once; all if not given")
    parser.add_argument("--only-auto", action="store_true", help="part wild: no fixed windows")
    parser.add_argument("--limit-s", type=float, default=180,
                        help="part wild: a run that takes longer is killed; default 180")
