#include "support/night_world.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>
#include <utility>

#include "mxbulk/validator.h"
#include "support/bulk_world.h"

namespace mxbulk::test {
namespace {

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::stringstream in(line);
  std::string cell;
  while (std::getline(in, cell, ',')) cells.push_back(cell);
  return cells;
}

std::string text_if_there(const std::string& path) {
  return std::filesystem::exists(path) ? read_text(path) : "";
}

}  // namespace

NightWorld::NightWorld() = default;

void NightWorld::set(const std::string& domain, Kind kind, uint32_t ttl_s) {
  domains_[domain] = {kind, ttl_s};
}

std::string NightWorld::zone_text() const {
  std::string text =
      "$ORIGIN .\n$TTL 3600\n"
      "@ 86400 IN SOA a.root.lab.test. hostmaster.lab.test. 1 1800 900 604800 300\n"
      "@ 86400 IN NS a.root.lab.test.\n"
      "a.root.lab.test. IN A 9.9.9.10\n"
      "mail.good.test. 3600 IN A 80.80.80.10\n"
      "backup.good.test. 3600 IN A 80.80.80.11\n";
  for (const auto& [name, domain] : domains_) {
    const std::string owner = name + ". " + std::to_string(domain.ttl_s) + " IN MX ";
    switch (domain.kind) {
      case Kind::kMx:
        text += owner + "10 mail.good.test.\n" + owner + "20 backup.good.test.\n";
        break;
      case Kind::kGone: break;
      case Kind::kNullMx: text += owner + "0 .\n"; break;
      case Kind::kServfail: text += ";@fault " + name + ". servfail\n"; break;
    }
  }
  return text;
}

NightResult NightWorld::run(const Run& run) {
  auto server = lab::DnsServer::start(zone_from(zone_text()), run.hook);
  Options options;
  options.input.files = {folder_.write("list.csv", list_of(run.list))};
  options.output.path = folder_.file("out.csv");
  options.dns.resolvers = {"127.0.0.1:" + std::to_string(server.value()->port())};
  options.dns.timeout_ms = 200;
  options.dns.dns_deadline_ms = 500;  // what fails here fails each time
  options.state.path = state_path();
  options.state.changes_path = folder_.file("changes.jsonl");
  options.state.names_all_domains = true;
  options.state.shift_max = 1;
  options.max_unknown = 1;
  options.unix_now_ms = unix_now_ms_;
  if (run.change) run.change(options);
  std::filesystem::remove(options.output.path);
  std::filesystem::remove(options.state.changes_path);
  Progress progress;
  const Result<Summary> summary = validate(options, progress);
  NightResult result;
  if (summary.ok()) {
    result.summary = summary.value();
  } else {
    result.code = summary.status().code();
    result.message = summary.status().message();
  }
  result.out = text_if_there(options.output.path);
  result.changes = text_if_there(options.state.changes_path);
  const lab::DnsServer::Counters counters = server.value()->counters();
  result.questions = counters.udp_questions + counters.tcp_questions;
  return result;
}

std::string list_of(const std::vector<std::string>& domains) {
  std::string list = "email\n";
  for (size_t i = 0; i < domains.size(); ++i) {
    list += "user" + std::to_string(i) + "@" + domains[i] + "\n";
  }
  return list;
}

std::string lower_name_of(std::span<const uint8_t> query) {
  std::string name;
  for (size_t at = 12; at < query.size() && query[at] != 0; ++at) {
    name.push_back(static_cast<char>(std::tolower(query[at])));
  }
  return name;
}

// RFC 1035 §4.1.
void make_denial(std::string& answer) {
  constexpr size_t kHeader = 12;
  size_t end = kHeader;
  while (answer[end] != 0) end += 1U + static_cast<uint8_t>(answer[end]);
  answer.resize(end + 5);                                 // the root label, type, class
  answer[3] = static_cast<char>((answer[3] & 0xF0) | 3);  // NXDOMAIN
  std::fill(answer.begin() + 6, answer.begin() + kHeader, '\0');
}

std::vector<std::string> column_of(const std::string& csv, std::string_view name) {
  std::stringstream in(csv);
  std::string line;
  std::getline(in, line);
  const std::vector<std::string> header = cells_of(line);
  const auto column =
      static_cast<size_t>(std::find(header.begin(), header.end(), name) - header.begin());
  std::vector<std::string> values;
  while (std::getline(in, line)) {
    const std::vector<std::string> cells = cells_of(line);
    values.push_back(column < cells.size() ? cells[column] : "");
  }
  return values;
}

}  // namespace mxbulk::test
