#include "state/domain_reader.h"

#include "state/stored_text.h"

namespace mxbulk::state {
namespace {

enum Column : int {
  kKey,
  kId,
  kName,
  kReason,
  kAction,
  kLints,
  kExchanges,
  kBest,
  kMxCount,
  kRcode,
  kTtl,
  kAskedAt,
  kHow,
  kFirstSeen,
  kLastGood,
  kSince,
  kFailures,
  kFailingSince,
  kRun,
  kFirstRun,
  kProbe,
  kProbeMs,
};
constexpr const char* kFind =
    "SELECT key, id, name, reason, action, lints, exchanges, best, mx_count, rcode, ttl, asked_at, "
    "how, "
    "first_seen, last_good, since, failures, failing_since, run, first_run, probe, probe_ms "
    "FROM wanted CROSS JOIN domain ON hash = key";

}  // namespace

DomainReader::DomainReader(Database& database, uint32_t baseline)
    : baseline_(baseline),
      wanted_(database),
      find_(database, kFind),
      find_host_(database, "SELECT name, address FROM host WHERE id = ?"),
      database_(database) {}

Status DomainReader::load_before() {
  Statement rows(database_, "SELECT hash, reason, action, since FROM before");
  while (true) {
    const Result<bool> more = rows.step();
    if (!more.ok()) return more.status();
    if (!more.value()) return {};
    Before before;
    before.reason = reason_from(rows.text(1));
    before.action = action_from(rows.text(2)).value_or(default_action(before.reason));
    before.since_s = static_cast<uint32_t>(rows.number(3));
    before_.emplace(rows.number(0), before);
  }
}

Status DomainReader::find(std::span<const WantedKey> wanted, const NameOf& name_of,
                          const OnFound& on_found) {
  if (!wanted_.status().ok()) return wanted_.status();
  wanted_.set(wanted);
  Status status;
  while (status.ok()) {
    const Result<bool> more = find_.step();
    if (!more.ok()) status = more.status();
    if (!more.ok() || !more.value()) break;
    const WantedKey one = {find_.number(kKey), static_cast<uint32_t>(find_.number(kId))};
    write_text(name_of(one.id), name_text_);
    if (find_.text(kName) != name_text_) continue;  // another with the same key
    read_row(one.key, found_);
    status = on_found(one, found_);
  }
  find_.reset();  // the file is not held: its WAL would grow
  return status;
}

void DomainReader::add_base(int64_t key, DomainHistory& history) const {
  history.has_base = history.first_run <= baseline_;
  if (!history.has_base) return;
  history.base_reason = history.reason;
  history.base_action = history.action;
  history.base_since_s = history.since_s;
  const auto before = before_.find(key);
  if (before == before_.end()) return;
  history.base_reason = before->second.reason;
  history.base_action = before->second.action;
  history.base_since_s = before->second.since_s;
}

void DomainReader::read_row(int64_t key, Found& found) {
  found = Found();
  const auto number = [this](int column) { return static_cast<uint32_t>(find_.number(column)); };
  StoredAnswer& answer = found.answer;
  answer.reason = reason_from(find_.text(kReason));
  answer.lints = lints_from(find_.text(kLints));
  answer.rcode = static_cast<uint8_t>(number(kRcode));
  answer.mx_count = static_cast<uint16_t>(number(kMxCount));
  answer.ttl_s = number(kTtl);
  answer.asked_at_s = number(kAskedAt);
  answer.how = number(kHow);
  answer.run = number(kRun);
  if (!find_.is_null(kProbe)) answer.probe = probe_from(find_.text(kProbe));
  answer.probe_ms = number(kProbeMs);
  found.exchanges = find_.text(kExchanges);
  found.best = find_.number(kBest);

  DomainHistory& history = found.history;
  history.exists = true;
  history.reason = answer.reason;
  history.action = action_from(find_.text(kAction)).value_or(default_action(answer.reason));
  history.failures = static_cast<uint16_t>(number(kFailures));
  history.failing_since_s = number(kFailingSince);
  history.asked_at_s = answer.asked_at_s;
  history.first_seen_s = number(kFirstSeen);
  history.last_good_s = number(kLastGood);
  if (history.last_good_s == 0 && history.action == Action::kSend) {
    history.last_good_s = history.asked_at_s;
  }
  history.since_s = find_.is_null(kSince) ? history.first_seen_s : number(kSince);
  history.run = answer.run;
  history.first_run = find_.is_null(kFirstRun) ? history.run : number(kFirstRun);
  add_base(key, history);
}

Result<bool> DomainReader::load_hosts(Found& found) {
  const std::string_view ids = found.exchanges;
  if (ids.size() % kHostIdOctets != 0) return false;
  for (size_t i = 0; i < ids.size() / kHostIdOctets; ++i) {
    const Result<StoredHost*> exchange = host(host_id_at(ids, i));
    if (!exchange.ok()) return exchange.status();
    if (exchange.value() == nullptr) return false;
    found.answer.exchanges.push_back(exchange.value());
  }
  if (found.best == 0) return true;
  const Result<StoredHost*> best = host(found.best);
  if (!best.ok()) return best.status();
  found.answer.best = best.value();
  return best.value() != nullptr;
}

Result<StoredHost*> DomainReader::host(int64_t id) {
  const auto known = hosts_.find(id);
  if (known != hosts_.end()) return known->second.get();
  find_host_.reset();
  find_host_.bind(1, id);
  const Result<bool> row = find_host_.step();
  if (!row.ok()) return row.status();
  std::unique_ptr<StoredHost> found;
  if (row.value()) {
    const auto name = DomainName::from_text(find_host_.text(0));
    if (name) {
      found = std::make_unique<StoredHost>();
      found->name = *name;
      found->address = IpAddress::from_text(find_host_.text(1));
    }
  }
  return hosts_.emplace(id, std::move(found)).first->second.get();
}

}  // namespace mxbulk::state
