"""NSD on a free port of 127.0.0.1, with one zone at the root."""
import os
import shutil
import socket
import struct
import subprocess
import time

READY_WITHIN_S = 120

CONFIG = """\
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


def find_program(given):
    """Debian keeps NSD in /usr/sbin, which is not in everybody's PATH."""
    found = shutil.which(given) or shutil.which(given, path="/usr/sbin:/sbin")
    if found is None:
        raise SystemExit(f"{given} is not installed (Debian: apt-get install nsd)")
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


class Nsd:
    """Serves FOLDER/root.zone from start to end of a `with` block."""

    def __init__(self, program, folder):
        self.folder = folder
        self.port = free_port()
        self.config = os.path.join(folder, "nsd.conf")
        self.command = [find_program(program), "-d", "-c", self.config]
        self.process = None

    def __enter__(self):
        with open(self.config, "w", encoding="ascii") as out:
            out.write(CONFIG.format(port=self.port, folder=self.folder))
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.STDOUT)
        self.wait_until_it_answers()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def wait_until_it_answers(self):
        """Asks for the root's SOA until it comes; the zone is loaded then."""
        question = struct.pack("!6HBHH", 1, 0x0100, 1, 0, 0, 0, 0, 6, 1)
        deadline = time.monotonic() + READY_WITHIN_S
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.connect(("127.0.0.1", self.port))
            client.settimeout(0.1)
            while time.monotonic() < deadline and self.process.poll() is None:
                try:
                    client.send(question)
                    answer = client.recv(4096)
                except (TimeoutError, ConnectionRefusedError):
                    continue
                if answer[3] & 15 == 0 and answer[7] > 0:
                    return
        self.process.terminate()
        self.process.wait()
        log = os.path.join(self.folder, "nsd.log")
        text = open(log, encoding="utf-8").read() if os.path.exists(log) else ""
        raise SystemExit(f"NSD does not answer on port {self.port}\n{text}")
