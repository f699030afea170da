"""What the programs here share: commands that are run once a round, their times, their ratios."""
import json
import os
import select
import shutil
import signal
import statistics
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.normpath(os.path.join(HERE, "..", "..", "build", "bench"))


class Contestant:
    """A command that is run once a round. `shell`: bash runs it, and counts its children.
    `reports`: its standard output is one JSON object, whose values are kept beside the kernel's.
    `limit_s`: it is killed after this time. `fine`: the exit codes that do not end the benchmark;
    -9 is that of a killed one."""

    def __init__(self, name, command, lookups=None, stdin=None, shell=False, fine=(0,),
                 reports=False, limit_s=None):
        self.name = name
        self.command = ["bash", "-c", "set -o pipefail; " + command] if shell else command
        self.lookups = lookups
        self.stdin = stdin
        self.fine = fine
        self.reports = reports
        self.limit_s = limit_s
        self.runs = []

    def run(self, log):
        with open(self.stdin or os.devnull, "rb") as stdin, tempfile.TemporaryFile() as report:
            began = time.monotonic()
            # Everything is waited for with its children: CPU and peak memory are the kernel's.
            child = subprocess.Popen(self.command, stdin=stdin,
                                     stdout=report if self.reports else log, stderr=log,
                                     env={**os.environ, "LC_ALL": "C"})
            if self.limit_s is not None:
                kill_after(child.pid, self.limit_s)
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.monotonic() - began
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode not in self.fine:
                raise SystemExit(f"{self.name}: exit code {child.returncode}, see {log.name}")
            report.seek(0)
            said = json.load(report) if self.reports else {}
        self.runs.append({"wall": wall, "cpu": usage.ru_utime + usage.ru_stime,
                          "peak_mib": usage.ru_maxrss / 1024, "exit_code": child.returncode,
                          **said})

    def median(self, what):
        return statistics.median(run[what] for run in self.runs)

    def ratio(self, ours, what, what_here=None):
        """The median of ours ÷ this, round by round."""
        pairs = zip(ours.runs, self.runs)
        return statistics.median(our[what] / run[what_here or what] for our, run in pairs)


def kill_after(pid, limit_s):
    """Waits until the child ends; kills it after `limit_s`."""
    descriptor = os.pidfd_open(pid)
    try:
        ended, _, _ = select.select([descriptor], [], [], limit_s)
        if not ended:
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
    finally:
        os.close(descriptor)


def peers(args, folder, port, lookups, kind=""):
    """dnsperf and massdns, if installed, over questions.txt and names.txt."""
    inside = lambda name: os.path.join(folder, name)
    listed = []
    if shutil.which(args.dnsperf):
        listed.append(Contestant(
            f"dnsperf, 1 thread{kind}",
            [args.dnsperf, "-s", "127.0.0.1", "-p", str(port), "-d", inside("questions.txt"),
             "-n", "1", "-c", "1", "-T", "1"], lookups=lookups))
    if args.massdns:
        with open(inside("resolvers"), "w", encoding="ascii") as out:
            out.write(f"127.0.0.1:{port}\n")
        listed.append(Contestant("massdns (MX only)",
                                 [args.massdns, "-r", inside("resolvers"), "-t", "MX", "-o", "S",
                                  "-w", inside("massdns.txt"), inside("names.txt")],
                                 lookups=args.domains))
    return listed


def aim(text, value, limit, at_least=False):
    """A line of the table that aims() makes."""
    is_met = value >= limit if at_least else value <= limit
    return (f"| {text} | {'≥' if at_least else '≤'} {limit} | {value:.2f} "
            f"| {'yes' if is_met else '**no**'} |")


def aims(lines):
    return ["", "| aim | | measured | met |", "|---|--:|--:|---|", *lines, ""]


def add_peer_arguments(parser):
    parser.add_argument("--mxbulk", default=os.path.join(BUILD, "mxbulk"))
    parser.add_argument("--bare-loop", default=os.path.join(BUILD, "bare_loop"))
    parser.add_argument("--nsd", default="nsd")
    parser.add_argument("--dnsperf", default="dnsperf")
    parser.add_argument("--massdns", help="path; skipped if not given")
    parser.add_argument("--folder", help="kept after the run; a temporary one if not given")


def in_folder(args, work):
    """Calls work(folder) with --folder, or with a temporary one."""
    if args.folder:
        os.makedirs(args.folder, exist_ok=True)
        work(os.path.abspath(args.folder))
        return
    with tempfile.TemporaryDirectory(prefix="mxbulk-bench-") as folder:
        work(folder)


def parse_parts(parser, parts):
    """The arguments; positional ones name some of `parts`."""
    args = parser.parse_args()
    for part in args.parts:
        if part not in parts:
            parser.error(f"no part {part}: {', '.join(parts)}")
    return args


def run_parts(args, parts):
    """Prints what parts[name](args, folder) gives, for those asked for or all."""

    def run(folder):
        for part in args.parts or parts:
            inside = os.path.join(folder, part)
            os.makedirs(inside, exist_ok=True)
            print("\n".join(parts[part](args, inside)), flush=True)

    in_folder(args, run)
