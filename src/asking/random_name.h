// Random names: a forger cannot guess them, and no cache has them.
//
// Pure. Threads: any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "model/domain_name.h"

namespace mxbulk::asking {

// 64 random bits a call.
using RandomSource = std::function<uint64_t()>;

// RFC 6761 §6.4: no name under it exists, and a resolver can say so without asking.
inline constexpr NameView kInvalid("\x07invalid\0", 9);
// Their registries may not give addresses to names that are not registered: ICANN's registry
// agreements, specification 6, and its resolution of June 2009. An address for a random name under
// one is the resolver's.
inline constexpr std::array<NameView, 4> kWithoutWildcard = {
    NameView("\003com\0", 5), NameView("\003net\0", 5), NameView("\003org\0", 5),
    NameView("\004info\0", 6)};

// A label of `letters` random letters, 1..63, before `under`; nullopt if the name would be too
// long.
[[nodiscard]] std::optional<DomainName> random_name(size_t letters, NameView under,
                                                    const RandomSource& random);

}  // namespace mxbulk::asking
