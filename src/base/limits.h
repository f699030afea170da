// The caps and fixed figures of the program, each with its reason. Units come last in a name: `Us`
// is microseconds, `Ms` milliseconds.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mxbulk::limits {

// --- addresses ---------------------------------------------------------------------------------
inline constexpr size_t kLocalPartOctetsMax = 64;  // RFC 5321 §4.5.3.1.1
inline constexpr size_t kDomainOctetsMax = 253;    // RFC 1035 §2.3.4, as text without the last dot
inline constexpr size_t kAddressOctetsMax = 254;   // RFC 5321 §4.5.3.1.3 less the angle brackets
inline constexpr size_t kLabelOctetsMax = 63;      // RFC 1035 §2.3.4
inline constexpr size_t kNameWireOctetsMax = 255;  // RFC 1035 §3.1, with the zero of the root
// 253 code points of 4 octets: a longer text cannot be a valid domain.
inline constexpr size_t kIdnaOctetsMax = 1'024;
// IDNA results kept per thread: enough for the IDN domains of a national list.
inline constexpr size_t kIdnaAnswers = 4'096;

// --- input -------------------------------------------------------------------------------------
// A longer row is bad_row: bounds memory if a quote is never closed.
inline constexpr size_t kRowBytesMax = 16U << 20;
// A block and its keys fit the second-level cache.
inline constexpr size_t kBlockBytes = 256U << 10;
// What padding and JSON keys may add to one block, so that memory stays bounded.
inline constexpr size_t kMadeBlockBytes = 8U << 20;
inline constexpr size_t kColumnsMax = 4096;       // of a header: wider than any warehouse accepts
inline constexpr size_t kSampleRows = 1'000;      // enough to tell the e-mail column from others
inline constexpr size_t kSampleBytes = 1U << 20;  // ends the sample earlier if rows are long
inline constexpr size_t kSampleCellBytesMax = 1'024;  // a longer cell is not an address
// Columns, or members of JSON, named in an error message: wider tables end in `…`.
inline constexpr size_t kColumnsListedMax = 20;
inline constexpr uint64_t kTitleLinesMax = 10'000;  // of --skip-lines: they are kept in memory
inline constexpr size_t kTitleRowsMax = 50;  // above a header; more lines are a table of their own
// Read and converted in one step (another encoding, a JSON array): bounds the buffers on both
// sides.
inline constexpr size_t kFilterBytes = 64U << 10;
// Kept back until it is known that no row follows: bounds memory.
inline constexpr size_t kFooterRowsMax = 50;
inline constexpr size_t kJsonDepthMax = 1'000;  // of nesting: each level is a recursive call
// Of a row over kRowBytesMax that becomes JSON: bounds memory.
inline constexpr size_t kRawKeptBytes = 1U << 20;
inline constexpr int kZstdWindowLogMax = 27;  // 128 MiB: zstd's own default for decompression

// --- DNS ---------------------------------------------------------------------------------------
inline constexpr size_t kDnsMessageBytesMax = 65'535;  // RFC 1035 §4.2.2, over TCP
inline constexpr uint16_t kEdnsPayloadBytes = 1'232;   // not fragmented on any IPv6 path
// A longer chain is a temporary failure: it may be a loop.
inline constexpr size_t kCnameLinksMax = 8;
// Read from one answer: bounds its memory; more set `cut`.
inline constexpr size_t kMxRecordsMax = 512;
// Read from one answer: far more than any host has.
inline constexpr size_t kAddressRecordsMax = 64;
inline constexpr size_t kNamePointersMax = 127;  // followed in one name: a name has no more labels
// Sockets per resolver: enough for kConcurrencyMax with small buffers.
inline constexpr size_t kUdpChannelsMax = 512;
// Read from one socket in one call, in batches of 64 datagrams: the other sockets and the timers
// must not wait for long.
inline constexpr uint32_t kReceiveBatchesMax = 8;
// Queries that get a TCP connection each; more would take too long.
inline constexpr size_t kTcpLeftAloneMax = 256;
// Sent from one source port: a forger needs more to guess port and ID.
inline constexpr uint32_t kUdpChannelQueriesMax = 100'000;
// A quarter of the IDs: a free one is soon found, and hard to guess.
inline constexpr uint32_t kUdpChannelInFlightMax = 16'384;
// Freed c-ares blocks kept per thread: those of 4,000 queries of 1.34.
inline constexpr size_t kCaresKeptBytesMax = 16 << 20;

// --- routing -----------------------------------------------------------------------------------
// Looked up for one domain: bounds the queries that one domain can cause.
inline constexpr size_t kExchangesMax = 100;
// Looked up at once: bounds one domain's share of the window.
inline constexpr size_t kExchangesAtOnce = 16;
// Lint ttl_odd below it: caches hardly keep such records. Of a cached answer it is the time left.
inline constexpr uint32_t kTtlOddLowSeconds = 60;
// Lint ttl_odd above it: RFC 8767 §4 recommends that resolvers cap a TTL at 7 days. (One over
// 2^31-1 is read as 0, by RFC 2181 §8; RFC 8767 §4 would read it as positive.)
inline constexpr uint32_t kTtlOddHighSeconds = 7 * 24 * 3600;
inline constexpr size_t kLongListExchanges = 5;  // more, of different providers: lint mx_long_list

// --- asking ------------------------------------------------------------------------------------
// Domains that can be suggested for a typo: their number is in a RowKey.
inline constexpr uint32_t kSuggestionsMax = 1U << 14;
// What 26 bits of a RowKey leave after 64 reasons with their suggestions.
inline constexpr uint32_t kDomainsMax = (1U << 26) - 64 * kSuggestionsMax;
inline constexpr uint32_t kWindowStart = 128;  // queries in flight until a window has been measured
// Of `auto`: 80,000 answers a second at a round trip of 100 ms. Bounds the burst that a resolver
// gets and the socket buffers that its answers need; --qps limits the rate.
inline constexpr uint32_t kWindowMax = 8'192;
// Read ahead: a few windows, so that the loop never waits.
inline constexpr uint32_t kUnbegunDomainsMax = 4 * kWindowMax;
// Of --concurrency: a socket has 16 bits of IDs.
inline constexpr uint32_t kConcurrencyMax = 60'000;
// Without an outcome, those in the retry queue among them: names that never answer stay for 20 s,
// and take no place in a window. Bounds memory: about 1 KB each with its domain.
inline constexpr uint32_t kQuestionsMax = 1U << 17;
// A shorter one doubles the load if a resolver stalls once.
inline constexpr int64_t kRetransmitMinUs = 200'000;
// A shorter one is noise of the scheduler on a busy machine.
inline constexpr int64_t kOverdueMinUs = 10'000;
// Before the first retry of a failed question; doubled for each further one.
inline constexpr int64_t kRetryAfterUs = 500'000;
// Likewise, after a refusal by load: the time that a smaller window takes to show its effect.
inline constexpr int64_t kRetryRefusedUs = 50'000;
// At one question: bounds what a resolver that fails at random can cause.
inline constexpr uint32_t kAttemptsMax = 32;
// While only retries are left and none of them is answered. With the attempts that are out by then
// and a last check of the resolvers, failed domains cost a run 20 s at most.
inline constexpr int64_t kRetriesAloneUs = 12'000'000;
// A resolver that fails for this long, without a good answer, does not count as responsive.
inline constexpr int64_t kResponsiveUs = 30'000'000;
// Between two liveness tests of a resolver that is silent: longer than a test takes, so that there
// are times without one.
inline constexpr int64_t kLivenessTestUs = 5'000'000;
// Until it is tried again: each try costs its question about 2 s.
inline constexpr int64_t kUnresponsiveUs = 10'000'000;
// At each question that tests whether a resolver is down: without answers three rounds, some 9 s,
// for it may be restarting.
inline constexpr uint32_t kOutageAttempts = 9;
// Of one that never answered. If it refuses them, it is asked for 1.5 s: a limit on the questions a
// second looks the same at first.
inline constexpr uint32_t kFirstOutageAttempts = 6;
// Without a good answer: a resolver that refuses a burst because of its size answers others.
inline constexpr int64_t kOutageAfterUs = 1'000'000;
// Failed in a row without a good answer: then the resolver is tested.
inline constexpr uint32_t kOutageRounds = 100;

// --- rows --------------------------------------------------------------------------------------
// Of --memory: some blocks; fewer would wait for each row.
inline constexpr uint64_t kMemoryBytesMin = 1U << 20;
// Kept open to be read again: some systems allow only 64 descriptors.
inline constexpr size_t kFilesHeldMax = 16;
// Freed in one call: a call per block would cost more.
inline constexpr uint64_t kSpillGiveBackBytes = 4U << 20;

// --- resolver checks ---------------------------------------------------------------------------
inline constexpr size_t kRandomNameLetters = 24;  // 112 bits: the name cannot be guessed
// About one attempt: the most that an unresponsive resolver delays a run.
inline constexpr int64_t kFirstCheckWaitUs = 1'000'000;
// Six test queries each time: under 0.1 % of all.
inline constexpr uint32_t kCheckEveryDomains = 10'000;
inline constexpr int64_t kCheckEveryUs = 30'000'000;  // a slow run must notice false answers too
inline constexpr uint32_t kCheckAfterDenials = 500;  // of MX, in a row: lists of dead domains exist
// Queries with EDNS that a resolver never answered, while it answered one without: it drops EDNS.
inline constexpr uint32_t kEdnsUnansweredMax = 4;
// Queries in mixed case, in a row: loss alone rarely takes so many.
inline constexpr uint32_t kMixedUnansweredMax = 4;
// Random names under real top-level domains, for each check: one for A, one for AAAA.
inline constexpr size_t kTopLevelNames = 2;
// (public suffix, resolver, address family) that are known: the list has about 7,000 ICANN
// suffixes.
inline constexpr size_t kSuffixesMax = 1U << 16;
// Random names under a suffix, if the first has an address: do all get the same?
inline constexpr uint8_t kWildcardNames = 4;
// Checks of one suffix without an answer: its domains wait for each.
inline constexpr uint8_t kWildcardFailuresMax = 2;
// Frequent addresses of domains without MX: parking services and resolvers have fewer.
inline constexpr size_t kAddressesCounted = 1'024;
// Of --canary: every check asks each resolver for each of them.
inline constexpr size_t kCanariesGivenMax = 8;
inline constexpr size_t kCanariesKept = 8;  // per resolver, spread over the names that it answered
inline constexpr size_t kCanariesAtOnce = 2;  // asked per check: one of them may have lost its MX
// Asked if no resolver answers: one of them may be down too.
inline constexpr size_t kOutageCanaries = 3;

// --- SMTP probes: one connection ---------------------------------------------------------------
// RFC 5321 §4.5.3.1.5; the rest of a line is dropped.
inline constexpr size_t kSmtpLineOctetsMax = 512;
inline constexpr size_t kSmtpReplyLinesMax = 100;  // of one reply: it might never end
// Of one reply, dropped octets included: it might never end.
inline constexpr size_t kSmtpReplyOctetsMax = 16U << 10;
// Kept of EHLO's answer; usual ones have 500.
inline constexpr size_t kSmtpKeywordOctetsMax = 4U << 10;
// Octets of a reply that is not SMTP: enough to recognise its protocol.
inline constexpr size_t kGarbageKept = 80;
// Read from one connection in one call: the others must not wait for long.
inline constexpr size_t kProbeReadBytes = 16U << 10;
// Received from one server in TLS; long certificate chains have 100 K.
inline constexpr size_t kTlsOctetsMax = 256U << 10;
inline constexpr size_t kProbeEventsMax = 256;  // taken from one epoll_wait(2)

// --- SMTP probes: all of them ------------------------------------------------------------------
inline constexpr size_t kProbeAddressesMax = 8;  // of one host: more belong to the same machines
// Addresses of one domain: bounds the connections that it can cause.
inline constexpr size_t kProbeTargetsMax = 64;
// Domains per loop iteration: bounds how long sockets wait.
inline constexpr size_t kProbesBegunMax = 4'096;
// One local address has 28,000 source ports.
inline constexpr uint32_t kProbeConcurrencyMax = 20'000;
inline constexpr uint32_t kProbePerHostMax = 100;  // what a busy sender has open to one provider
inline constexpr uint32_t kProbesNetFactor = 8;    // times --probe-per-host, to one /24 or /48
// Times --probe-per-host, to one provider.
inline constexpr uint32_t kProbesOrganisationFactor = 32;
inline constexpr size_t kCanaryDialsMax = 3;   // by doctor: one server may be down, three hardly
inline constexpr uint32_t kProbeTriesMax = 4;  // of one address: more could not prove anything
inline constexpr int64_t kProbeAgainAfterUs = 5'000'000;  // a restart of a mail server takes less
// Between two retry batches: each costs a control probe.
inline constexpr int64_t kRetryBatchUs = 5'000'000;

// --- SMTP probes: egress checks ----------------------------------------------------------------
// Closed and none open: as many as a full window.
inline constexpr uint32_t kEgressBlockedAfter = 1'000;
// Closed in one address family while the other opens.
inline constexpr uint32_t kFamilyBlockedAfter = 200;
// Closed in a row: our own egress may be the cause.
inline constexpr uint32_t kEgressDoubtAfter = 50;
// After a failure: if another host opens by then, egress was open.
inline constexpr int64_t kEgressSoonUs = 10'000'000;
inline constexpr int64_t kEgressPatienceUs = 30'000'000;  // a gateway may take this long to restart
// Until unresponsive control hosts are dialled again.
inline constexpr int64_t kControlPauseUs = 5'000'000;
// An opening within it answered the first SYN: nothing was lost.
inline constexpr uint32_t kControlPromptMs = 1'000;
inline constexpr int64_t kControlRestUs = 2'000'000;  // between two control probes that open
inline constexpr size_t kControls = 8;  // control hosts per address family, dialled in turn
inline constexpr uint32_t kControlsUnresponsive = 3;  // in a row: a single one may be down itself
// At once while egress is in doubt: one that opens ends it.
inline constexpr uint32_t kProbesWhileUnresponsive = 16;
// With the same greeting: two may share a supplier.
inline constexpr size_t kInterceptedOrganisations = 3;
// Silent addresses of one operator or network that no list knows: a company has two hosts.
inline constexpr uint32_t kFilteredAddressesMin = 3;
// Of a pipe, whose probes have no end: for others of the network to open.
inline constexpr int64_t kFilteredWaitUs = 30'000'000;

// --- output ------------------------------------------------------------------------------------
// One write(2) each; fits the second-level cache.
inline constexpr size_t kOutputBufferBytes = 256U << 10;
// Rows kept back until the first good answer: bounds memory.
inline constexpr size_t kHeldOutputBytesMax = 4U << 20;
// Rendered columns, one slot per row key: about 2 MB.
inline constexpr size_t kSuffixesKept = 1U << 14;
// A smaller file is likely to be read soon: it stays in the page cache.
inline constexpr uint64_t kDirectFromBytes = 32U << 20;
// Started early, so that fsync(2) finds less to do.
inline constexpr size_t kWritebackBytes = 8U << 20;
// A domain with fewer rows could identify a person: it is not named.
inline constexpr uint64_t kNamedFromRows = 5;
// One for each of 7 verdicts by 5 actions, each with its lock, and some more.
inline constexpr size_t kTemporariesMax = 96;

// --- state -------------------------------------------------------------------------------------
// Until answers are written: a killed run loses no more than these and what is being written.
inline constexpr int64_t kStateFlushMs = 2'000;
// Written in one transaction: the file grows by as much while it runs.
inline constexpr size_t kStateBatchMax = 100'000;
// Waited for another program that writes to the file, such as the sqlite3 shell.
inline constexpr int kStateBusyMs = 5'000;
// An answer is used no longer, whatever its TTL: RFC 8767 §4 recommends the same for resolvers.
inline constexpr int64_t kStateTtlMaxS = 7LL * 24 * 3'600;
// Pages of the file in memory, for each of two connections.
inline constexpr int64_t kStateCacheKib = 16 << 10;
// Of the WAL, until they are copied into the file: a page that several batches change is copied
// once. A quarter less CPU for half a million new domains than with SQLite's thousand.
inline constexpr int64_t kStateCheckpointPages = 16'000;
// Of the file mapped into memory, so that a lookup copies no page.
inline constexpr int64_t kStateMapBytes = 1LL << 40;
// Until the resolvers are checked for what was decided: it is not written before.
inline constexpr int64_t kStateCheckUs = 1'000'000;
// With --qps: of 20 queries, one is for these checks.
inline constexpr int64_t kStateCheckShare = 20;
// After a signal, for the last check, and between attempts to begin it while another one runs.
inline constexpr int64_t kStateLastCheckMs = 1'500;
inline constexpr int64_t kStateLastCheckRetryUs = 50'000;
// Of --days: a domain of the list is asked for once a week, so fewer days would remove it.
inline constexpr uint64_t kPruneDaysMin = 8;
inline constexpr uint64_t kPruneDaysMax = 36'500;
inline constexpr uint64_t kDeadAfterRunsMax = 1'000;  // of --dead-after: three years of nights
inline constexpr size_t kRunIdOctetsMax = 200;        // of --run-id: a name, not a text
// After a signal, until the process ends even if the state is not written.
inline constexpr unsigned kEarlyEndS = 4;

}  // namespace mxbulk::limits
