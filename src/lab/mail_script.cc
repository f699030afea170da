#include "lab/mail_script.h"

#include <algorithm>
#include <optional>

namespace mxbulk::lab {
namespace {

constexpr std::string_view kBlanks = " \t\r";

// Takes the first word from the front, with the blanks around it.
std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
  text.remove_prefix(word.size());
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return word;
}

std::string_view without_blanks_behind(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

// What a greeting begins with: as a probe takes them, the first digit counts.
bool is_code(std::string_view word) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return word.size() == 3 && word[0] >= '2' && word[0] <= '5' && is_digit(word[1]) &&
         is_digit(word[2]);
}

std::optional<MailHost::Kind> kind_of(std::string_view word) {
  if (is_code(word)) return MailHost::Kind::kGreets;
  if (word == "refuses") return MailHost::Kind::kRefuses;
  if (word == "unreachable") return MailHost::Kind::kUnreachable;
  if (word == "unresponsive") return MailHost::Kind::kUnresponsive;
  if (word == "hangs") return MailHost::Kind::kHangs;
  if (word == "no-smtp") return MailHost::Kind::kNoSmtp;
  return std::nullopt;
}

// What follows the address.
std::optional<MailHost> read_host(std::string_view text) {
  MailHost host;
  std::string_view whole = text;
  std::string_view word = take_word(text);
  while (word.starts_with('+')) {
    if (word != "+STARTTLS" && word != "+SMTPUTF8") return std::nullopt;
    (word == "+STARTTLS" ? host.has_starttls : host.has_smtputf8) = true;
    whole = text;
    word = take_word(text);
  }
  const std::optional<MailHost::Kind> kind = kind_of(word);
  if (!kind) return std::nullopt;
  host.kind = *kind;
  const bool greets = host.kind == MailHost::Kind::kGreets;
  const bool speaks = greets || host.kind == MailHost::Kind::kNoSmtp;
  const bool offers = host.has_starttls || host.has_smtputf8;
  host.text = greets ? whole : text;
  if (speaks == host.text.empty() || (offers && !greets)) return std::nullopt;
  return host;
}

}  // namespace

Result<MailScript> MailScript::parse(std::string_view text) {
  MailScript script;
  size_t line_number = 0;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    ++line_number;
    line = without_blanks_behind(line);
    if (line.empty() || line.starts_with('#')) continue;
    const std::optional<IpNet> net = IpNet::from_text(take_word(line));
    std::optional<MailHost> host = read_host(line);
    if (!net || !host) {
      return Status::input("mail script:" + std::to_string(line_number) + ": cannot be read");
    }
    script.hosts_.emplace_back(*net, std::move(*host));
  }
  return script;
}

const MailHost* MailScript::find(const IpAddress& address) const {
  const auto found = std::find_if(hosts_.begin(), hosts_.end(),
                                  [&](const auto& entry) { return entry.first.contains(address); });
  return found == hosts_.end() ? nullptr : &found->second;
}

std::string_view builtin_mail_text() {
  static constexpr char kText[] =
#include "data/lab.mail.inc"
      ;
  return {kText, sizeof kText - 1};
}

}  // namespace mxbulk::lab
