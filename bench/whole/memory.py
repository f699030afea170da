#!/usr/bin/env python3
"""What each more domain and each more exchange costs in memory; row_memory.py has the rows.

    cmake --preset bench && cmake --build --preset bench
    bench/whole/memory.py                       # some minutes
    bench/whole/memory.py --few 100000 --many 500000

Runs `mxbulk validate` over a list of --few domains and over one of --many, at a resolver on loopback
that knows one exchange for all of them (shared), then at one that knows one for each (own). A
domain's bytes are the slope of the peak resident memory between the two lists, less the octets of
its name; an exchange's are the slope of own less that of shared, less the octets of its name.
"""
import argparse
import os
import sys

sys.dont_write_bytecode = True
from contest import BUILD, Contestant, in_folder
from servers import SlowResolver

BYTES_MAX = 100    # for each more domain, and for each more exchange
LATENCY_MS, SIGMA = 0.1, 0.5
NAME = "company-{:07}.example-slow.net"
# In wire form a name has two octets more than its text; its exchange is a name under it.
NAME_OCTETS = len(NAME.format(0)) + 2
EXCHANGE_OCTETS = NAME_OCTETS + len("mx.")
MEMORY = "8M"  # for rows in flight: as many in a short list as in a long one


def make_list(path, domains):
    with open(path, "w", encoding="ascii") as out:
        out.write("email,note\n")
        out.writelines(f"jo@{NAME.format(number)},newsletter\n" for number in range(domains))
    return path


def peak_bytes(args, folder, port, domains):
    """Of one run over as many rows; every one of them has to be mx_ok."""
    path = make_list(os.path.join(folder, "list.csv"), domains)
    output = os.path.join(folder, "out.csv")
    one = Contestant("mxbulk", [args.mxbulk, "validate", path, "-r", f"127.0.0.1:{port}", "-q",
                                "--memory", MEMORY, "-o", output])
    with open(os.path.join(folder, "log.txt"), "w", encoding="utf-8") as log:
        one.run(log)
    with open(output, encoding="ascii") as found:
        good = sum(",mx_ok,mx," in line for line in found)
    if good != domains:
        raise SystemExit(f"{good} rows of {domains} are mx_ok")
    os.remove(path)
    os.remove(output)
    return one.runs[0]["peak_mib"] * 2**20


def slope(args, folder, own):
    with SlowResolver(args.slow_resolver, folder, LATENCY_MS, SIGMA, own) as server:
        few = peak_bytes(args, folder, server.port, args.few)
        many = peak_bytes(args, folder, server.port, args.many)
    kind = "own" if own else "shared"
    print(f"{kind}: peak {few / 2**20:.0f} MiB with {args.few:,} domains, "
          f"{many / 2**20:.0f} MiB with {args.many:,}", flush=True)
    return (many - few) / (args.many - args.few)


def line(text, value, limit):
    return f"| {text} | ≤ {limit} | {value:.1f} | {'yes' if value <= limit else '**no**'} |"


def measure(args, folder):
    domain = slope(args, folder, own=False)
    both = slope(args, folder, own=True)
    print("\n".join([
        "", "| | aim | measured | met |", "|---|--:|--:|---|",
        line("bytes for each more domain, its name apart", domain - NAME_OCTETS, BYTES_MAX),
        line("bytes for each more exchange, its name apart", both - domain - EXCHANGE_OCTETS,
             BYTES_MAX),
        "", f"`{' '.join(['bench/whole/memory.py', *sys.argv[1:]])}`"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--few", type=int, default=1_000_000)
    parser.add_argument("--many", type=int, default=5_000_000)
    parser.add_argument("--mxbulk", default=os.path.join(BUILD, "mxbulk"))
    parser.add_argument("--slow-resolver", default=os.path.join(BUILD, "slow_resolver"))
    parser.add_argument("--folder", help="kept after the run; a temporary one if not given")
    args = parser.parse_args()
    in_folder(args, lambda folder: measure(args, folder))


if __name__ == "__main__":
    main()
