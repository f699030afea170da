#include "support/simulated_network.h"

#include <functional>
#include <limits>

#include "base/hash.h"
#include "base/limits.h"

namespace mxbulk::test {
namespace {

constexpr uint8_t kServfail = 2;
constexpr uint8_t kNxdomain = 3;
constexpr uint8_t kRefused = 5;
// The engine's first wait is longer: an answer that takes less is never late.
constexpr int64_t kPunctualUs = 150'000;
// The real transport looks for what ran out this often.
constexpr int64_t kExpireEveryUs = 50'000;

// The answer says nothing about any name of the list.
bool is_about_resolvers(const SimulatedNetwork::Key& key) {
  return key.second == RecordType::kSoa || key.first.find('.') == limits::kRandomNameLetters;
}

}  // namespace

void SimulatedNetwork::ask(const asking::DnsQuery& query) {
  note(query);
  Pending reply = reply_to(query);
  const bool has_bytes = reply.kind == asking::ReplyKind::kBytes;
  if (has_bytes && resolvers_[query.upstream].folds_case) fold(query, reply);
  pending_.push(std::move(reply));
}

void SimulatedNetwork::note(const asking::DnsQuery& query) {
  if (!tickets_.insert(query.ticket).second) has_doubled_ticket_ = true;
  ++sequence_;
  if (query.type == RecordType::kSoa) last_watch_us_ = now_us_;
  const bool is_mixed = query.letter_case == asking::LetterCase::kMixed;
  if (is_mixed) ++asked_in_mixed_case_;
  if (is_mixed && resolvers_[query.upstream].folds_case) ++asked_in_vain_;
  const std::string line =
      std::to_string(now_us_) + ' ' + std::string(query.name) +
      std::to_string(static_cast<int>(query.type)) + ' ' + std::to_string(query.upstream) + ' ' +
      std::to_string(static_cast<int>(query.proto)) + std::to_string(static_cast<int>(query.edns)) +
      std::to_string(static_cast<int>(query.letter_case));
  digest_ = hash_bytes(line, digest_);
}

SimulatedNetwork::Pending SimulatedNetwork::reply_to(const asking::DnsQuery& query) {
  const Key key{plain_text(query.name), query.type};
  const SimulatedQuestion question{query.name, query.type, query.edns, query.proto == Proto::kTcp};
  const int64_t due_us = now_us_ + delay_us();
  Pending reply{due_us, sequence_, query.ticket, asking::ReplyKind::kBytes,
                {},     key,       false,        due_us < now_us_ + in_time_us_};
  History& history = history_[key];
  ++history.queries;
  if (spoil(query, question, reply)) {
    ++history.hits;
    return reply;
  }
  SimulatedAnswer answer = answer_of(world_, question, resolvers_[query.upstream]);
  reply.bytes = std::move(answer.bytes);
  reply.is_good = answer.is_final && !is_about_resolvers(key);
  if (reply.bytes.empty()) {
    time_out(query, reply);
  } else if (reply.due_us >= now_us_ + query.timeout_us) {
    reply.is_good = false;
    ++history.hits;
    time_out(query, reply);
  } else if (reply.due_us > now_us_ + kPunctualUs) {
    ++history.hits;
  }
  return reply;
}

// True if a fault replaces the reply.
bool SimulatedNetwork::spoil(const asking::DnsQuery& query, const SimulatedQuestion& question,
                             Pending& reply) {
  if (apply_spell(query, question, reply) || refuse(query, question, reply)) return true;
  if (random_.chance(faults_.local_trouble)) {
    reply.kind = asking::ReplyKind::kLocalTrouble;
    return true;
  }
  if (question.over_tcp) {
    if (!random_.chance(faults_.tcp_failure)) return false;
    reply.kind = asking::ReplyKind::kLocalTrouble;
    if (random_.chance(0.5)) time_out(query, reply);
    return true;
  }
  if (random_.chance(faults_.loss)) {
    time_out(query, reply);
    return true;
  }
  if (is_first_servfail(query, reply.key)) {
    reply.bytes = bare_answer(question, kServfail);
    return true;
  }
  if (faults_.random_servfail > 0 && random_.chance(faults_.random_servfail)) {
    reply.bytes = bare_answer(question, kServfail);
    return true;
  }
  if (random_.chance(faults_.truncation)) {
    reply.bytes = truncated_answer(question);
    return true;
  }
  return false;
}

// True if the resolver has more questions than it bears.
bool SimulatedNetwork::refuse(const asking::DnsQuery& query, const SimulatedQuestion& question,
                              Pending& reply) {
  if (faults_.per_second == 0 || !is_over_limit(query.upstream)) return false;
  switch (faults_.over_limit) {
    case OverLimit::kRefused: reply.bytes = bare_answer(question, kRefused); break;
    case OverLimit::kServfail: reply.bytes = bare_answer(question, kServfail); break;
    case OverLimit::kUnresponsive: time_out(query, reply); break;
  }
  return true;
}

// A token bucket.
bool SimulatedNetwork::is_over_limit(size_t upstream) {
  Bucket& bucket = buckets_[upstream];
  const double passed_s = static_cast<double>(now_us_ - bucket.filled_at_us) / 1e6;
  bucket.tokens =
      std::min<double>(faults_.per_second, bucket.tokens + passed_s * faults_.per_second);
  bucket.filled_at_us = now_us_;
  if (bucket.tokens < 1) return true;
  --bucket.tokens;
  return false;
}

bool SimulatedNetwork::apply_spell(const asking::DnsQuery& query, const SimulatedQuestion& question,
                                   Pending& reply) {
  for (const FaultPeriod& period : faults_.periods) {
    const bool is_on =
        period.upstream == query.upstream && period.from_us <= now_us_ && now_us_ < period.to_us;
    if (!is_on) continue;
    const bool is_root = reply.key.second == RecordType::kSoa;
    switch (period.kind) {
      case FaultPeriod::Kind::kUnresponsive: time_out(query, reply); break;
      case FaultPeriod::Kind::kServfail: reply.bytes = bare_answer(question, kServfail); break;
      case FaultPeriod::Kind::kRefused: reply.bytes = bare_answer(question, kRefused); break;
      case FaultPeriod::Kind::kGarbage: reply.bytes = garbage_answer(question); break;
      case FaultPeriod::Kind::kLocalTrouble: reply.kind = asking::ReplyKind::kLocalTrouble; break;
      case FaultPeriod::Kind::kCutOff:
        if (is_root) return false;
        reply.bytes = bare_answer(question, kServfail);
        break;
      case FaultPeriod::Kind::kFoldsCase: {
        const bool is_dropped = query.letter_case == asking::LetterCase::kMixed;
        if (is_dropped) time_out(query, reply);
        reply.kept_case = false;
        return is_dropped;
      }
      case FaultPeriod::Kind::kNxdomain: reply.bytes = bare_answer(question, kNxdomain); break;
      case FaultPeriod::Kind::kNoData: reply.bytes = bare_answer(question, 0); break;
      case FaultPeriod::Kind::kDeniesAllButRoot:
        if (is_root) return false;
        reply.bytes = bare_answer(question, kNxdomain);
        break;
      case FaultPeriod::Kind::kAddress:
        if (is_root) return false;
        reply.bytes = address_for_all(question);
        break;
      case FaultPeriod::Kind::kRewritesA:
      case FaultPeriod::Kind::kRewritesAaaa: {
        const bool is_v4 = period.kind == FaultPeriod::Kind::kRewritesA;
        const ResolverHabits& habits = resolvers_[query.upstream];
        const std::string bytes =
            rewritten_answer(world_, question, habits, is_v4 ? RecordType::kA : RecordType::kAaaa);
        if (bytes.empty()) return false;
        reply.bytes = bytes;
        break;
      }
    }
    return true;
  }
  return false;
}

// What comes back in other letters than were sent is dropped as forged, unless a probe wants to
// know.
void SimulatedNetwork::fold(const asking::DnsQuery& query, Pending& reply) {
  reply.kept_case = false;
  if (query.letter_case == asking::LetterCase::kMixed) time_out(query, reply);
}

void SimulatedNetwork::time_out(const asking::DnsQuery& query, Pending& reply) {
  reply.kind = asking::ReplyKind::kTimeout;
  reply.bytes.clear();
  reply.due_us = now_us_ + query.timeout_us + random_.between(0, kExpireEveryUs);
}

bool SimulatedNetwork::is_first_servfail(const asking::DnsQuery& query, const Key& key) {
  if (faults_.servfail_once == 0) return false;
  const auto share = static_cast<double>(hash_bytes(key.first) % 1'000) / 1'000;
  const bool is_struck = share < faults_.servfail_once;
  return is_struck && asked_before_.insert({key, query.upstream}).second;
}

int64_t SimulatedNetwork::delay_us() {
  if (random_.chance(faults_.late)) return random_.between(100'000, 4'000'000);
  return random_.between(faults_.rtt_us / 2, faults_.rtt_us * 2);
}

void SimulatedNetwork::deliver(asking::DnsReplySink& sink) {
  while (!pending_.empty() && pending_.top().due_us <= now_us_) {
    const Pending reply = pending_.top();
    pending_.pop();
    tickets_.erase(reply.ticket);
    ++replies_;
    History& history = history_[reply.key];
    if (reply.is_good) last_good_us_ = now_us_;
    if (reply.is_good && reply.is_in_time && history.first_good_us < 0)
      history.first_good_us = now_us_;
    sink.on_reply(
        {.ticket = reply.ticket,
         .kind = reply.kind,
         .bytes = {reinterpret_cast<const uint8_t*>(reply.bytes.data()), reply.bytes.size()},
         .kept_case = reply.kept_case});
  }
}

int64_t SimulatedNetwork::next_reply_us() const {
  return pending_.empty() ? std::numeric_limits<int64_t>::max() : pending_.top().due_us;
}

}  // namespace mxbulk::test
