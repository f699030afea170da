#!/usr/bin/env python3
"""scripts/resolver, with real Unbound, before the name servers of a world of its own (NSD).

    resolver_test.py PROGRAM ROOT

Everything runs in a network namespace with nothing but loopback: no packet leaves the machine. Ends
with 77, a skip, if the system permits none, or a package is missing.
"""

import json
import os
import pathlib
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM, ROOT = None, None
SKIPPED = 77
SECONDS_MAX = 120
NEEDED = ("/usr/sbin/nsd", "/usr/sbin/unbound", "/usr/bin/openssl", "/usr/share/dns/root.key")

ZONE = """\
$TTL 3600
. SOA ns.test. host.test. 1 3600 3600 3600 300
. NS ns.test.
ns.test. A 127.0.0.1
good.com. MX 10 mx.good.com.
mx.good.com. A 192.0.3.1
inside.com. A 10.1.2.3
own.com. A 192.0.3.2
"""
LIST = "email\na@good.com\nb@inside.com\nc@own.com\nd@gone.com\n"
EXPECTED = ["mx_ok,mx", "dead_mx,implicit_nonpublic", "mx_ok,implicit_mx", "no_mx,nxdomain"]

NSD_CONFIG = """\
server:
  ip-address: 127.0.0.1@{port}
  username: ""
  zonesdir: "{folder}"
  database: ""
  pidfile: ""
  zonelistfile: "{folder}/zone.list"
  xfrdfile: "{folder}/xfrd.state"
  xfrdir: "{folder}"
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: "."
  zonefile: "root.zone"
"""

# That world instead of the internet. It is not signed.
STUB = """\
server:
  module-config: "iterator"
  do-not-query-localhost: no
  local-zone: "test." nodefault
"""
STUB_ZONE = """\
stub-zone:
  name: "."
  stub-addr: 127.0.0.1@{port}
  stub-prime: no
"""

TLS_CONFIG = """\
server:
  interface: 127.0.0.1@{port}
  tls-port: {port}
  tls-service-key: "{folder}/key.pem"
  tls-service-pem: "{folder}/cert.pem"
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: ""
  use-syslog: no
  do-daemonize: no
remote-control:
  control-enable: no
"""


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        return udp.getsockname()[1]


def wait_for(condition, what):
    until = time.monotonic() + 20
    while not condition():
        if time.monotonic() > until:
            raise AssertionError("not within 20 s: " + what)
        time.sleep(0.02)


def listens(port):
    """By TCP: all servers here listen so too. (A connection could be one to itself.)"""
    with socket.socket() as tcp:
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tcp.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


class ResolverScript(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.folder.chmod(0o755)  # Unbound gives up its rights
        self.addCleanup(shutil.rmtree, self.folder)
        self.dir = self.folder / "resolver"
        self.port = free_port()
        self.authority = free_port()
        self.write("root.zone", ZONE)
        self.write("nsd.conf", NSD_CONFIG.format(port=self.authority, folder=self.folder))
        self.write("list.csv", LIST)
        self.start(self.authority, "/usr/sbin/nsd", "-d", "-c", str(self.folder / "nsd.conf"))
        self.stub = self.write("stub.conf", STUB + STUB_ZONE.format(port=self.authority))

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def start(self, port, *command):
        log = open(self.folder / "log", "w")
        self.addCleanup(log.close)
        process = subprocess.Popen(command, stdout=log, stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)  # killed, NSD would leave its children
        wait_for(lambda: listens(port), command[0])

    def script(self, *arguments):
        words = [str(ROOT / "scripts/resolver"), "--dir", str(self.dir), *arguments]
        environment = dict(os.environ, MXBULK=str(PROGRAM))
        done = subprocess.run(words, env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=SECONDS_MAX)
        return done.returncode, done.stdout

    def start_resolver(self, *arguments):
        self.addCleanup(self.script, "--stop")
        return self.script("--port", str(self.port), *arguments)

    def pid(self):
        return int((self.dir / "unbound.pid").read_text())

    def expect_verdicts(self, resolver):
        done = subprocess.run(
            [str(PROGRAM), "validate", str(self.folder / "list.csv"), "-q", "--resolver", resolver,
             "--columns", "verdict,reason"], capture_output=True, text=True, timeout=SECONDS_MAX)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [line.split(",", 1)[1] for line in done.stdout.splitlines()[1:]]
        self.assertEqual(rows, EXPECTED)

    def test_starts_is_checked_and_prints_the_flag(self):
        code, text = self.start_resolver("--include", self.stub)
        self.assertEqual(code, 0, text)
        flag = re.search(r"--resolver (127\.0\.0\.1:\d+)", text)
        self.assertIsNotNone(flag, text)
        self.assertEqual(flag.group(1), f"127.0.0.1:{self.port}")
        self.assertIn("UDP             answers", text)
        self.expect_verdicts(flag.group(1))

    def test_does_not_run_as_root(self):
        code, text = self.start_resolver("--include", self.stub)
        self.assertEqual(code, 0, text)
        owner = os.stat(f"/proc/{self.pid()}").st_uid
        self.assertEqual(pwd.getpwuid(owner).pw_name, "unbound")

    def test_listens_on_loopback_alone(self):
        code, text = self.start_resolver("--include", self.stub)
        self.assertEqual(code, 0, text)
        found = subprocess.run(["ss", "-Hlnu", f"sport = :{self.port}"], capture_output=True,
                               text=True, check=True).stdout.split("\n")
        addresses = {line.split()[3] for line in found if line}
        self.assertEqual(addresses, {f"127.0.0.1:{self.port}"})

    def test_stop_ends_it_and_started_again_replaces_it(self):
        for _ in range(2):
            code, text = self.start_resolver("--include", self.stub)
            self.assertEqual(code, 0, text)
        code, text = self.script("--stop")
        self.assertEqual((code, text), (0, "stopped\n"))
        self.assertFalse(listens(self.port))
        code, text = self.script("--stop")
        self.assertEqual(code, 1, text)

    def test_a_stale_process_number_is_not_killed(self):
        self.script("--write-only")
        (self.dir / "unbound.pid").write_text(str(os.getpid()))
        code, text = self.script("--stop")
        self.assertEqual(code, 1, text)

    def test_a_resolver_that_cannot_resolve_is_stopped(self):
        stub = self.write("dead.conf", STUB + STUB_ZONE.format(port=free_port()))
        code, text = self.start_resolver("--include", stub)
        self.assertEqual(code, 5, text)
        self.assertNotIn("--resolver 127.0.0.1", text)
        self.assertFalse(listens(self.port))

    def test_no_name_of_a_domain_is_in_its_folder(self):
        code, text = self.start_resolver("--include", self.stub)
        self.assertEqual(code, 0, text)
        self.expect_verdicts(f"127.0.0.1:{self.port}")
        for path in self.dir.iterdir():
            self.assertNotIn("good.com", path.read_text(errors="replace"), path)

    def test_the_configuration_limits_no_client_and_is_accepted(self):
        code, text = self.script("--write-only", "--threads", "3")
        self.assertEqual(code, 0, text)
        configuration = (self.dir / "unbound.conf").read_text()
        for line in ("num-threads: 3", "rrset-cache-slabs: 4", " ratelimit: 0", "ip-ratelimit: 0",
                     "serve-expired: no"):
            self.assertIn(line, configuration)
        self.assertEqual(text.strip(), str(self.dir / "unbound.conf"))

    def test_wrong_options_end_with_2(self):
        for wrong in (["--port", "x"], ["--port"], ["--threads", "0"], ["--forward-tls", "dns"],
                      ["--forward-tls", "1.2.3.4#a;b"], ["--include", "/nonexistent"], ["--what"]):
            code, text = self.script("--write-only", *wrong)
            self.assertEqual(code, 2, f"{wrong}: {text}")

    def test_the_folder_of_something_else_is_refused(self):
        self.dir.mkdir()
        (self.dir / "precious").write_text("mine")
        before = self.dir.stat()
        code, text = self.script("--write-only")
        self.assertEqual(code, 2, text)
        self.assertEqual((self.dir.stat().st_mode, self.dir.stat().st_uid),
                         (before.st_mode, before.st_uid))

    # --- over TLS

    def tls_forwarder(self, name):
        """A resolver with a certificate for `name`; returns its port."""
        tls = self.folder / "tls"
        tls.mkdir()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
                        "-keyout", str(tls / "key.pem"), "-out", str(tls / "cert.pem")],
                       check=True, capture_output=True)
        (tls / "cert.pem").chmod(0o644)
        port = free_port()
        text = TLS_CONFIG.format(port=port, folder=tls)
        (tls / "unbound.conf").write_text(text + STUB + STUB_ZONE.format(port=self.authority))
        self.start(port, "/usr/sbin/unbound", "-d", "-c", str(tls / "unbound.conf"))
        return port

    def trust(self):
        more = STUB + f'  tls-cert-bundle: "{self.folder}/tls/cert.pem"\n'
        return self.write("trust.conf", more)

    def test_forward_tls_gives_the_same_verdicts(self):
        port = self.tls_forwarder("dns.friend.test")
        code, text = self.start_resolver("--include", self.trust(), "--forward-tls",
                                         f"127.0.0.1@{port}#dns.friend.test")
        self.assertEqual(code, 0, text)
        self.expect_verdicts(f"127.0.0.1:{self.port}")

    def test_forward_tls_sends_nothing_to_a_server_with_another_name(self):
        port = self.tls_forwarder("dns.other.test")
        code, text = self.start_resolver("--include", self.trust(), "--forward-tls",
                                         f"127.0.0.1@{port}#dns.friend.test")
        self.assertEqual(code, 5, text)
        self.assertFalse(listens(self.port))

    def test_forward_tls_of_a_name_never_falls_back_to_clear_text(self):
        for name in ("quad9", "cloudflare", "google"):
            code, text = self.script("--write-only", "--forward-tls", name)
            self.assertEqual(code, 0, text)
            configuration = (self.dir / "unbound.conf").read_text()
            self.assertIn("forward-first: no", configuration)
            self.assertIn("forward-tls-upstream: yes", configuration)
            addresses = re.findall(r"forward-addr: (\S+)", configuration)
            self.assertEqual(len(addresses), 2)
            for address in addresses:
                self.assertRegex(address, r"^[\d.]+@853#[a-z0-9.-]+$")


def main():
    global PROGRAM, ROOT
    PROGRAM, ROOT = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
    for path in NEEDED:
        if not os.path.exists(path):
            print(f"skipped: {path} is missing")
            return SKIPPED
    if sys.argv[3:4] != ["--inside"]:
        words = ["unshare", "--net"]
        # Not as another user in a namespace of users: there Unbound could not give up its rights.
        if os.getuid() != 0 or subprocess.run(words + ["true"], capture_output=True).returncode:
            print("skipped: no network namespace of its own (root may make one)")
            return SKIPPED
        words += ["sh", "-c", 'ip link set lo up && exec "$@"', "sh", sys.executable, "-B",
                  *sys.argv, "--inside"]
        return subprocess.run(words).returncode
    return 0 if unittest.main(argv=sys.argv[:1], exit=False).result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
