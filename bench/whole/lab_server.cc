// The built-in DNS server as a program, with weather: for runs against a resolver that loses
// questions and takes its time.
//
//   lab_server ZONE_FILE PORT DELAY_MS LOSS_SHARE        # until SIGTERM
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "lab/dns_server.h"
#include "lab/zone.h"

int main(int argc, char** argv) {
  using namespace mxbulk;
  if (argc != 5) {
    std::fputs("usage: lab_server ZONE_FILE PORT DELAY_MS LOSS_SHARE\n", stderr);
    return 2;
  }
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // before the server's thread begins
  std::stringstream text;
  text << std::ifstream(argv[1]).rdbuf();
  Result<lab::Zone> zone = lab::Zone::parse(text.str());
  if (!zone.ok()) {
    std::fprintf(stderr, "%s\n", zone.status().message().c_str());
    return 1;
  }
  lab::Weather weather;
  weather.delay_ms = static_cast<uint32_t>(std::strtoul(argv[3], nullptr, 10));
  weather.loss = std::strtod(argv[4], nullptr);
  const auto port = static_cast<uint16_t>(std::strtoul(argv[2], nullptr, 10));
  const auto server = lab::DnsServer::start(std::move(zone.value()), weather, port);
  if (!server.ok()) {
    std::fprintf(stderr, "%s\n", server.status().message().c_str());
    return 1;
  }
  int signal = 0;
  sigwait(&ends, &signal);
  return 0;
}
