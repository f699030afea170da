#include "net/cares_channel.h"

#include <algorithm>

#include "net/cares_api.h"
#include "net/cares_memory.h"

namespace mxbulk::net {
namespace {

bool set_resolver(ares_channel channel, const Endpoint& resolver) {
  return ares_set_servers_ports_csv(channel, resolver.text().c_str()) == ARES_SUCCESS;
}

}  // namespace

CaresChannel::CaresChannel(const Endpoint& resolver, int proto_flags, int64_t timeout_us,
                           SocketState socket_state, void* data) {
  if (!use_cares_memory()) return;
  char lookups[] = "b";
  ares_options options{};
  // NOCHECKRESP: c-ares does not act on rcodes. IGNTC: nor on truncated answers. Both are ours.
  options.flags = ARES_FLAG_IGNTC | ARES_FLAG_NOCHECKRESP | ARES_FLAG_STAYOPEN |
                  ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | proto_flags;
  options.timeout = static_cast<int>(std::max<int64_t>(1, timeout_us / 1'000));
  options.tries = 1;  // retransmission is the lookup's business
  options.ndots = 1;
  options.lookups = lookups;
  options.sock_state_cb = socket_state;
  options.sock_state_cb_data = data;
  int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS |
             ARES_OPT_LOOKUPS | ARES_OPT_DOMAINS | ARES_OPT_SORTLIST | ARES_OPT_SERVERS |
             ARES_OPT_NOROTATE;
  if (socket_state != nullptr) mask |= ARES_OPT_SOCK_STATE_CB;
  mask |= set_version_options(options);
  in_addr placeholder{};
  options.servers = &placeholder;  // replaced below: this field knows neither IPv6 nor ports
  options.nservers = 1;
  if (ares_init_options(&channel_, &options, mask) != ARES_SUCCESS) {
    channel_ = nullptr;
    return;
  }
  if (!set_resolver(channel_, resolver)) {
    ares_destroy(channel_);
    channel_ = nullptr;
  }
}

CaresChannel::~CaresChannel() {
  if (channel_ != nullptr) ares_destroy(channel_);
}

}  // namespace mxbulk::net
