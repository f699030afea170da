#include "cli/flag_store.h"

#include "cli/flag_values.h"

namespace mxbulk::cli {

constexpr int64_t kDurationMaxMs = 24LL * 3600 * 1000;

Status store_duration(std::string_view text, int64_t& field) {
  auto value = duration_ms_from(text);
  if (!value.ok()) return value.status();
  if (value.value() < 1 || value.value() > kDurationMaxMs) {
    return Status::usage("\"" + std::string(text) + "\" is out of range; write 1ms to 24h");
  }
  field = value.value();
  return {};
}

Result<std::vector<std::string>> filled_list_from(std::string_view text) {
  std::vector<std::string> pieces = list_from(text);
  if (pieces.empty()) return Status::usage("a value is missing; name at least one");
  return pieces;
}

Status append_list(std::string_view text, std::vector<std::string>& field) {
  Result<std::vector<std::string>> pieces = filled_list_from(text);
  if (!pieces.ok()) return pieces.status();
  for (std::string& piece : pieces.value()) field.push_back(std::move(piece));
  return {};
}

}  // namespace mxbulk::cli
