// Failures of the program or its surroundings, as values. What DNS says of a domain is never a
// Status: it is a Reason.
//
// Threads: a Status is a plain value. Ownership: it owns its message.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace mxbulk {

// What kind of failure ended the work. The values are the program's exit codes.
enum class StatusCode : uint8_t {
  kOk = 0,
  kInternal = 1,      // I/O error, or a bug; no new output file
  kUsage = 2,         // a flag or a setting is wrong
  kInput = 4,         // input unreadable, empty, or without an e-mail column
  kResolver = 5,      // the resolver is down or gives false answers; no result is kept
  kLocked = 7,        // another run has the output or the state
  kPipeClosed = 141,  // the reader of our standard output has closed it
};

// Success, or a code and one line for a person: what failed, where, and what to do next.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {}

  static Status internal(std::string message) {
    return {StatusCode::kInternal, std::move(message)};
  }
  static Status usage(std::string message) { return {StatusCode::kUsage, std::move(message)}; }
  static Status input(std::string message) { return {StatusCode::kInput, std::move(message)}; }
  static Status resolver(std::string message) {
    return {StatusCode::kResolver, std::move(message)};
  }

  [[nodiscard]] bool ok() const { return code_ == StatusCode::kOk; }
  [[nodiscard]] StatusCode code() const { return code_; }
  [[nodiscard]] const std::string& message() const { return message_; }

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
};

// A value, or the Status that says why there is none. Requires: `ok()` before `value()`; a Result
// is never built from a Status that is ok.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}         // NOLINT
  Result(Status status) : state_(std::in_place_index<1>, std::move(status)) {}  // NOLINT

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  [[nodiscard]] T& value() { return std::get<0>(state_); }
  [[nodiscard]] const T& value() const { return std::get<0>(state_); }
  [[nodiscard]] Status status() const { return ok() ? Status() : std::get<1>(state_); }

 private:
  std::variant<T, Status> state_;
};

}  // namespace mxbulk
