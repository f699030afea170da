#include "app/probing_judge.h"

#include <algorithm>

namespace mxbulk::app {
namespace {

using Level = Finding::Level;

constexpr const char* kSubject = "probing";

Finding finding(Level level, std::string topic, std::string found, std::string advice) {
  return {level, kSubject, std::move(topic), std::move(found), std::move(advice)};
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

// RFC 5321 §2.3.5: the name of EHLO must be one that DNS knows.
Finding judge_forward(const HeloFacts& helo) {
  if (helo.addresses.empty() && helo.is_unknown) {
    return finding(Level::kWarning, "name", helo.name + " could not be looked up",
                   "run again; if it stays so, look at its name servers");
  }
  if (helo.addresses.empty()) {
    return finding(Level::kWarning, "name", helo.name + " has no address",
                   "give it the address that connections come from: servers refuse a name that "
                   "DNS does not know");
  }
  std::vector<std::string> ips;
  for (const HeloFacts::Address& address : helo.addresses) ips.push_back(address.ip);
  return finding(Level::kOk, "name", helo.name + " is " + joined(ips), "");
}

// RFC 1912 §2.1, and what M3AAWG asks of senders: name and address confirm each other.
Finding judge_reverse(const HeloFacts& helo, const HeloFacts::Address& address) {
  if (address.is_confirmed) {
    return finding(Level::kOk, "reverse DNS", address.ip + " is " + helo.name, "");
  }
  if (address.is_unknown) {
    return finding(Level::kWarning, "reverse DNS", address.ip + " could not be looked up",
                   "run again; if it stays so, ask whoever gave you the address");
  }
  const std::string advice = "have whoever gave you the address set its PTR record to " +
                             helo.name + ": many servers refuse who lacks it";
  if (address.names.empty()) {
    return finding(Level::kWarning, "reverse DNS", address.ip + " has no name", advice);
  }
  return finding(Level::kWarning, "reverse DNS",
                 address.ip + " is " + joined(address.names) + ", not " + helo.name, advice);
}

void judge_helo(const HeloFacts& helo, std::vector<Finding>& all) {
  if (helo.name.empty()) return;
  all.push_back(judge_forward(helo));
  for (const HeloFacts::Address& address : helo.addresses) {
    all.push_back(judge_reverse(helo, address));
  }
  const bool is_named =
      std::any_of(helo.addresses.begin(), helo.addresses.end(),
                  [&](const HeloFacts::Address& address) { return address.ip == helo.source; });
  if (helo.source.empty() || is_named || helo.addresses.empty()) return;
  all.push_back(
      finding(Level::kWarning, "source address",
              "connections come from " + helo.source + ", which " + helo.name + " does not name",
              "give the name that address too, or say another --helo"));
}

std::string dial_text(const PortFacts::Dial& dial) {
  std::string text = dial.ip + " " + dial.outcome + " in " + std::to_string(dial.ms) + " ms";
  if (!dial.greeting.empty()) text += " (" + dial.greeting + ")";
  return text;
}

Finding judge_port(const PortFacts& port) {
  const std::string topic = "port " + std::to_string(port.port);
  if (port.canary.empty()) {
    return finding(Level::kOk, topic, "not tried",
                   "--canary DOMAIN, one whose mail servers are yours or known to you: some of "
                   "them are dialled");
  }
  if (port.dials.empty()) {
    return finding(Level::kWarning, topic,
                   "not tried: " + port.canary + " has no mail server that may be dialled (" +
                       port.canary_reason + ")",
                   "name a domain that takes mail");
  }
  std::vector<std::string> dials;
  bool is_open = false;
  bool greets = false;
  for (const PortFacts::Dial& dial : port.dials) {
    dials.push_back(dial_text(dial));
    is_open |= dial.has_opened;
    greets |= dial.outcome == name_of(Reason::kSmtp220);
  }
  if (greets) return finding(Level::kOk, topic, "open: " + joined(dials), "");
  if (is_open) {
    return finding(Level::kWarning, topic, "open, but nobody greets: " + joined(dials),
                   "is " + port.canary +
                       " a domain that takes mail? Else something in between "
                       "answers for its servers");
  }
  return finding(Level::kWarning, topic, "closed: " + joined(dials),
                 "many networks and clouds close it: ask the owner of yours, or probe from "
                 "elsewhere; if only these servers are down, name another domain");
}

}  // namespace

std::vector<Finding> judge_probing(const HeloFacts& helo, const PortFacts& port) {
  std::vector<Finding> all;
  judge_helo(helo, all);
  all.push_back(judge_port(port));
  return all;
}

}  // namespace mxbulk::app
