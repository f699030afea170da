#include "input/email_column.h"

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "input/address_parser.h"
#include "input/char_class.h"

namespace mxbulk::input {
namespace {

// Parts of names in their bare form: lower case (of ASCII), without blanks and punctuation.
constexpr auto kMailWords = std::to_array<std::string_view>(
    {// English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Turkish, Swedish,
     // Norwegian, Vietnamese
     "email", "courriel", "correo", "eposta", "epost", "mailadress", "adresmail", "poçta",
     "adresseélectronique", "adresseelectronique", "thưđiệntử",
     // Japanese, Chinese, Korean
     "メール", "ﾒｰﾙ", "邮箱", "郵箱", "邮件", "郵件", "信箱", "이메일", "메일",
     // Russian, Ukrainian, Bulgarian
     "почта", "Почта", "ПОЧТА", "пошта", "Пошта", "поща", "Поща", "имейл", "Имейл",
     // Greek, Hebrew, Arabic, Persian, Hindi, Thai
     "ηλεκτρονικ", "Ηλεκτρονικ", "ημέιλ", "דואל", "דוא״ל", "אימייל", "البريد", "بريد", "ایمیل",
     "ईमेल", "อีเมล"});
// Words that, with one of those, say that there is no address: `no email`, `keine E-Mail`.
constexpr auto kNoWords = std::to_array<std::string_view>(
    {"no", "not", "none", "without", "unknown", "kein", "keine", "ohne", "pas", "sans", "aucun",
     "sin", "sem", "senza", "nessuna", "geen", "brak"});
// Endings of names of columns that are about e-mail, but hold no address.
constexpr std::array<std::string_view, 16> kOtherWords = {
    "id",  "type",   "status",  "date",     "optin", "optout", "count", "hash",
    "md5", "sha256", "consent", "verified", "valid", "domain", "name",  "at"};

std::string bare(std::string_view name) {
  std::string result;
  for (char c : name) {
    if (std::string_view(" _-.\t\"'").find(c) == std::string_view::npos)
      result.push_back(ascii_lower(c));
  }
  return result;
}

std::string call(const ColumnFacts& column, size_t index, std::string_view one) {
  if (!column.name().empty()) return "\"" + column.name() + "\"";
  return std::string(one) + " " + std::to_string(index + 1);
}

// `"email" (zoe@example.org), "manager" (bob@example.org)`.
std::string list_of(const ColumnWords& words, const std::vector<ColumnFacts>& columns,
                    const std::vector<size_t>& indexes) {
  std::string list;
  for (size_t i = 0; i < indexes.size() && i < limits::kColumnsListedMax; ++i) {
    if (i > 0) list += ", ";
    const ColumnFacts& column = columns[indexes[i]];
    list += call(column, indexes[i], words.one);
    if (!column.example().empty()) list += " (" + column.example() + ")";
  }
  return indexes.size() > limits::kColumnsListedMax ? list + " …" : list;
}

std::string choice(const ColumnWords& words, const ColumnFacts& column, size_t index) {
  const std::string value =
      column.name().empty() ? std::to_string(index + 1) : "'" + column.name() + "'";
  return std::string(words.flag) + " " + value;
}

Status ambiguous(const ColumnWords& words, const std::vector<ColumnFacts>& columns,
                 const std::vector<size_t>& candidates) {
  const size_t first = candidates.front();
  const bool are_all = columns.size() > 2 && candidates.size() == columns.size();
  if (are_all) {
    return Status::input(words.source + ": every " + std::string(words.one) +
                         " holds addresses: " + list_of(words, columns, candidates) +
                         "; write one address a line, or choose one with " +
                         choice(words, columns[first], first));
  }
  return Status::input(words.source + ": more than one " + std::string(words.one) +
                       " holds addresses: " + list_of(words, columns, candidates) +
                       "; choose one, for example with " + choice(words, columns[first], first));
}

Status none_found(const ColumnWords& words, const std::vector<ColumnFacts>& columns) {
  if (columns.empty()) {
    return Status::input(words.source + ": no " + std::string(words.one) +
                         " holds texts that could be e-mail addresses" + std::string(words.advice));
  }
  std::vector<size_t> all(columns.size());
  for (size_t i = 0; i < all.size(); ++i) all[i] = i;
  return Status::input(words.source + ": no " + std::string(words.one) +
                       " holds e-mail addresses; there are " + list_of(words, columns, all) +
                       "; choose one with " + std::string(words.flag) + std::string(words.advice));
}

std::vector<size_t> filter(const std::vector<ColumnFacts>& columns, auto&& is_wanted) {
  std::vector<size_t> found;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (is_wanted(columns[i])) found.push_back(i);
  }
  return found;
}

// Drops columns of owners and senders if another column has the persons of the rows.
void drop_repeating(const std::vector<ColumnFacts>& columns, std::vector<size_t>& candidates) {
  const bool all_repeat = std::all_of(candidates.begin(), candidates.end(),
                                      [&](size_t index) { return columns[index].repeats(); });
  if (all_repeat) return;
  std::erase_if(candidates, [&](size_t index) { return columns[index].repeats(); });
}

// Drops columns with addresses in less than half as many rows as the fullest: `E-mail 2`.
void drop_sparse(const std::vector<ColumnFacts>& columns, std::vector<size_t>& candidates) {
  size_t most = 0;
  for (const size_t index : candidates) most = std::max(most, columns[index].addresses());
  std::erase_if(candidates, [&](size_t index) { return 2 * columns[index].addresses() < most; });
}

bool has_email_name(const std::vector<ColumnFacts>& columns, const std::vector<size_t>& indexes) {
  return std::any_of(indexes.begin(), indexes.end(),
                     [&](size_t index) { return is_email_name(columns[index].name()); });
}

// Keeps only columns with such a name, unless none has it.
void prefer_named(const std::vector<ColumnFacts>& columns, std::vector<size_t>& candidates) {
  std::vector<size_t> named;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(named),
               [&](size_t index) { return is_email_name(columns[index].name()); });
  if (!named.empty()) candidates = std::move(named);
}

}  // namespace

bool is_email_name(std::string_view header) {
  // Such a character is in no name, but in damaged addresses and in lines of YAML or JSON.
  if (header.find('@') != header.npos) return false;
  if (says_no_address(header)) return false;
  std::string name = bare(header);
  while (!name.empty() && is_digit(name.back())) name.pop_back();  // `mail2`
  if (name == "mail" || name.ends_with("mailaddress")) return true;
  const bool is_about_something_else = std::any_of(
      kOtherWords.begin(), kOtherWords.end(),
      [&](std::string_view word) { return name.size() > word.size() && name.ends_with(word); });
  if (is_about_something_else) return false;
  return std::any_of(kMailWords.begin(), kMailWords.end(),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

bool says_no_address(std::string_view cell) {
  const std::string_view first = cell.substr(0, cell.find_first_of(" _-"));
  return first.size() < cell.size() &&
         std::any_of(
             kNoWords.begin(), kNoWords.end(),
             [&](std::string_view word) { return equal_fold(first, word); });
}

bool is_address(std::string_view cell) {
  if (cell.size() > limits::kSampleCellBytesMax) return false;
  thread_local AddressParser parser;
  return !parser.parse(cell).invalid;
}

bool is_empty_cell(std::string_view cell) {
  if (cell.size() > limits::kSampleCellBytesMax) return false;
  thread_local AddressParser parser;
  return parser.parse(cell).invalid == Reason::kEmpty;
}

void ColumnFacts::add(std::string_view cell) {
  if (is_empty_cell(cell)) return;
  ++filled_;
  if (cell.find('@') != cell.npos || cell.find("\xEF\xBC\xA0") != cell.npos) ++with_at_sign_;
  if (!is_address(cell)) return;
  ++addresses_;
  if (example_.empty()) example_ = cell;
  distinct_.emplace(cell);
}

bool ColumnFacts::repeats() const {
  constexpr size_t kRowsForEach = 10;
  return addresses_ >= 2 * kRowsForEach && distinct_.size() * kRowsForEach <= addresses_;
}

Result<size_t> find_email_column(const ColumnWords& words,
                                 const std::vector<ColumnFacts>& columns) {
  std::vector<size_t> candidates =
      filter(columns, [](const ColumnFacts& column) { return column.holds_addresses(); });
  if (candidates.empty()) {
    // A column of bad addresses is still one; an empty column is one if its name says so.
    candidates = filter(columns, [](const ColumnFacts& column) { return column.addresses() > 0; });
  }
  if (candidates.empty()) {
    const bool is_only_one = columns.size() == 1;
    candidates = filter(columns, [&](const ColumnFacts& column) {
      return is_email_name(column.name()) && (column.may_hold_addresses() || is_only_one);
    });
  }
  if (candidates.empty()) return none_found(words, columns);
  drop_repeating(columns, candidates);
  const std::vector<size_t> all = candidates;
  drop_sparse(columns, candidates);
  const bool has_named = has_email_name(columns, candidates);
  // The name points to one column, the content to another: a person must decide.
  if (!has_named && has_email_name(columns, all)) return ambiguous(words, columns, all);
  prefer_named(columns, candidates);
  if (candidates.size() > 1) return ambiguous(words, columns, candidates);
  return candidates.front();
}

}  // namespace mxbulk::input
