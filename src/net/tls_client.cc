#include "net/tls_client.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>

#include "base/limits.h"
#include "model/ip_address.h"

namespace mxbulk::net {
namespace {

// A host's name as SNI takes it (RFC 6066 §3): no address, no dot at its end, nothing escaped.
std::string server_name(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  const bool is_name = !host.empty() && host.size() <= limits::kDomainOctetsMax &&
                       std::all_of(host.begin(), host.end(), is_plain) &&
                       !IpAddress::from_text(host);
  return std::string(is_name ? host : std::string_view());
}

std::string_view text_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<size_t>(ASN1_STRING_length(text))};
}

// The first DNS name that it is for (RFC 6125 §6.4.4: else its common name), cut.
std::string name_in(const X509* certificate) {
  std::string name;
  auto* const names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; name.empty() && i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* const one = sk_GENERAL_NAME_value(names, i);
    if (one->type == GEN_DNS) name = text_of(one->d.dNSName);
  }
  GENERAL_NAMES_free(names);
  const X509_NAME* const subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (name.empty() && at >= 0) {
    name = text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  }
  name.resize(std::min(name.size(), limits::kDomainOctetsMax));
  return name.empty() ? "nobody" : name;
}

std::string date_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "?";
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts)};
}

std::string validity_of(const X509* certificate) {
  const ASN1_TIME* const begin = X509_get0_notBefore(certificate);
  const ASN1_TIME* const end = X509_get0_notAfter(certificate);
  if (X509_cmp_current_time(begin) > 0) return "not valid before " + date_of(begin);
  return (X509_cmp_current_time(end) < 0 ? "expired " : "until ") + date_of(end);
}

}  // namespace

TlsContext::TlsContext() {
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* const context = context_.get();
  if (context == nullptr) return;
  // Old servers count too: the probe only has to tell them from servers without TLS.
  SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context, 0);
  SSL_CTX_set_cipher_list(context, "DEFAULT:@SECLEVEL=0");
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_RENEGOTIATION |
                                   SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

TlsClient::TlsClient(const TlsContext& context, std::string_view host)
    : ssl_(context.get() == nullptr ? nullptr : SSL_new(context.get())), host_(server_name(host)) {
  BIO* const in = BIO_new(BIO_s_mem());
  BIO* const out = BIO_new(BIO_s_mem());
  if (!ssl_ || in == nullptr || out == nullptr) {
    BIO_free(in);
    BIO_free(out);
    ssl_.reset();
    is_over_ = true;
    return;
  }
  SSL_set_bio(ssl_.get(), in, out);  // owned by ssl_ now
  if (!host_.empty()) SSL_set_tlsext_host_name(ssl_.get(), host_.c_str());
  SSL_set_connect_state(ssl_.get());
  shake_hands();
}

void TlsClient::receive(std::string_view bytes, std::string& plain) {
  if (is_over_) return;
  octets_ += bytes.size();
  if (octets_ > limits::kTlsOctetsMax) {
    is_over_ = true;
    return;
  }
  const int size = static_cast<int>(bytes.size());
  if (BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), size) != size) {
    is_over_ = true;
    return;
  }
  if (!has_come_up_) shake_hands();
  if (has_come_up_) decipher(plain);
}

void TlsClient::shake_hands() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  has_come_up_ = result == 1;
  if (!has_come_up_ && SSL_get_error(ssl_.get(), result) != SSL_ERROR_WANT_READ) note_failure();
}

void TlsClient::decipher(std::string& plain) {
  std::array<char, 1'024> piece{};
  while (!is_over_) {
    ERR_clear_error();
    const int size = SSL_read(ssl_.get(), piece.data(), piece.size());
    if (size > 0) {
      plain.append(piece.data(), static_cast<size_t>(size));
    } else if (SSL_get_error(ssl_.get(), size) == SSL_ERROR_WANT_READ) {
      return;
    } else {
      is_over_ = true;
    }
  }
}

void TlsClient::note_failure() {
  is_over_ = true;
  const char* const reason = ERR_reason_error_string(ERR_peek_error());
  failure_ = reason == nullptr ? "no reason given" : reason;
}

void TlsClient::say(std::string_view plain) {
  if (is_over_) return;
  ERR_clear_error();
  // Into memory: it takes all or fails.
  if (SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size())) <= 0) is_over_ = true;
}

std::string TlsClient::take_unsent() {
  if (!ssl_) return {};
  BIO* const out = SSL_get_wbio(ssl_.get());
  std::string bytes(BIO_ctrl_pending(out), '\0');
  const int size = bytes.empty() ? 0 : BIO_read(out, bytes.data(), static_cast<int>(bytes.size()));
  bytes.resize(static_cast<size_t>(std::max(size, 0)));
  return bytes;
}

std::string TlsClient::remark() const {
  if (!has_come_up_) return "TLS failed" + (failure_.empty() ? failure_ : ": " + failure_);
  std::string text = SSL_get_version(ssl_.get());
  X509* const certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate == nullptr) return text + ", no certificate";
  text += ", certificate of " + name_in(certificate) + " " + validity_of(certificate);
  if (host_.empty()) return text;
  const bool matches = X509_check_host(certificate, host_.data(), host_.size(), 0, nullptr) == 1;
  return text + (matches ? ", name matches" : ", name differs");
}

}  // namespace mxbulk::net
