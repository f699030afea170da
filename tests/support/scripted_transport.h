// A transport with replies that the test gives.
#pragma once

#include <string>
#include <vector>

#include "asking/dns_transport.h"
#include "support/simulated_message.h"

namespace mxbulk::asking {

class ScriptedTransport final : public DnsTransport {
 public:
  struct Asked {
    DnsQuery query;
    std::string name;  // owns what the query borrowed
  };

  void ask(const DnsQuery& query) override {
    asked_.push_back({query, std::string(query.name)});
    asked_.back().query.name = {};
  }

  [[nodiscard]] size_t count() const { return asked_.size(); }
  [[nodiscard]] const DnsQuery& query(size_t index) const { return asked_.at(index).query; }
  [[nodiscard]] std::string name(size_t index) const {
    return test::plain_text(asked_.at(index).name);
  }
  [[nodiscard]] test::SimulatedQuestion question(size_t index) const {
    const Asked& asked = asked_.at(index);
    return {asked.name, asked.query.type, asked.query.edns, asked.query.proto == Proto::kTcp};
  }

  // The reply to the question with that number, from a world or as bytes.
  void answer(DnsReplySink& sink, size_t index, const test::World& world) const {
    send(sink, index, test::answer_of(world, question(index), {}).bytes);
  }
  void answer_rcode(DnsReplySink& sink, size_t index, uint8_t rcode) const {
    send(sink, index, test::bare_answer(question(index), rcode));
  }
  // An address, whatever was asked for.
  void answer_address(DnsReplySink& sink, size_t index) const {
    test::World world;
    test::RecordSet& set = world.add(name(index)).a;
    set.fate = test::Fate::kData;
    set.addresses = {{"\x08\x08\x08\x08", true}};
    send(sink, index, test::answer_of(world, question(index), {}).bytes);
  }
  void answer_truncated(DnsReplySink& sink, size_t index) const {
    constexpr char kTruncated = 0x02;  // RFC 1035 §4.1.1
    std::string bytes = test::bare_answer(question(index), 0);
    bytes[2] |= kTruncated;
    send(sink, index, bytes);
  }
  void send(DnsReplySink& sink, size_t index, const std::string& bytes,
            bool kept_case = true) const {
    sink.on_reply({.ticket = query(index).ticket,
                   .kind = ReplyKind::kBytes,
                   .bytes = {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()},
                   .kept_case = kept_case});
  }
  void fail(DnsReplySink& sink, size_t index, ReplyKind kind) const {
    sink.on_reply({.ticket = query(index).ticket, .kind = kind, .bytes = {}});
  }

 private:
  std::vector<Asked> asked_;
};

}  // namespace mxbulk::asking
