#include "input/address_cleaning.h"

#include <array>

#include "input/char_class.h"

namespace mxbulk::input {
namespace {

constexpr std::string_view kMailto = "mailto:";

constexpr std::array<std::string_view, 10> kBlanks = {
    " ",
    "\t",
    "\r",  // spreadsheets leave a line break at the end of a cell
    "\n",
    "\xC2\xA0",      // NBSP
    "\xE2\x80\x8B",  // zero-width space
    "\xE2\x80\x8C",  // zero-width non-joiner
    "\xE2\x80\x8D",  // zero-width joiner
    "\xE2\x81\xA0",  // word joiner
    "\xEF\xBB\xBF",  // BOM
};

size_t blank_at_front(std::string_view text) {
  for (std::string_view blank : kBlanks) {
    if (text.starts_with(blank)) return blank.size();
  }
  return 0;
}

size_t blank_at_back(std::string_view text) {
  for (std::string_view blank : kBlanks) {
    if (text.ends_with(blank)) return blank.size();
  }
  return 0;
}

bool trim(CleanedCell& cell) {
  const std::string_view trimmed = trim_blanks(cell.text);
  if (trimmed.size() == cell.text.size()) return false;
  cell.text = trimmed;
  cell.lints.add(Lint::kTrimmed);
  return true;
}

bool strip_mailto(CleanedCell& cell) {
  if (!equal_fold(cell.text.substr(0, kMailto.size()), kMailto)) return false;
  cell.text.remove_prefix(kMailto.size());
  // RFC 6068 §2: what follows the question mark are header fields.
  cell.text = cell.text.substr(0, cell.text.find('?'));
  cell.lints.add(Lint::kTrimmed);
  return true;
}

// `<jo@example.org>`, or with a display name before it.
bool strip_angle(CleanedCell& cell) {
  if (!cell.text.ends_with('>')) return false;
  const bool is_bare = cell.text.starts_with('<');
  const size_t open = is_bare ? 0 : cell.text.rfind('<');
  if (open == std::string_view::npos) return false;
  cell.text = cell.text.substr(open + 1, cell.text.size() - open - 2);
  cell.lints.add(is_bare ? Lint::kTrimmed : Lint::kDisplayName);
  return true;
}

}  // namespace

std::string_view trim_blanks(std::string_view text) {
  while (const size_t size = blank_at_front(text)) text.remove_prefix(size);
  while (const size_t size = blank_at_back(text)) text.remove_suffix(size);
  return text;
}

CleanedCell clean_cell(std::string_view cell) {
  CleanedCell cleaned{cell, {}};
  // Each turn takes something off, so that `<mailto:jo@example.org>` and its like come clean too.
  while (trim(cleaned) || strip_mailto(cleaned) || strip_angle(cleaned)) {
  }
  return cleaned;
}

}  // namespace mxbulk::input
