#include "input/json_index.h"

#include <simdjson.h>

#include <algorithm>

#include "base/limits.h"

namespace mxbulk::input {
namespace {

const simdjson::implementation& implementation_of(std::string_view name) {
  if (name.empty()) return *simdjson::get_active_implementation();
  return *simdjson::get_available_implementations()[std::string(name)];
}

// Allocation can only fail if memory runs out.
void check(simdjson::error_code error) {
  if (error != simdjson::SUCCESS) throw std::bad_alloc();
}

}  // namespace

struct JsonIndex::State {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stages;

  // Frees the memory that an oversized row needed.
  void make_room(size_t size) {
    const size_t goal = std::max(size, limits::kBlockBytes);
    if (goal != stages->capacity()) check(stages->set_capacity(goal));
  }
};

JsonIndex::JsonIndex(std::string_view implementation) : state_(std::make_unique<State>()) {
  constexpr size_t kDepth = 1;  // of the second stage, which is not used
  check(implementation_of(implementation)
            .create_dom_parser_implementation(limits::kBlockBytes, kDepth, state_->stages));
}

JsonIndex::~JsonIndex() = default;
JsonIndex::JsonIndex(JsonIndex&&) noexcept = default;
JsonIndex& JsonIndex::operator=(JsonIndex&&) noexcept = default;

bool JsonIndex::build(std::string_view bytes) {
  auto& stages = *state_->stages;
  state_->make_room(bytes.size());
  stages.n_structural_indexes = 0;
  const simdjson::error_code error = stages.stage1(reinterpret_cast<const uint8_t*>(bytes.data()),
                                                   bytes.size(), simdjson::stage1_mode::regular);
  if (error != simdjson::SUCCESS && error != simdjson::EMPTY) return false;
  stages.structural_indexes[stages.n_structural_indexes] = static_cast<uint32_t>(bytes.size());
  return true;
}

const uint32_t* JsonIndex::tokens() const {
  return state_->stages->structural_indexes.get();
}

bool is_utf8(std::string_view bytes) {
  return simdjson::validate_utf8(bytes.data(), bytes.size());
}

std::string simdjson_version() {
  return "simdjson " + std::to_string(simdjson::SIMDJSON_VERSION_MAJOR) + "." +
         std::to_string(simdjson::SIMDJSON_VERSION_MINOR) + "." +
         std::to_string(simdjson::SIMDJSON_VERSION_REVISION);
}

std::vector<std::string> json_implementations() {
  std::vector<std::string> names;
  for (const simdjson::implementation* one : simdjson::get_available_implementations()) {
    if (one->supported_by_runtime_system()) names.push_back(one->name());
  }
  return names;
}

}  // namespace mxbulk::input
