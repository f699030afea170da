#include "probe/smtp_dialogue.h"

#include <gtest/gtest.h>

#include <ostream>
#include <vector>

#include "base/limits.h"

namespace mxbulk::probe {
namespace {

using Step = SmtpDialogue::Step;
using Phase = SmtpDialogue::Phase;

// How the server ends what `bytes` began.
enum class Ending : uint8_t { kCloses, kIsUnresponsive, kTlsUp, kTlsFails };

struct Heard {
  ProbeOutcome outcome = ProbeOutcome::kSkipped;
  std::string said;
  bool is_quit_taken = false;
};

class Talk {
 public:
  explicit Talk(ProbeDepth depth) : script_(make_script(depth, "me.example")) {
    dialogue.begin(script_);
  }

  void hear(std::string_view bytes) {
    while (!bytes.empty() && (step == Step::kWait || step == Step::kSend)) {
      note(dialogue.on_bytes(bytes));
    }
  }
  void note(Step next) {
    step = next;
    if (step == Step::kSend) said += dialogue.to_send();
  }
  void end(Ending ending) {
    if (step == Step::kBeginTls) note(dialogue.on_tls(ending == Ending::kTlsUp));
    // Each phase's limit strikes, one after the other.
    while (step != Step::kClose) {
      note(ending == Ending::kIsUnresponsive ? dialogue.on_limit() : dialogue.on_close());
    }
  }

  SmtpDialogue dialogue;
  Step step = Step::kWait;
  std::string said;

 private:
  const SmtpScript script_;
};

struct Case {
  std::string_view what;
  ProbeDepth depth;
  std::string bytes;
  Ending ending;
  ProbeOutcome outcome;
  std::string said;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.what;
}

class Dialogues : public testing::TestWithParam<Case> {};

TEST_P(Dialogues, EndTheSameInAnyPieces) {
  const Case& wanted = GetParam();
  for (const size_t piece : {size_t{1}, size_t{2}, size_t{5}, size_t{1'000}, size_t{100'000}}) {
    Talk talk(wanted.depth);
    for (size_t at = 0; at < wanted.bytes.size(); at += piece) {
      talk.hear(std::string_view(wanted.bytes).substr(at, piece));
    }
    talk.end(wanted.ending);
    EXPECT_EQ(talk.dialogue.outcome(), wanted.outcome) << piece;
    EXPECT_EQ(talk.said, wanted.said) << piece;
    EXPECT_TRUE(talk.dialogue.is_decided());
    EXPECT_EQ(talk.dialogue.phase(), Phase::kOver);
  }
}

const std::string kQuit = "QUIT\r\n";
const std::string kEhlo = "EHLO me.example\r\n";
const std::string kHelo = "HELO me.example\r\n";
const std::string kStarttls = "STARTTLS\r\n";
const std::string kOffer = "220 mx\r\n250-mx\r\n250-SMTPUTF8\r\n250 STARTTLS\r\n";
constexpr auto kCloses = Ending::kCloses;
constexpr auto kUnresponsive = Ending::kIsUnresponsive;

std::string times(std::string_view text, size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

INSTANTIATE_TEST_SUITE_P(
    AtDepthConnectThePortDecides, Dialogues,
    testing::Values(
        Case{"220", ProbeDepth::kConnect, "220 mx\r\n", kCloses, ProbeOutcome::kTcp, kQuit},
        Case{"521", ProbeDepth::kConnect, "521 no\r\n", kCloses, ProbeOutcome::kTcp, kQuit},
        Case{"SSH", ProbeDepth::kConnect, "SSH-2.0\r\n", kCloses, ProbeOutcome::kTcp, ""},
        Case{"an endless one", ProbeDepth::kConnect, times("220-\r\n", 5'000), kUnresponsive,
             ProbeOutcome::kTcp, ""},
        Case{"silence", ProbeDepth::kConnect, "", kUnresponsive, ProbeOutcome::kTcp, ""},
        Case{"a close", ProbeDepth::kConnect, "", kCloses, ProbeOutcome::kTcp, ""}));

INSTANTIATE_TEST_SUITE_P(
    Greetings, Dialogues,
    testing::Values(
        Case{"220", ProbeDepth::kBanner, "220 mx ESMTP\r\n", kCloses, ProbeOutcome::kSmtp220,
             kQuit},
        Case{"220 and silence", ProbeDepth::kBanner, "220 mx\r\n", kUnresponsive,
             ProbeOutcome::kSmtp220, kQuit},
        Case{"220 and 221", ProbeDepth::kBanner, "220 mx\r\n221 bye\r\n", kCloses,
             ProbeOutcome::kSmtp220, kQuit},
        Case{"several lines", ProbeDepth::kBanner, "220-no spam\r\n220 mx\r\n", kCloses,
             ProbeOutcome::kSmtp220, kQuit},
        Case{"421", ProbeDepth::kBanner, "421 busy\r\n", kCloses, ProbeOutcome::kSmtp4xx, kQuit},
        Case{"450", ProbeDepth::kBanner, "450 4.7.1 later\r\n", kCloses, ProbeOutcome::kSmtp4xx,
             kQuit},
        Case{"554", ProbeDepth::kBanner, "554 no\r\n", kCloses, ProbeOutcome::kSmtp5xx, kQuit},
        Case{"550 5.7.1", ProbeDepth::kBanner, "550 5.7.1 no\r\n", kCloses, ProbeOutcome::kSmtp5xx,
             kQuit},
        Case{"521", ProbeDepth::kBanner, "521 takes no mail\r\n", kCloses, ProbeOutcome::kSmtp521,
             kQuit},
        Case{"521 5.3.2", ProbeDepth::kBanner, "521 5.3.2 takes no mail\r\n", kCloses,
             ProbeOutcome::kSmtp521, kQuit},
        Case{"521 5.7.1 is about us", ProbeDepth::kBanner, "521 5.7.1 blocked\r\n", kCloses,
             ProbeOutcome::kSmtp5xx, kQuit},
        Case{"521 5.7.0 in a later line", ProbeDepth::kBanner, "521-you\r\n521 5.7.0 blocked\r\n",
             kCloses, ProbeOutcome::kSmtp5xx, kQuit},
        Case{"220 first, 554 last", ProbeDepth::kBanner, "220-mx\r\n554 no\r\n", kCloses,
             ProbeOutcome::kSmtp5xx, kQuit},
        // Any three digits are a code, and the first one counts.
        Case{"571", ProbeDepth::kBanner, "571 blocked\r\n", kCloses, ProbeOutcome::kSmtp5xx, kQuit},
        Case{"477", ProbeDepth::kBanner, "477 later\r\n", kCloses, ProbeOutcome::kSmtp4xx, kQuit},
        Case{"499-, 599", ProbeDepth::kBanner, "499-a\r\n599 b\r\n", kCloses,
             ProbeOutcome::kSmtp5xx, kQuit},
        Case{"250", ProbeDepth::kBanner, "250 hello\r\n", kCloses, ProbeOutcome::kSmtp220, kQuit},
        Case{"299", ProbeDepth::kBanner, "299 hello\r\n", kCloses, ProbeOutcome::kSmtp220, kQuit},
        Case{"099", ProbeDepth::kBanner, "099 x\r\n", kCloses, ProbeOutcome::kNotSmtp, kQuit},
        Case{"121", ProbeDepth::kBanner, "121 x\r\n", kCloses, ProbeOutcome::kNotSmtp, kQuit},
        Case{"600", ProbeDepth::kBanner, "600 x\r\n", kCloses, ProbeOutcome::kNotSmtp, kQuit},
        Case{"999", ProbeDepth::kBanner, "999 x\r\n", kCloses, ProbeOutcome::kNotSmtp, kQuit},
        Case{"354", ProbeDepth::kBanner, "354 go\r\n", kCloses, ProbeOutcome::kNotSmtp, kQuit},
        Case{"no deeper behind a refusal", ProbeDepth::kStarttls, "554 no\r\n250 mx\r\n", kCloses,
             ProbeOutcome::kSmtp5xx, kQuit}));

INSTANTIATE_TEST_SUITE_P(
    NoGreetings, Dialogues,
    testing::Values(Case{"SSH", ProbeDepth::kBanner, "SSH-2.0-OpenSSH_9.2\r\n", kUnresponsive,
                         ProbeOutcome::kNotSmtp, ""},
                    Case{"HTTP", ProbeDepth::kBanner, "HTTP/1.1 400 Bad Request\r\n", kUnresponsive,
                         ProbeOutcome::kNotSmtp, ""},
                    Case{"NUL", ProbeDepth::kEhlo, std::string(9, '\0'), kUnresponsive,
                         ProbeOutcome::kNotSmtp, ""},
                    Case{"a close", ProbeDepth::kBanner, "", kCloses, ProbeOutcome::kNotSmtp, ""},
                    Case{"a close in mid-line", ProbeDepth::kBanner, "220 mx", kCloses,
                         ProbeOutcome::kNotSmtp, ""},
                    Case{"a close in mid-greeting", ProbeDepth::kBanner, "220-mx\r\n", kCloses,
                         ProbeOutcome::kNotSmtp, ""},
                    Case{"silence", ProbeDepth::kBanner, "", kUnresponsive,
                         ProbeOutcome::kGreetingTimeout, ""},
                    Case{"silence in mid-line", ProbeDepth::kBanner, "22", kUnresponsive,
                         ProbeOutcome::kGreetingTimeout, ""},
                    Case{"endless lines", ProbeDepth::kBanner, times("220-\r\n", 5'000), kCloses,
                         ProbeOutcome::kGreetingTimeout, ""},
                    Case{"an endless line", ProbeDepth::kEhlo, "220 " + std::string(50'000, 'x'),
                         kCloses, ProbeOutcome::kGreetingTimeout, ""}));

INSTANTIATE_TEST_SUITE_P(
    Ehlo, Dialogues,
    testing::Values(
        Case{"250", ProbeDepth::kEhlo, "220 mx\r\n250 mx\r\n", kCloses, ProbeOutcome::kEhlo,
             kEhlo + kQuit},
        Case{"250 of several lines", ProbeDepth::kEhlo, kOffer, kUnresponsive, ProbeOutcome::kEhlo,
             kEhlo + kQuit},
        Case{"277", ProbeDepth::kEhlo, "220 mx\r\n277 mx\r\n", kCloses, ProbeOutcome::kEhlo,
             kEhlo + kQuit},
        Case{"577, HELO", ProbeDepth::kEhlo, "220 mx\r\n577 what?\r\n250 mx\r\n", kCloses,
             ProbeOutcome::kEhlo, kEhlo + kHelo + kQuit},
        Case{"677 is no refusal of EHLO", ProbeDepth::kEhlo, "220 mx\r\n677 what?\r\n", kCloses,
             ProbeOutcome::kSmtp220, kEhlo + kQuit},
        Case{"502, HELO", ProbeDepth::kEhlo, "220 mx\r\n502 what?\r\n250 mx\r\n", kCloses,
             ProbeOutcome::kEhlo, kEhlo + kHelo + kQuit},
        Case{"502, HELO refused", ProbeDepth::kEhlo, "220 mx\r\n502 what?\r\n550 no\r\n", kCloses,
             ProbeOutcome::kSmtp220, kEhlo + kHelo + kQuit},
        Case{"502, silence", ProbeDepth::kEhlo, "220 mx\r\n502 what?\r\n", kUnresponsive,
             ProbeOutcome::kSmtp220, kEhlo + kHelo + kQuit},
        Case{"421", ProbeDepth::kEhlo, "220 mx\r\n421 bye\r\n", kCloses, ProbeOutcome::kSmtp220,
             kEhlo + kQuit},
        Case{"220 once more", ProbeDepth::kEhlo, "220 mx\r\n220 mx\r\n", kCloses,
             ProbeOutcome::kSmtp220, kEhlo + kQuit},
        Case{"junk", ProbeDepth::kEhlo, "220 mx\r\n\x1b[2J\r\n", kUnresponsive,
             ProbeOutcome::kSmtp220, kEhlo + kQuit},
        Case{"an endless answer", ProbeDepth::kEhlo, "220 mx\r\n" + times("250-X\r\n", 5'000),
             kUnresponsive, ProbeOutcome::kSmtp220, kEhlo + kQuit},
        Case{"silence", ProbeDepth::kEhlo, "220 mx\r\n", kUnresponsive, ProbeOutcome::kSmtp220,
             kEhlo + kQuit},
        Case{"a close", ProbeDepth::kEhlo, "220 mx\r\n", kCloses, ProbeOutcome::kSmtp220, kEhlo}));

INSTANTIATE_TEST_SUITE_P(
    Starttls, Dialogues,
    testing::Values(Case{"not offered", ProbeDepth::kStarttls, "220 mx\r\n250-mx\r\n250 SIZE\r\n",
                         kCloses, ProbeOutcome::kEhlo, kEhlo + kQuit},
                    Case{"not offered to HELO", ProbeDepth::kStarttls,
                         "220 mx\r\n502 no\r\n250-mx\r\n250 STARTTLS\r\n", kCloses,
                         ProbeOutcome::kEhlo, kEhlo + kHelo + kQuit},
                    Case{"454", ProbeDepth::kStarttls, kOffer + "454 not now\r\n", kCloses,
                         ProbeOutcome::kEhlo, kEhlo + kStarttls + kQuit},
                    Case{"a close", ProbeDepth::kStarttls, kOffer, kCloses, ProbeOutcome::kEhlo,
                         kEhlo + kStarttls},
                    Case{"silence", ProbeDepth::kStarttls, kOffer, kUnresponsive,
                         ProbeOutcome::kEhlo, kEhlo + kStarttls + kQuit},
                    Case{"up", ProbeDepth::kStarttls, kOffer + "220 go\r\n", Ending::kTlsUp,
                         ProbeOutcome::kStarttls, kEhlo + kStarttls + kQuit},
                    Case{"failed", ProbeDepth::kStarttls, kOffer + "220 go\r\n", Ending::kTlsFails,
                         ProbeOutcome::kEhlo, kEhlo + kStarttls},
                    Case{"CVE-2011-0411: what follows in the clear is not heard",
                         ProbeDepth::kStarttls, kOffer + "220 go\r\n250 evil\r\n", Ending::kTlsUp,
                         ProbeOutcome::kStarttls, kEhlo + kStarttls + kQuit}));

TEST(SmtpDialogue, KeepsTheGreetingUnchanged) {
  Talk talk(ProbeDepth::kConnect);
  talk.hear(std::string_view("220-m\0x\x1b[2J\r\n220 second\r\n", 25));
  EXPECT_EQ(talk.dialogue.code(), 220);
  EXPECT_EQ(talk.dialogue.greeting(), std::string_view("m\0x\x1b[2J", 7));
}

TEST(SmtpDialogue, KnowsWhatEhloOffers) {
  Talk talk(ProbeDepth::kEhlo);
  talk.hear(kOffer);
  EXPECT_TRUE(talk.dialogue.has_smtputf8());
  EXPECT_EQ(talk.dialogue.offer().keywords, "SMTPUTF8\nSTARTTLS\n");
  EXPECT_EQ(talk.dialogue.greeting(), "mx");
}

TEST(SmtpDialogue, HeloOffersNothing) {
  Talk talk(ProbeDepth::kEhlo);
  talk.hear("220 mx\r\n500 what?\r\n250-mx\r\n250 SMTPUTF8\r\n");
  EXPECT_EQ(talk.dialogue.outcome(), ProbeOutcome::kEhlo);
  EXPECT_FALSE(talk.dialogue.has_smtputf8());
  EXPECT_EQ(talk.dialogue.offer().keywords, "");
}

TEST(SmtpDialogue, KnowsWhetherItsQuitWasTaken) {
  for (const bool is_taken : {false, true}) {
    Talk talk(ProbeDepth::kBanner);
    talk.hear("220 mx\r\n");
    EXPECT_TRUE(talk.dialogue.is_decided());
    EXPECT_FALSE(talk.dialogue.is_quit_taken());
    if (is_taken) talk.hear("221 bye\r\n");
    talk.end(kUnresponsive);
    EXPECT_EQ(talk.dialogue.is_quit_taken(), is_taken);
  }
}

TEST(SmtpDialogue, IsDecidedWhenNothingCanChangeIt) {
  Talk open(ProbeDepth::kConnect);
  EXPECT_TRUE(open.dialogue.is_decided());
  Talk talk(ProbeDepth::kStarttls);
  const std::string_view all[] = {"220 mx\r\n", "250-mx\r\n250 STARTTLS\r\n", "220 go\r\n"};
  for (const std::string_view reply : all) {
    EXPECT_FALSE(talk.dialogue.is_decided());
    talk.hear(reply);
  }
  EXPECT_EQ(talk.dialogue.phase(), Phase::kTls);
  EXPECT_FALSE(talk.dialogue.is_decided());
  talk.note(talk.dialogue.on_tls(true));
  EXPECT_TRUE(talk.dialogue.is_decided());
}

TEST(SmtpDialogue, ServesTheNextConnectionAsIfItWereNew) {
  const SmtpScript script = make_script(ProbeDepth::kEhlo, "me.example");
  SmtpDialogue dialogue;
  dialogue.begin(script);
  std::string_view bytes = "220 one\r\n250-one\r\n250 SMTPUTF8\r\n221 bye\r\n";
  while (!bytes.empty()) (void)dialogue.on_bytes(bytes);
  EXPECT_TRUE(dialogue.is_quit_taken());
  dialogue.begin(script);
  EXPECT_EQ(dialogue.phase(), Phase::kGreeting);
  EXPECT_EQ(dialogue.on_close(), Step::kClose);
  EXPECT_EQ(dialogue.outcome(), ProbeOutcome::kNotSmtp);
  EXPECT_FALSE(dialogue.code());
  EXPECT_EQ(dialogue.greeting(), "");
  EXPECT_EQ(dialogue.offer().keywords, "");
  EXPECT_FALSE(dialogue.has_smtputf8());
  EXPECT_FALSE(dialogue.is_quit_taken());
}

}  // namespace
}  // namespace mxbulk::probe
