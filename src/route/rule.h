// The decisions that a route evaluation can make, each with its source. `check` prints them. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace mxbulk::route {

enum class Rule : uint8_t {
  kSpecialUse,
  kAskMx,
  kMxFailed,
  kCnameChain,
  kNxdomainToConfirm,
  kNxdomainConfirmed,
  kNxdomainNotConfirmed,
  kNxdomainForType,
  kNxdomainConfirmFailed,
  kNoMx,
  kNullMx,
  kNullMxNonconforming,
  kNullMxSends,
  kNullMxSendsNothing,
  kAskExchanges,
  kAskMoreExchanges,
  kWaitForExchanges,
  kUsableExchange,
  kTemporaryExchange,
  kTooManyExchanges,
  kDeadExchanges,
  kImplicitUsable,
  kImplicitTemporary,
  kImplicitNonpublic,
  kImplicitNone,
  kWildcard,
  kNoWildcard,
};

// One sentence with its RFC section.
[[nodiscard]] std::string_view text_of(Rule rule);

}  // namespace mxbulk::route
