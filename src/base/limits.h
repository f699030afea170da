// Every cap of the program, each with its why.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mxbulk::limits {

// --- addresses ---------------------------------------------------------------------------------
inline constexpr size_t kLocalPartOctetsMax = 64;  // RFC 5321 §4.5.3.1.1
inline constexpr size_t kDomainOctetsMax = 253;    // RFC 1035 §2.3.4, as text without the last dot
inline constexpr size_t kAddressOctetsMax = 254;   // RFC 5321 §4.5.3.1.3 less the angle brackets
inline constexpr size_t kLabelOctetsMax = 63;      // RFC 1035 §2.3.4
inline constexpr size_t kNameWireOctetsMax = 255;  // RFC 1035 §3.1, the root's zero included
inline constexpr size_t kIdnaOctetsMax = 1'024;    // 253 code points of 4 octets: no more can fit
inline constexpr size_t kIdnaAnswers = 4'096;      // kept; the IDN domains of a national list

// --- input -------------------------------------------------------------------------------------
inline constexpr size_t kRowBytesMax = 16U << 20;  // longer: bad_row; bounds memory on a lost quote
inline constexpr size_t kBlockBytes = 256U << 10;  // fits the second-level cache with its keys
inline constexpr size_t kMadeBlockBytes = 8U
                                          << 20;  // padding and keys added to the rows of a block
inline constexpr size_t kColumnsMax = 4096;       // a header wider than any warehouse takes
inline constexpr size_t kSampleRows = 1'000;      // looked at to find the e-mail column
inline constexpr size_t kSampleBytes = 1U << 20;  // likewise, if the rows are long
inline constexpr size_t kSampleCellBytesMax = 1'024;  // a longer cell is no address
inline constexpr size_t kColumnsListedMax = 20;       // in an error message
inline constexpr uint64_t kTitleLinesMax = 10'000;    // --skip-lines: they are held in memory
inline constexpr size_t kTitleRowsMax = 50;  // above a header; more lines are a table of their own
inline constexpr size_t kFilterBytes = 64U << 10;  // converted at a time
inline constexpr size_t kFooterRowsMax = 50;    // held back until it is known that no row follows
inline constexpr size_t kJsonDepthMax = 1'000;  // of nesting; each level is a call of ours
inline constexpr size_t kRawKeptBytes = 1U << 20;  // of a row over the cap that becomes JSON
inline constexpr int kZstdWindowLogMax = 27;       // 128 MiB, as zstd itself by default

// --- DNS ---------------------------------------------------------------------------------------
inline constexpr size_t kDnsMessageBytesMax = 65'535;  // RFC 1035 §4.2.2, over TCP
inline constexpr uint16_t kEdnsPayloadBytes = 1'232;   // unfragmented on any IPv6 path
inline constexpr size_t kCnameLinksMax = 8;            // longer chains count as a temporary failure
inline constexpr size_t kMxRecordsMax = 512;           // read from one answer; then it is "cut"
inline constexpr size_t kAddressRecordsMax = 64;       // read from one answer: far beyond any host
inline constexpr size_t kNamePointersMax = 127;  // followed in one name: it has no more labels
inline constexpr size_t kUdpChannelsMax =
    512;  // UDP sockets a resolver: kConcurrencyMax of small buffers
inline constexpr uint32_t kReceiveBatchesMax = 8;  // of a socket, before others get their turn
inline constexpr size_t kTcpLeftAloneMax = 256;    // each on a connection alone: more take too long
inline constexpr uint32_t kUdpChannelQueriesMax =
    100'000;  // of one source port; a forger needs longer
inline constexpr uint32_t kUdpChannelInFlightMax = 16'384;  // a quarter of the IDs: easy to find
                                                            // and hard to guess
// Freed blocks of c-ares that a thread keeps: those of some 4,000 queries of 1.34.
inline constexpr size_t kCaresKeptBytesMax = 16 << 20;

// --- routing -----------------------------------------------------------------------------------
inline constexpr size_t kExchangesMax = 100;    // looked up for one domain, in all
inline constexpr size_t kExchangesAtOnce = 16;  // bounds one domain's fan-out
inline constexpr uint32_t kTtlOddLowSeconds = 60;
inline constexpr uint32_t kTtlOddHighSeconds = 7 * 24 * 3600;
inline constexpr size_t kLongListExchanges = 5;  // more, of different providers: lint

// --- engine ------------------------------------------------------------------------------------
inline constexpr uint32_t kSuggestionsMax = 1U << 14;  // domains that a typo can stand for
inline constexpr uint32_t kDomainsMax = (1U << 26) - 64 * kSuggestionsMax;  // in one RowKey
inline constexpr uint32_t kWindowStart = 128;  // in flight before anything is known
inline constexpr uint32_t kWindowMax = 8'192;  // `auto` goes no higher
inline constexpr uint32_t kUnbegunDomainsMax = 4 * kWindowMax;  // read ahead: some windows' worth
inline constexpr uint32_t kConcurrencyMax = 60'000;  // --concurrency; IDs are 16 bits a socket
inline constexpr int64_t kRetransmitMinUs =
    200'000;  // below it one stall of the resolver doubles load
inline constexpr int64_t kRetryAfterUs = 5'000'000;   // a failure is asked again this much later
inline constexpr int64_t kResponsiveUs = 30'000'000;  // its word is wanted so long after an answer
inline constexpr int64_t kUnresponsiveUs = 10'000'000;  // asking who is silent costs some 2 s each
inline constexpr uint32_t kOutageRounds = 100;          // failed, none good: is it the resolver?

// --- rows in flight ------------------------------------------------------------------------------
inline constexpr uint64_t kMemoryBytesMin = 1U << 20;  // some blocks: less would wait for each row
inline constexpr size_t kFilesHeldMax = 16;            // open to be read again; some have 64 in all
inline constexpr uint64_t kSpillGiveBackBytes = 4U << 20;  // of what was read: a call for each

// --- trust in resolvers --------------------------------------------------------------------------
inline constexpr size_t kRandomNameLetters = 24;         // 112 bits: nobody guesses that name
inline constexpr int64_t kFirstCheckWaitUs = 1'000'000;  // about one try: all that silence may cost
inline constexpr uint32_t kCheckEveryDomains = 10'000;   // four questions each time: under 0.1 %
inline constexpr int64_t kCheckEveryUs = 30'000'000;     // a slow run notices a liar as soon
inline constexpr uint32_t kCheckAfterDenials = 500;  // of MX in a row; lists of dead domains exist
inline constexpr uint32_t kEdnsUnansweredMax = 4;  // never answered with EDNS, answered without it
inline constexpr uint32_t kMixedUnansweredMax = 4;   // in a row: chance drops fewer on a bad line
inline constexpr size_t kCanariesGivenMax = 8;       // each is asked of each resolver at each check
inline constexpr size_t kCanariesKept = 8;           // of a resolver, spread over what it answered
inline constexpr size_t kCanariesAtOnce = 2;         // of those, for one may really go away
inline constexpr size_t kOutageCanaries = 3;  // asked when nobody answers: one may be down too

// --- probes: one connection --------------------------------------------------------------------
inline constexpr size_t kSmtpLineOctetsMax = 512;  // RFC 5321 §4.5.3.1.5; what is behind is dropped
inline constexpr size_t kSmtpReplyLinesMax = 100;  // of one reply; an endless one is cut there
inline constexpr size_t kSmtpReplyOctetsMax = 16U << 10;   // of one reply, what is dropped included
inline constexpr size_t kSmtpKeywordOctetsMax = 4U << 10;  // of EHLO's answer, kept; some have 500
inline constexpr size_t kGarbageKept = 80;  // octets of what is no SMTP: enough to know it by
inline constexpr size_t kProbeReadBytes = 16U << 10;  // of one connection, before others' turn
inline constexpr size_t kTlsOctetsMax = 256U << 10;   // heard of a server inside TLS; chains: 100 K
inline constexpr size_t kProbeEventsMax = 256;        // of sockets, told by one call

// --- probes: all of them -----------------------------------------------------------------------
inline constexpr size_t kProbeAddressesMax = 8;  // of one host: more belong to the same machines
inline constexpr size_t kProbeTargetsMax = 64;   // addresses of one domain: bounds its dialling
inline constexpr size_t kProbesBegunMax =
    4'096;  // domains in one turn: bounds how long sockets wait
inline constexpr uint32_t kProbeConcurrencyMax = 20'000;  // one address has 28,000 source ports
inline constexpr uint32_t kProbePerHostMax = 100;  // what a busy sender has open to a provider
inline constexpr uint32_t kProbesNetFactor = 8;    // of --probe-per-host, to a /24 or /48 at once
inline constexpr uint32_t kProbesOrganisationFactor = 32;  // likewise, to one provider
inline constexpr size_t kCanaryDialsMax = 3;   // by doctor: one server may be down, hardly three
inline constexpr uint32_t kProbeTriesMax = 4;  // of one address; beyond it nothing can be proven
inline constexpr int64_t kProbeAgainAfterUs = 5'000'000;  // a restart of a mail server takes less
inline constexpr int64_t kRetryBatchUs = 5'000'000;       // between two: each costs a control probe

// --- probes: trust in our own way out ------------------------------------------------------------
inline constexpr uint32_t kEgressBlockedAfter = 1'000;  // closed, none open: a full window's worth
inline constexpr uint32_t kFamilyBlockedAfter = 200;    // of one family, while the other opens
inline constexpr uint32_t kEgressDoubtAfter = 50;       // closed in a row: is it our way out?
inline constexpr int64_t kEgressSoonUs = 10'000'000;    // after a failure others must open so soon
inline constexpr int64_t kEgressPatienceUs = 30'000'000;  // a gateway may restart so long
inline constexpr int64_t kControlPauseUs =
    5'000'000;  // until unresponsive controls are dialled again
inline constexpr uint32_t kControlPromptMs = 1'000;       // within it the first SYN was answered
inline constexpr int64_t kControlRestUs = 2'000'000;      // from one that opens to the next
inline constexpr size_t kControls = 8;                    // of each family, in turn
inline constexpr uint32_t kControlsUnresponsive = 3;      // in a row: one may be down itself
inline constexpr uint32_t kProbesWhileUnresponsive = 16;  // at once: any that opens ends the doubt
inline constexpr size_t kInterceptedOrganisations = 3;  // of one greeting: two may share a supplier

// --- output and people --------------------------------------------------------------------------
inline constexpr size_t kOutputBufferBytes = 256U << 10;  // one write(2) each; fits the cache
inline constexpr size_t kHeldOutputBytesMax = 4U << 20;   // of rows, before the first good answer
inline constexpr size_t kSuffixesKept = 1U << 14;         // rendered; some 2 MB
inline constexpr uint64_t kDirectFromBytes = 32U << 20;   // smaller files are soon read again
inline constexpr size_t kWritebackBytes = 8U << 20;  // begun early, so that fsync finds less to do
inline constexpr uint64_t kNamedFromRows = 5;        // fewer rows could point at a person
inline constexpr size_t kTemporariesMax = 64;  // one for each of 7 verdicts by 5 actions, with room

}  // namespace mxbulk::limits
