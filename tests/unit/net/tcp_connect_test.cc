#include "net/tcp_connect.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>

namespace mxbulk::net {
namespace {

struct Meaning {
  int error;
  ConnectState state;
};

TEST(TcpConnect, WhatComesAtOnceIsOursButForARefusal) {
  const Meaning meanings[] = {
      {EINPROGRESS, ConnectState::kUnderWay}, {ECONNREFUSED, ConnectState::kRefused},
      {EMFILE, ConnectState::kNoRoom},        {ENFILE, ConnectState::kNoRoom},
      {ENOBUFS, ConnectState::kNoRoom},       {ENOMEM, ConnectState::kNoRoom},
      {EADDRNOTAVAIL, ConnectState::kNoRoom}, {EADDRINUSE, ConnectState::kNoRoom},
      {EAGAIN, ConnectState::kNoRoom},        {ENETUNREACH, ConnectState::kNoRoute},
      {EHOSTUNREACH, ConnectState::kNoRoute}, {EACCES, ConnectState::kNoRoute},
      {EPERM, ConnectState::kNoRoute},        {EAFNOSUPPORT, ConnectState::kNoRoute},
      {EINVAL, ConnectState::kNoRoute},  // a blackhole route
  };
  for (const Meaning& wanted : meanings) {
    EXPECT_EQ(meaning_at_once(wanted.error), wanted.state) << std::strerror(wanted.error);
  }
}

TEST(TcpConnect, WhatComesLaterIsTheNetworks) {
  const Meaning meanings[] = {
      {0, ConnectState::kOpen},
      {ECONNREFUSED, ConnectState::kRefused},
      {ECONNRESET, ConnectState::kOpen},
      {EPIPE, ConnectState::kOpen},
      {ETIMEDOUT, ConnectState::kTimeout},
      {EHOSTUNREACH, ConnectState::kUnreachable},
      {ENETUNREACH, ConnectState::kUnreachable},
      {EHOSTDOWN, ConnectState::kUnreachable},
      {ECONNABORTED, ConnectState::kUnreachable},
      {ENOPROTOOPT, ConnectState::kUnreachable},
      {EPROTO, ConnectState::kUnreachable},
      {ENOBUFS, ConnectState::kNoRoom},
      {ENOMEM, ConnectState::kNoRoom},
  };
  for (const Meaning& wanted : meanings) {
    EXPECT_EQ(meaning_later(wanted.error), wanted.state) << std::strerror(wanted.error);
  }
}

}  // namespace
}  // namespace mxbulk::net
