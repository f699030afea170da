#!/usr/bin/env python3
"""Makes names that share all exchanges, or only some; the same seed, the same bytes.

    wire_world.py FOLDER --names 500000 --own-share 0.4 --seed 1

FOLDER then holds
    root.zone      one zone at the root: each name has one MX record
    names.txt      every name once
    questions.txt  what must be asked, for dnsperf and bare_loop: MX of each name, A of each exchange
    expected.tsv   name, reason, its exchange
"""
import argparse
import os
import random

from make_world import make_domains, public_addresses

SHARED_EXCHANGES = [f"mx{number}.mail-exchange.net" for number in range(24)]
ZONE_HEAD = """\
$ORIGIN .
$TTL 3600
. IN SOA a.root-servers.test. admin.root-servers.test. 1 1800 900 604800 300
. IN NS a.root-servers.test.
a.root-servers.test. IN A 9.9.9.10
"""


def choose_exchanges(names, own_share, rng):
    """An exchange for each name, `own_share` of them in a domain's own name and met only there."""
    own = set(rng.sample(range(len(names)), round(len(names) * own_share)))
    return [f"mail.{name}" if number in own else rng.choice(SHARED_EXCHANGES)
            for number, name in enumerate(names)]


def make_wire_world(folder, names_count, own_share, seed):
    rng = random.Random(seed)
    names = make_domains(names_count, rng)
    exchanges = choose_exchanges(names, own_share, rng)
    hosts = list(dict.fromkeys(exchanges))
    files = {
        "names.txt": (f"{name}\n" for name in names),
        "expected.tsv": (f"{name}\tmx\t{host}\n" for name, host in zip(names, exchanges)),
        "questions.txt": [*(f"{name} MX\n" for name in names), *(f"{host} A\n" for host in hosts)],
        "root.zone": [ZONE_HEAD,
                      *(f"{name}. MX 10 {host}.\n" for name, host in zip(names, exchanges)),
                      *(f"{host}. A {address}\n"
                        for host, address in zip(hosts, public_addresses()))],
    }
    for name, lines in files.items():
        with open(os.path.join(folder, name), "w", encoding="ascii") as out:
            out.writelines(lines)
    return len(names) + len(hosts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--names", type=int, default=500_000)
    parser.add_argument("--own-share", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    make_wire_world(args.folder, args.names, args.own_share, args.seed)


if __name__ == "__main__":
    main()
