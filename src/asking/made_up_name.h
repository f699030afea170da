// Names that nobody can guess and no cache knows.
//
// Pure. Threads: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "model/domain_name.h"

namespace mxbulk::asking {

// 64 random bits a call.
using RandomSource = std::function<uint64_t()>;

// RFC 6761 §6.4: no name under it exists, and no resolver has to ask anybody about one.
inline constexpr NameView kInvalid("\x07invalid\0", 9);

// `letters` random ones, 1..63, in front of `under`; none where that name would be too long.
[[nodiscard]] std::optional<DomainName> made_up_name(size_t letters, NameView under,
                                                     const RandomSource& random);

}  // namespace mxbulk::asking
