#include "engine/exchange_names.h"

#include <algorithm>
#include <optional>

#include "base/limits.h"
#include "model/utf8.h"
#include "route/address_policy.h"

namespace mxbulk::engine {
namespace {

bool is_ascii(NameView name) {
  return std::none_of(name.begin(), name.end(), [](char c) { return (c & 0x80) != 0; });
}

// The labels joined by dots; none if a label holds a dot itself, so that they would not be the same
// again.
std::optional<std::string> plain_text(NameView name) {
  std::string text;
  for (size_t at = 0; name[at] != 0; at += 1U + static_cast<uint8_t>(name[at])) {
    const std::string_view label = name.substr(at + 1, static_cast<uint8_t>(name[at]));
    if (label.find('.') != label.npos) return std::nullopt;
    if (!text.empty()) text.push_back('.');
    text.append(label);
  }
  return text;
}

}  // namespace

std::span<const MxRecord> ExchangeNames::converted(std::span<const MxRecord> records) {
  const bool all_ascii = std::all_of(records.begin(), records.end(),
                                     [](const MxRecord& mx) { return is_ascii(mx.exchange); });
  if (all_ascii) return records;
  records_.assign(records.begin(), records.end());
  for (MxRecord& record : records_) convert(record);
  return records_;
}

void ExchangeNames::convert(MxRecord& record) {
  if (is_ascii(record.exchange)) return;
  const std::optional<std::string> text = plain_text(record.exchange);
  if (!text || text->size() > limits::kIdnaOctetsMax || !is_clean_text(*text)) return;
  const input::IdnaAnswer& answer = idna_.to_ascii(*text);
  if (answer.is_refused) return;
  const std::optional<DomainName> name = DomainName::from_text(answer.ascii);
  if (!name || !route::is_host_name(name->view())) return;
  record.host = hosts_.intern(name->view()).id;
  record.exchange = hosts_.name(record.host);
}

}  // namespace mxbulk::engine
