// The built-in DNS server as a program that delays its answers and loses some: a distant, lossy
// resolver.
//
//   lab_server ZONE_FILE PORT DELAY_MS LOSS_SHARE        # until SIGTERM
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <utility>

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
  const int64_t delay_us = std::strtol(argv[3], nullptr, 10) * 1'000;
  auto misbehave = [delay_us, random = std::mt19937_64(),
                    loss = std::bernoulli_distribution(std::strtod(argv[4], nullptr))](
                       lab::Exchange& exchange) mutable {
    exchange.delay_us = delay_us;
    if (loss(random)) exchange.messages.clear();
  };
  const auto port = static_cast<uint16_t>(std::strtoul(argv[2], nullptr, 10));
  const auto server = lab::DnsServer::start(std::move(zone.value()), std::move(misbehave), port);
  if (!server.ok()) {
    std::fprintf(stderr, "%s\n", server.status().message().c_str());
    return 1;
  }
  int signal = 0;
  sigwait(&ends, &signal);
  return 0;
}
