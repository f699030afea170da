#!/usr/bin/env python3
"""What the resolver of scripts/resolver can do: answers and domains a second, cold and from its cache.

    cmake --preset bench && cmake --build --preset bench
    bench/whole/resolver.py                    # two minutes
    bench/whole/resolver.py --threads 2 --domains 20000 --rounds 1

Unbound with the configuration of scripts/resolver asks NSD, which serves the world of make_world.py
as one zone. So a miss is one query to a name server on the same machine; on the internet it takes
several, to servers far away, some of which are slow: cold figures are the most that this machine's
processors permit. Needs NSD, Unbound and dnsperf; no packet leaves loopback.
"""
import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from contest import BUILD, HERE
from servers import Nsd, free_port

SCRIPT = os.path.normpath(os.path.join(HERE, "..", "..", "scripts", "resolver"))
STUB = """\
server:
  module-config: "iterator"
  outgoing-interface: 127.0.0.1
  do-not-query-localhost: no
  unblock-lan-zones: yes
  local-zone: "test." nodefault
stub-zone:
  name: "."
  stub-addr: 127.0.0.1@{port}
  stub-prime: no
"""


class Resolver:
    def __init__(self, args, folder, authority):
        self.port = free_port()
        self.dir = ["--dir", os.path.join(folder, "resolver")]
        include = os.path.join(folder, "stub.conf")
        with open(include, "w", encoding="ascii") as out:
            out.write(STUB.format(port=authority))
        self.options = ["--port", str(self.port), "--threads", str(args.threads),
                        "--include", include]
        self.environment = {**os.environ, "MXBULK": args.mxbulk}

    def start(self):
        """With an empty cache."""
        done = subprocess.run([SCRIPT, *self.dir, *self.options], env=self.environment,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(done.stdout + done.stderr)

    def stop(self):
        subprocess.run([SCRIPT, *self.dir, "--stop"], capture_output=True)


def answers_a_second(args, folder, port):
    done = subprocess.run([args.dnsperf, "-s", "127.0.0.1", "-p", str(port), "-n", "1", "-T", "1",
                           "-q", "1000", "-d", os.path.join(folder, "questions.txt")],
                          capture_output=True, text=True, check=True)
    return float(re.search(r"Queries per second:\s+([\d.]+)", done.stdout).group(1))


def domains_a_second(args, folder, port):
    began = time.monotonic()
    with open(os.path.join(folder, "names.txt"), "rb") as names:
        subprocess.run([args.mxbulk, "resolve", "-q", "-r", f"127.0.0.1:{port}"], stdin=names,
                       stdout=subprocess.DEVNULL, check=True)
    return args.domains / (time.monotonic() - began)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--domains", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=1, help="of Unbound")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mxbulk", default=os.path.join(BUILD, "mxbulk"))
    parser.add_argument("--nsd", default="nsd")
    parser.add_argument("--dnsperf", default="dnsperf")
    args = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # Unbound gives up its rights
        subprocess.run([sys.executable, os.path.join(HERE, "make_world.py"), folder, "--rows",
                        str(args.domains), "--domains", str(args.domains)], check=True)
        with Nsd(args.nsd, folder) as nsd:
            resolver = Resolver(args, folder, nsd.port)
            try:
                for _ in range(args.rounds):
                    for measure, what in ((answers_a_second, "answers a second, dnsperf, MX"),
                                          (domains_a_second, "domains a second, mxbulk resolve")):
                        resolver.start()
                        for state in ("cold", "cached"):
                            figure = measure(args, folder, resolver.port)
                            found.setdefault(f"{what}, {state}", []).append(figure)
            finally:
                resolver.stop()
    print(f"Unbound, {args.threads} thread(s), {args.domains:,} domains, "
          f"medians of {args.rounds} rounds")
    for what, figures in found.items():
        each = ", ".join(f"{figure:,.0f}" for figure in figures)
        print(f"  {what:45} {statistics.median(figures):10,.0f}   ({each})")


if __name__ == "__main__":
    main()
