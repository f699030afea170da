#include "input/json_record.h"

#include <simdjson.h>

#include "input/char_class.h"

namespace mxbulk::input {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr size_t kDepthMax = 1'000;  // of nesting: what simdjson's parser makes room for

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> keys;
  while (true) {
    const size_t dot = path.find('.');
    keys.emplace_back(path.substr(0, dot));
    if (dot == std::string_view::npos) return keys;
    path.remove_prefix(dot + 1);
  }
}

size_t skip_digits(std::string_view token, size_t at) {
  while (at < token.size() && is_digit(token[at])) ++at;
  return at;
}

// RFC 8259 §6. Numbers are never converted: one that fits no type of ours is still JSON.
bool is_number(std::string_view token) {
  while (!token.empty() && std::string_view(" \t\r\n").find(token.back()) != token.npos) {
    token.remove_suffix(1);
  }
  size_t at = token.starts_with('-') ? 1 : 0;
  const size_t whole = skip_digits(token, at);
  if (whole == at || (whole - at > 1 && token[at] == '0')) return false;
  at = whole;
  if (at < token.size() && token[at] == '.') {
    const size_t end = skip_digits(token, at + 1);
    if (end == at + 1) return false;
    at = end;
  }
  if (at < token.size() && (token[at] | 0x20) == 'e') {
    ++at;
    if (at < token.size() && (token[at] == '+' || token[at] == '-')) ++at;
    const size_t end = skip_digits(token, at);
    if (end == at) return false;
    at = end;
  }
  return at == token.size();
}

}  // namespace

struct JsonReader::State {
  ondemand::parser parser;
  std::vector<std::string> path;
  std::string reserved_prefix;
  std::string reserved_key;
  JsonFind found = JsonFind::kNoText;
  std::string text;

  // Walks the whole value, so that each of its tokens is checked. `step`: how far down the path
  // this value stands; npos where it does not.
  bool walk(ondemand::value value, size_t step, size_t depth);
  bool walk_members(ondemand::object object, size_t step, size_t depth);
  bool walk_elements(ondemand::array array, size_t depth);
  bool take_string(ondemand::value value, bool is_sought);

  // The document, or an error where `line` is none.
  simdjson::simdjson_result<ondemand::document> iterate(std::string_view line) {
    return parser.iterate(line.data(), line.size(), line.size() + simdjson::SIMDJSON_PADDING);
  }
};

bool JsonReader::State::walk(ondemand::value value, size_t step, size_t depth) {
  const bool is_sought = step == path.size();
  if (is_sought) found = JsonFind::kNoText;
  ondemand::json_type type;
  if (depth > kDepthMax || value.type().get(type) != simdjson::SUCCESS) return false;
  switch (type) {
    case ondemand::json_type::object: {
      ondemand::object object;
      return value.get_object().get(object) == simdjson::SUCCESS &&
             walk_members(object, step, depth + 1);
    }
    case ondemand::json_type::array: {
      ondemand::array array;
      return value.get_array().get(array) == simdjson::SUCCESS && walk_elements(array, depth + 1);
    }
    case ondemand::json_type::string: return take_string(value, is_sought);
    case ondemand::json_type::number: {
      const std::string_view token = value.raw_json_token();
      double unused;
      std::ignore = value.get_double().get(unused);  // moves on behind it
      return is_number(token);
    }
    case ondemand::json_type::boolean: {
      bool unused;
      return value.get_bool().get(unused) == simdjson::SUCCESS;
    }
    case ondemand::json_type::null: {
      if (is_sought) found = JsonFind::kNull;
      return value.is_null();
    }
  }
  return false;
}

bool JsonReader::State::take_string(ondemand::value value, bool is_sought) {
  std::string_view view;
  if (value.get_string().get(view) != simdjson::SUCCESS) return false;
  if (is_sought) {
    found = JsonFind::kText;
    text = view;
  }
  return true;
}

bool JsonReader::State::walk_members(ondemand::object object, size_t step, size_t depth) {
  for (auto member : object) {
    std::string_view key;
    if (member.unescaped_key().get(key) != simdjson::SUCCESS) return false;
    const bool is_top_level = depth == 1;
    if (is_top_level && !reserved_prefix.empty() && key.starts_with(reserved_prefix)) {
      reserved_key = key;
    }
    const bool is_on_path = step < path.size() && key == path[step];
    ondemand::value value;
    if (member.value().get(value) != simdjson::SUCCESS) return false;
    if (!walk(value, is_on_path ? step + 1 : std::string::npos, depth)) return false;
  }
  return true;
}

bool JsonReader::State::walk_elements(ondemand::array array, size_t depth) {
  for (auto element : array) {
    ondemand::value value;
    if (element.get(value) != simdjson::SUCCESS) return false;
    if (!walk(value, std::string::npos, depth)) return false;
  }
  return true;
}

std::string simdjson_version() {
  return std::to_string(simdjson::SIMDJSON_VERSION_MAJOR) + "." +
         std::to_string(simdjson::SIMDJSON_VERSION_MINOR) + "." +
         std::to_string(simdjson::SIMDJSON_VERSION_REVISION);
}

JsonReader::JsonReader(std::string_view path, std::string_view reserved_prefix)
    : state_(std::make_unique<State>()) {
  state_->path = split_path(path);
  state_->reserved_prefix = reserved_prefix;
}
JsonReader::~JsonReader() = default;
JsonReader::JsonReader(JsonReader&&) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&&) noexcept = default;

JsonFind JsonReader::find(std::string_view line, std::string& text) {
  State& state = *state_;
  state.found = JsonFind::kNoText;
  state.reserved_key.clear();
  ondemand::document document;
  ondemand::object object;
  if (state.iterate(line).get(document) != simdjson::SUCCESS) return JsonFind::kNotObject;
  if (document.get_object().get(object) != simdjson::SUCCESS) return JsonFind::kNotObject;
  const bool is_whole = state.walk_members(object, 0, 1) &&
                        document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  if (!is_whole) return JsonFind::kNotObject;
  if (state.found == JsonFind::kText) text += state.text;
  return state.found;
}

const std::string& JsonReader::reserved_key() const {
  return state_->reserved_key;
}

bool JsonReader::each(
    std::string_view line,
    const std::function<void(std::string_view key, std::string_view text)>& take) {
  std::string ignored;
  if (find(line, ignored) == JsonFind::kNotObject) return false;  // from here on, no error can come
  ondemand::document document = state_->iterate(line).value_unsafe();
  ondemand::object object = document.get_object().value_unsafe();
  for (auto member : object) {
    const std::string_view key = member.unescaped_key().value_unsafe();
    ondemand::value value = member.value().value_unsafe();
    switch (value.type().value_unsafe()) {
      case ondemand::json_type::null:
        std::ignore = value.is_null();
        take(key, {});
        break;
      case ondemand::json_type::string: take(key, value.get_string().value_unsafe()); break;
      case ondemand::json_type::object:
      case ondemand::json_type::array:
      case ondemand::json_type::number:
      case ondemand::json_type::boolean:
        take(key, simdjson::to_json_string(value).value_unsafe());
        break;
    }
  }
  return true;
}

}  // namespace mxbulk::input
