// Any bytes as what a mail server sends: wherever they are cut, the dialogue has the same outcome,
// and keeps no more than its caps.
//
//   octet 0    bits 0-1: the depth; bit 2: the handshake of TLS succeeds; bit 3: at the end the
//              server hangs rather than closes; bits 4-5: how many times the rest is sent, 1, 4, 16
//              or 64
//   octet 1    the seed of the cuts
//   the rest   what the server sends
#include <algorithm>

#include "base/limits.h"
#include "fuzz/targets.h"
#include "probe/smtp_dialogue.h"

namespace mxbulk::test {
namespace {

using probe::SmtpDialogue;
using Step = SmtpDialogue::Step;

constexpr size_t kStepsMax = 64;  // no conversation needs more

class Conversation {
 public:
  Conversation(const probe::SmtpScript& script, bool tls_comes_up, bool ends_silent)
      : tls_comes_up_(tls_comes_up), ends_silent_(ends_silent) {
    dialogue_.begin(script);
  }

  // One arrival of bytes, as its owner handles it.
  void hear(std::string_view bytes) {
    while (!bytes.empty() && goes_on()) note(dialogue_.on_bytes(bytes));
  }
  void end() {
    if (step_ == Step::kBeginTls) note(dialogue_.on_tls(tls_comes_up_));
    while (goes_on()) note(ends_silent_ ? dialogue_.on_limit() : dialogue_.on_close());
  }
  [[nodiscard]] bool goes_on() const {
    return step_ != Step::kBeginTls && step_ != Step::kClose && steps_ <= kStepsMax;
  }
  [[nodiscard]] bool is_endless() const { return steps_ > kStepsMax; }
  [[nodiscard]] const SmtpDialogue& dialogue() const { return dialogue_; }
  [[nodiscard]] const std::string& said() const { return said_; }

 private:
  void note(Step step) {
    step_ = step;
    if (step != Step::kWait) ++steps_;
    if (step == Step::kSend) said_ += dialogue_.to_send();
  }

  const bool tls_comes_up_;
  const bool ends_silent_;
  SmtpDialogue dialogue_;
  Step step_ = Step::kWait;
  size_t steps_ = 0;
  std::string said_;
};

std::string complaint_about(const Conversation& talk) {
  const SmtpDialogue& dialogue = talk.dialogue();
  if (talk.is_endless()) return "it never ends";
  if (!dialogue.is_decided()) return "it ended undecided";
  if (dialogue.greeting().size() > limits::kSmtpLineOctetsMax) return "a greeting over its cap";
  if (dialogue.offer().keywords.size() > limits::kSmtpKeywordOctetsMax) return "too many keywords";
  if (!dialogue.code() && !talk.said().empty()) return "it spoke before the greeting";
  if (dialogue.code() && talk.said().empty()) return "greeted, and left without a word";
  if (talk.said().find("QUIT") != std::string::npos && !talk.said().ends_with("QUIT\r\n")) {
    return "it spoke behind its QUIT";
  }
  return {};
}

std::string difference(const Conversation& whole, const Conversation& cut) {
  if (whole.dialogue().outcome() != cut.dialogue().outcome()) return "another outcome";
  if (whole.dialogue().code() != cut.dialogue().code()) return "another code";
  if (whole.dialogue().greeting() != cut.dialogue().greeting()) return "another greeting";
  if (whole.dialogue().offer().keywords != cut.dialogue().offer().keywords) return "another offer";
  if (whole.dialogue().has_smtputf8() != cut.dialogue().has_smtputf8()) return "SMTPUTF8 differs";
  return whole.said() != cut.said() ? "something else was said" : "";
}

std::string run(std::span<const uint8_t> input_bytes) {
  FuzzInput input(input_bytes);
  const uint8_t choice = input.octet();
  uint32_t cut_seed = input.octet();
  const std::string once(input.rest().begin(), input.rest().end());
  std::string bytes;
  for (int i = 0; i < 1 << (choice >> 4 & 3) * 2; ++i) bytes += once;
  const auto depth = static_cast<ProbeDepth>(1 + (choice & 3));
  const probe::SmtpScript script = probe::make_script(depth, "me.example");
  const bool tls_comes_up = (choice & 4) != 0;
  const bool ends_silent = (choice & 8) != 0;
  Conversation whole(script, tls_comes_up, ends_silent);
  whole.hear(bytes);
  whole.end();
  Conversation cut(script, tls_comes_up, ends_silent);
  for (std::string_view rest = bytes; !rest.empty() && cut.goes_on();) {
    cut_seed = cut_seed * 1'664'525 + 1'013'904'223;  // Numerical Recipes
    const size_t piece = std::min<size_t>(1 + (cut_seed >> 24) % 40, rest.size());
    cut.hear(rest.substr(0, piece));
    rest.remove_prefix(piece);
  }
  cut.end();
  for (const Conversation* talk : {&whole, &cut}) {
    const std::string wrong = complaint_about(*talk);
    if (!wrong.empty()) return wrong;
  }
  return difference(whole, cut);
}

std::string choose(char choice, const std::string& said) {
  return std::string({choice, '\7'}) + said;
}

std::vector<std::string> seeds() {
  const std::string offer = "220 mx\r\n250-mx\r\n250-SIZE 5\r\n250-SMTPUTF8\r\n250 STARTTLS\r\n";
  return {choose(0, "220 mx ESMTP\r\n221 bye\r\n"),
          choose(1, "220-mx ESMTP\r\n220 no spam\r\n221 bye\r\n"),
          choose(1, "521 5.3.2 no mail\r\n"),
          choose(1, "521-5.7.1 you\r\n521 5.7.1 again\n"),
          choose(9, "220-a\r\n220-b\r\n"),
          choose(2, "220 mx\r\n502 what?\r\n250 mx\r\n221 bye\r\n"),
          choose(3, offer + "220 go\r\n250 evil\r\n"),
          choose(7, offer + "220 go\r\n"),
          choose(10, offer + "221 bye\r\n"),
          choose(8, "000\n"),  // code 0 is a greeting too
          choose(1, "SSH-2.0-OpenSSH_9.2\r\n"),
          choose(0x31, "220-" + std::string(500, 'x')),
          choose(0x32, "220-a\r\n"),
          choose(1, std::string("220 a\0\x1b[2J\xff\r\r\n", 14))};
}

}  // namespace

const FuzzTarget kGreetingTarget = {"greeting", run, seeds};

}  // namespace mxbulk::test
