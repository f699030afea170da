#include "input/local_part.h"

#include <algorithm>

#include "input/char_class.h"
#include "input/code_points.h"

namespace mxbulk::input {
namespace {

constexpr size_t kNone = std::string_view::npos;

LocalVerdict bad_at(size_t at) {
  return {LocalFault::kBad, at};
}

LocalVerdict check_quoted(std::string_view local) {
  const size_t close = closing_quote(local);
  if (close == kNone) return bad_at(local.size());
  if (close != local.size() - 1) return bad_at(close + 1);
  // Control characters were refused before, so the rest is qtextSMTP; but a quoted pair has only
  // one octet of printable ASCII.
  for (size_t i = 1; i + 1 < local.size(); ++i) {
    if (local[i] != '\\') continue;
    ++i;
    if (!is_ascii(local[i])) return bad_at(i);
  }
  return {};
}

// The offset of the first blank or wide `＠` beyond ASCII.
size_t find_wide_fault(std::string_view local) {
  if (is_ascii(local)) return kNone;
  for (size_t i = 0; i < local.size();) {
    const CodePoint point = first_code_point(local.substr(i));
    const bool is_fault = !is_ascii(local[i]) && (is_blank(point.value) || is_at_sign(point.value));
    if (is_fault) return i;
    i += std::max<size_t>(point.octets, 1);
  }
  return kNone;
}

LocalVerdict check_dot_string(std::string_view local) {
  const size_t wide_fault = find_wide_fault(local);
  bool after_dot = true;
  bool has_bad_dot = false;
  bool has_atom = false;
  for (size_t i = 0; i < local.size(); ++i) {
    const char c = local[i];
    if (c == '.') {
      has_bad_dot |= after_dot;
      after_dot = true;
      continue;
    }
    if (i == wide_fault || (!is_atext(c) && is_ascii(c))) return bad_at(i);
    after_dot = false;
    has_atom = true;
  }
  if (!has_atom) return bad_at(0);
  return {has_bad_dot || after_dot ? LocalFault::kDots : LocalFault::kNone, 0};
}

// The octets of the last character, if it is invisible and does not shape the one before it.
size_t invisible_at_end(std::string_view local) {
  const CodePoint point = last_code_point(local);
  if (point.octets == 0 || !is_invisible(point.value)) return 0;
  if (!is_shaping(point.value)) return point.octets;
  const CodePoint before = last_code_point(local.substr(0, local.size() - point.octets));
  return before.value < 0x80 ? point.octets : 0;
}

}  // namespace

size_t closing_quote(std::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;  // quoted-pairSMTP
    } else if (text[i] == '"') {
      return i;
    }
  }
  return kNone;
}

LocalVerdict check_local_part(std::string_view local) {
  return local.starts_with('"') ? check_quoted(local) : check_dot_string(local);
}

size_t find_invisible(std::string_view local) {
  if (is_ascii(local)) return kNone;
  bool after_wide = false;  // a visible character beyond ASCII
  for (size_t i = 0; i < local.size();) {
    const CodePoint point = first_code_point(local.substr(i));
    const size_t octets = std::max<size_t>(point.octets, 1);
    if (is_shaping(point.value)) {
      // RFC 5892 Appendix A.1, A.2: the joiners have a meaning only inside some scripts.
      const bool is_joiner = point.value == 0x200C || point.value == 0x200D;
      const bool before_wide = i + octets < local.size() && !is_ascii(local[i + octets]);
      if (!after_wide || (is_joiner && !before_wide)) return i;
    } else if (is_invisible(point.value)) {
      return i;
    } else {
      after_wide = !is_ascii(local[i]);
    }
    i += octets;
  }
  return kNone;
}

AtSign find_at_sign(std::string_view address) {
  size_t from = 0;
  if (address.starts_with('"')) {
    const size_t close = closing_quote(address);
    if (close != kNone) from = close + 1;  // an unclosed quote quotes nothing
  }
  AtSign found;
  const auto take_last = [&](std::string_view sign) {
    const size_t at = address.rfind(sign);
    const bool is_later = at != kNone && at >= from && (found.octets == 0 || at > found.at);
    if (is_later) found = {at, sign.size()};
  };
  const bool may_be_wide = address.find(kWideAtSignLead) != kNone;
  for (const std::string_view sign : kAtSigns) {
    if (sign.size() == 1 || may_be_wide) take_last(sign);
  }
  return found;
}

std::optional<AddressParts> split_address(std::string_view address) {
  const AtSign sign = find_at_sign(address);
  if (sign.octets == 0) return std::nullopt;
  AddressParts parts{address.substr(0, sign.at), address.substr(sign.at + sign.octets), false};
  while (const size_t octets = invisible_at_end(parts.local)) parts.local.remove_suffix(octets);
  while (true) {
    const CodePoint point = first_code_point(parts.domain);
    if (point.octets == 0 || !is_invisible(point.value)) break;
    parts.domain.remove_prefix(point.octets);
  }
  parts.is_trimmed = parts.local.size() + 1 + parts.domain.size() < address.size();
  return parts;
}

}  // namespace mxbulk::input
