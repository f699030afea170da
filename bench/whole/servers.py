"""DNS servers on a free port of 127.0.0.1, each from start to end of a `with` block."""
import json
import os
import shutil
import socket
import struct
import subprocess
import time

READY_WITHIN_S = 120

NSD_CONFIG = """\
server:
  ip-address: 127.0.0.1@{port}
  do-ip6: no
  server-count: 1
  username: ""
  database: ""
  zonesdir: "{folder}"
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  zonelistfile: "{folder}/zone.list"
  logfile: "{folder}/nsd.log"
  receive-buffer-size: 8388608
  send-buffer-size: 8388608
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: "."
  zonefile: "root.zone"
"""

# outgoing-interface: whatever address a record names, nothing leaves this machine from there.
# "test." would be a zone of Unbound's own (RFC 6761), and the root's name server lives there.
UNBOUND_CONFIG = """\
server:
  interface: 127.0.0.1@{port}
  outgoing-interface: 127.0.0.1
  access-control: 127.0.0.0/8 allow
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: ""
  logfile: "{folder}/unbound.log"
  use-syslog: no
  do-daemonize: no
  do-ip6: no
  num-threads: 1
  outgoing-range: 4096
  num-queries-per-thread: 2048
  module-config: "iterator"
  do-not-query-localhost: no
  unblock-lan-zones: yes
  local-zone: "test." nodefault
remote-control:
  control-enable: no
stub-zone:
  name: "."
  stub-addr: 127.0.0.1@{authority}
  stub-prime: no
"""


def find_program(given):
    """Debian keeps servers in /usr/sbin, which is not in everybody's PATH."""
    found = shutil.which(given) or shutil.which(given, path="/usr/sbin:/sbin")
    if found is None:
        raise SystemExit(f"{given} is not installed (Debian: apt-get install {given})")
    return found


def free_port():
    """Free for UDP and TCP at the time of the call."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind(("127.0.0.1", 0))
            port = udp.getsockname()[1]
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
                try:
                    tcp.bind(("127.0.0.1", port))
                    return port
                except OSError:
                    continue


class Server:
    """`command` with {port} replaced by the port; its standard output is kept."""

    def __init__(self, folder, *command):
        self.port = free_port()
        self.log = os.path.join(folder, "server.log")
        self.command = [word.format(port=self.port) for word in command]
        self.process = None
        self.said = None  # after the end

    def __enter__(self):
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=log)
        self.wait_until_it_answers()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.said, _ = self.process.communicate()

    def wait_until_it_answers(self):
        """Asks for the root's SOA until it comes; the zone is loaded then."""
        question = struct.pack("!6HBHH", 1, 0x0100, 1, 0, 0, 0, 0, 6, 1)
        deadline = time.monotonic() + READY_WITHIN_S
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.connect(("127.0.0.1", self.port))
            client.settimeout(0.5)
            while time.monotonic() < deadline and self.process.poll() is None:
                try:
                    client.send(question)
                    answer = client.recv(4096)
                except TimeoutError:
                    continue
                except ConnectionRefusedError:
                    time.sleep(0.01)
                    continue
                if answer[3] & 15 == 0:
                    return
        self.process.terminate()
        self.process.wait()
        with open(self.log, encoding="utf-8") as text:
            raise SystemExit(f"{self.command[0]} does not answer at {self.port}\n{text.read()}")


class Nsd(Server):
    """Serves FOLDER/root.zone."""

    def __init__(self, program, folder):
        config = os.path.join(folder, "nsd.conf")
        super().__init__(folder, find_program(program), "-d", "-c", config)
        self.log = os.path.join(folder, "nsd.log")
        with open(config, "w", encoding="ascii") as out:
            out.write(NSD_CONFIG.format(port=self.port, folder=folder))


class Unbound(Server):
    """Knows nothing at first and asks the server at `authority`, a port, for everything."""

    def __init__(self, program, folder, authority):
        config = os.path.join(folder, "unbound.conf")
        super().__init__(folder, find_program(program), "-d", "-c", config)
        with open(config, "w", encoding="ascii") as out:
            out.write(UNBOUND_CONFIG.format(port=self.port, folder=folder, authority=authority))


class LabServer(Server):
    """mxbulk's own server over FOLDER/root.zone, with delay and loss."""

    def __init__(self, program, folder, delay_ms, loss):
        super().__init__(folder, program, os.path.join(folder, "root.zone"), "{port}",
                         str(delay_ms), str(loss))


class SlowResolver(Server):
    """`own`: each name has its own exchange."""

    def __init__(self, program, folder, mean_ms, sigma, own=False):
        super().__init__(folder, program, "{port}", str(mean_ms), str(sigma),
                         *(["own"] if own else []))

    def mean_ms(self):
        """What it dealt out, once it has ended."""
        return json.loads(self.said)["mean_ms"]


class WildResolver(Server):
    """`flags`: see wild_resolver.cc."""

    def __init__(self, program, folder, flags):
        super().__init__(folder, program, "{port}", *flags)

    def queries(self):
        """How many came, after it has ended."""
        return json.loads(self.said)["queries"]


class Dnsmasq(Server):
    """With its defaults but for the cache, which is off. Forwards to the port `upstream`."""

    def __init__(self, program, folder, upstream):
        super().__init__(folder, find_program(program), "--keep-in-foreground", "--port={port}",
                         "--no-resolv", f"--server=127.0.0.1#{upstream}",
                         "--listen-address=127.0.0.1", "--bind-interfaces", "--no-hosts",
                         "--conf-file=/dev/null", "--cache-size=0", "--user=root",
                         f"--pid-file={folder}/dnsmasq.pid", "--log-facility=-")
        self.log = os.path.join(folder, "dnsmasq.log")


class Dnsdist(Server):
    """Forwards to the port `upstream` at most `per_second` questions a second of a client, and as
    many at once after a second without. `over` (refused, servfail, silent): what the others get."""

    CONFIG = """\
setSecurityPollSuffix("")
setLocal("127.0.0.1:{port}")
newServer({{address="127.0.0.1:{upstream}"}}):setUp()
addAction(MaxQPSIPRule({per_second}), {action})
"""
    ACTIONS = {"refused": "RCodeAction(DNSRCode.REFUSED)",
               "servfail": "RCodeAction(DNSRCode.SERVFAIL)", "silent": "DropAction()"}

    def __init__(self, program, folder, upstream, per_second, over):
        config = os.path.join(folder, "dnsdist.conf")
        super().__init__(folder, find_program(program), "--supervised", "--disable-syslog", "-C",
                         config)
        with open(config, "w", encoding="ascii") as out:
            out.write(self.CONFIG.format(port=self.port, upstream=upstream, per_second=per_second,
                                         action=self.ACTIONS[over]))
