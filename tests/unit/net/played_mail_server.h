// A scripted mail server in the test, on an address of 127/8.
//
// Threads: one; it is served between two iterations of the loop. Ownership: owns its sockets.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/endpoint.h"
#include "unit/net/tls_server.h"

namespace mxbulk::test {

struct MailScript {
  enum class Then : uint8_t { kListens, kCloses, kResets, kFloods };

  std::string greeting = "220 mx.example ESMTP\r\n";
  Then then = Then::kListens;     // after the greeting
  bool drips = false;             // the greeting, one octet each time that it is served
  TlsIdentity* tls = nullptr;     // after a 220 to STARTTLS; null: the bytes go on in the clear
  std::string instead_of_tls;     // sent then as an answer to anything
  bool waits_after_quit = false;  // for the other side to close
  // By the first word of a line; other lines get no answer.
  std::map<std::string, std::string, std::less<>> answers = {{"QUIT", "221 bye\r\n"}};
};

class PlayedMailServer {
 public:
  explicit PlayedMailServer(MailScript script, std::string_view address = "127.0.0.1");
  ~PlayedMailServer();
  PlayedMailServer(const PlayedMailServer&) = delete;
  PlayedMailServer& operator=(const PlayedMailServer&) = delete;

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }
  [[nodiscard]] size_t accepted() const { return accepted_; }
  // Lines of all connections, without their ends.
  [[nodiscard]] const std::vector<std::string>& received() const { return received_; }
  // How often bytes arrived in place of commands: a handshake, if it has no TLS.
  [[nodiscard]] size_t hellos() const { return hellos_; }
  // Address of the last client.
  [[nodiscard]] const std::string& peer() const { return peer_; }
  // How the other side ended the last closed connection: 0, or ECONNRESET.
  [[nodiscard]] int last_error() const { return last_error_; }
  [[nodiscard]] size_t open() const { return lines_.size(); }
  // Accepts, reads and writes what is pending.
  void serve();

 private:
  struct Line {
    int fd = -1;
    std::string unsaid;
    std::string unread;
    bool closes = false;  // once all is sent
    bool is_asked_for_tls = false;
    std::unique_ptr<TlsServer> tls;
  };

  void accept_all();
  // False: the connection is closed.
  [[nodiscard]] bool serve(Line& line);
  [[nodiscard]] bool receive(Line& line);
  void take_lines(Line& line);
  void begin_tls(Line& line);
  [[nodiscard]] bool say(Line& line);

  const MailScript script_;
  int listener_;
  Endpoint endpoint_;
  std::vector<Line> lines_;
  size_t accepted_ = 0;
  std::vector<std::string> received_;
  size_t hellos_ = 0;
  std::string peer_;
  int last_error_ = 0;
};

}  // namespace mxbulk::test
