// One line about an answer, for people. Pure.
#pragma once

#include <string>

#include "dns/message.h"

namespace mxbulk::asking {

// `NOERROR, TTL 300: 10 mx1.example, 20 mx2.example`. Names are escaped.
[[nodiscard]] std::string text_of(const dns::Answer& answer);

}  // namespace mxbulk::asking
