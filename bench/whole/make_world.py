#!/usr/bin/env python3
"""Makes a mailing list and the DNS world for its domains; the same seed, the same bytes.

    make_world.py FOLDER --rows 1000000 --domains 100000 --seed 1

FOLDER then holds
    list.csv       rows of six columns, the fourth is the e-mail address
    root.zone      one zone at the root, for any authoritative server
    names.txt      every domain once, in order of first appearance
    questions.txt  the same as `name MX`, for dnsperf
    expected.tsv   domain, reason: what DNS of this world makes of it
    expected.json  rows by reason
"""
import argparse
import collections
import itertools
import json
import os
import random

# Of 1,000 domains, as they are met in lists of companies and private people.
KINDS = {
    "google": 220, "microsoft": 260, "hoster": 300, "own": 120, "cname": 10,  # mx
    "implicit_mx": 20, "nxdomain": 30, "no_address": 10, "rfc7505": 10,
    "mx_unresolvable": 7, "mx_nonpublic": 6, "implicit_nonpublic": 7,
}
MX_KINDS = {"google", "microsoft", "hoster", "own", "cname"}
FREE_MAIL = [
    "gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "aol.com", "gmx.de",
    "web.de", "mail.ru", "orange.fr", "free.fr", "live.com", "comcast.net", "msn.com", "t-online.de",
    "libero.it", "wanadoo.fr", "yandex.ru", "btinternet.com", "me.com",
]
FREE_MAIL_SHARE = 0.60
INVALID_SHARE = 0.015
HOSTERS = 400
TLDS = ["com"] * 10 + ["net", "org", "de", "co.uk", "fr", "it", "nl", "io", "eu", "es"]
WORDS = ["north", "blue", "alpha", "river", "stone", "solar", "metro", "green", "prime", "urban",
         "delta", "ocean", "iron", "swift", "royal", "terra", "vista", "nova", "silver", "atlas"]
TRADES = ["soft", "works", "media", "group", "tech", "foods", "design", "bank", "motors", "labs",
          "trade", "legal", "health", "energy", "travel", "print", "music", "books", "farm", "shop"]
FIRST = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Radia", "Paul", "Margaret", "Jon"]
LAST = ["Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth", "Perlman", "Mockapetris",
        "Hamilton", "Postel"]
COUNTRIES = ["DE", "FR", "GB", "US", "IT", "ES", "NL", "SE", "PL", "BR"]
INVALID = [("", "empty"), ("no-at.example.org", "no_at"), ("someone@com", "dotless"),
           ("two words@gmail.com", "bad_local"), ("x@-bad.example.org", "bad_domain")]


def make_domains(count, rng):
    domains = list(FREE_MAIL)
    for number in range(count - len(domains)):
        word, trade = rng.choice(WORDS), rng.choice(TRADES)
        domains.append(f"{word}-{trade}{number}.{rng.choice(TLDS)}")
    return domains


def public_addresses():
    """20.0.0.0/8 in order: global unicast, and nothing is ever sent there."""
    for number in itertools.count(1):
        yield f"20.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def write_shared_hosts(zone, addresses):
    zone.write("$ORIGIN .\n$TTL 3600\n"
               ". IN SOA a.root-servers.test. admin.root-servers.test. 1 1800 900 604800 300\n"
               ". IN NS a.root-servers.test.\na.root-servers.test. IN A 9.9.9.10\n"
               "private.example-host.net. IN A 10.0.0.1\n")
    for name in ["aspmx"] + [f"alt{i}.aspmx" for i in range(1, 5)]:
        zone.write(f"{name}.l.google.com. IN A {next(addresses)}\n")
    for number in range(HOSTERS):
        for host in ("mx1", "mx2"):
            zone.write(f"{host}.hoster{number}.net. IN A {next(addresses)}\n")


def write_domain(zone, domain, kind, rng, addresses):
    def mx(preference, exchange):
        zone.write(f"{domain}. IN MX {preference} {exchange}\n")

    if kind == "google":
        mx(1, "aspmx.l.google.com.")
        for number, preference in ((1, 5), (2, 5), (3, 10), (4, 10)):
            mx(preference, f"alt{number}.aspmx.l.google.com.")
    elif kind == "microsoft":
        host = domain.replace(".", "-") + ".mail.protection.outlook.com."
        mx(0, host)
        zone.write(f"{host} IN A {next(addresses)}\n")
    elif kind == "hoster":
        hoster = rng.randrange(HOSTERS)
        mx(10, f"mx1.hoster{hoster}.net.")
        mx(20, f"mx2.hoster{hoster}.net.")
    elif kind == "own":
        mx(10, f"mail.{domain}.")
        zone.write(f"mail.{domain}. IN A {next(addresses)}\n")
    elif kind == "cname":
        zone.write(f"{domain}. IN CNAME gmail.com.\n")
    elif kind == "implicit_mx":
        zone.write(f"{domain}. IN A {next(addresses)}\n")
    elif kind == "no_address":
        zone.write(f"{domain}. IN TXT \"parked\"\n")
    elif kind == "rfc7505":
        mx(0, ".")
    elif kind == "mx_unresolvable":
        mx(10, f"gone.{domain}.")
    elif kind == "mx_nonpublic":
        mx(10, "private.example-host.net.")
    elif kind == "implicit_nonpublic":
        zone.write(f"{domain}. IN A 127.0.0.1\n")
    # nxdomain: not there at all


def choose_kinds(domains, rng):
    chosen = rng.choices(list(KINDS), weights=KINDS.values(), k=len(domains))
    for number in range(len(FREE_MAIL)):
        chosen[number] = "own"
    return dict(zip(domains, chosen))


def choose_row_domains(domains, rows, rng):
    """Each domain once; the rest by Zipf, most of it at the large providers."""
    rest = rows - len(domains)
    free = round(rest * FREE_MAIL_SHARE)
    others = domains[len(FREE_MAIL):]
    weights = lambda names: [1 / (rank + 1) for rank in range(len(names))]
    chosen = list(domains)
    chosen += rng.choices(FREE_MAIL, weights=weights(FREE_MAIL), k=free)
    chosen += rng.choices(others, weights=weights(others), k=rest - free)
    rng.shuffle(chosen)
    return chosen


def write_list(path, row_domains, reasons, rng):
    counts = collections.Counter()
    seen = set()
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write("id,first_name,last_name,email,country,note\n")
        for number, domain in enumerate(row_domains):
            first, last = rng.choice(FIRST), rng.choice(LAST)
            address = f"{first}.{last}{rng.randrange(100000)}@{domain}".lower()
            reason = reasons[domain]
            if domain in seen and rng.random() < INVALID_SHARE:
                address, reason = rng.choice(INVALID)
            seen.add(domain)
            counts[reason] += 1
            note = '"met at the fair, twice"' if number % 10 == 0 else "newsletter"
            out.write(f"{number},{first},{last},{address},{rng.choice(COUNTRIES)},{note}\n")
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--domains", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if not len(FREE_MAIL) <= args.domains <= args.rows:
        parser.error(f"--domains must be at least {len(FREE_MAIL)} and at most --rows")
    rng = random.Random(args.seed)
    inside = lambda name: os.path.join(args.folder, name)

    domains = make_domains(args.domains, rng)
    kinds = choose_kinds(domains, rng)
    reasons = {domain: "mx" if kind in MX_KINDS else kind for domain, kind in kinds.items()}
    with open(inside("root.zone"), "w", encoding="ascii") as zone:
        addresses = public_addresses()
        write_shared_hosts(zone, addresses)
        for domain, kind in kinds.items():
            write_domain(zone, domain, kind, rng, addresses)
    row_domains = choose_row_domains(domains, args.rows, rng)
    counts = write_list(inside("list.csv"), row_domains, reasons, rng)
    ordered = list(dict.fromkeys(row_domains))
    for name, line in (("names.txt", "{}\n"), ("questions.txt", "{} MX\n")):
        with open(inside(name), "w", encoding="ascii") as out:
            out.writelines(line.format(domain) for domain in ordered)
    with open(inside("expected.tsv"), "w", encoding="ascii") as out:
        out.writelines(f"{domain}\t{reasons[domain]}\n" for domain in ordered)
    with open(inside("expected.json"), "w", encoding="ascii") as out:
        json.dump({"rows": args.rows, "domains": args.domains, "rows_by_reason": counts}, out)


if __name__ == "__main__":
    main()
