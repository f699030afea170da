#include "unit/net/tls_server.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <array>

namespace mxbulk::test {
namespace {

int note_name(SSL* ssl, int*, void* identity) {
  const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  static_cast<TlsIdentity*>(identity)->asked_for = name == nullptr ? "" : name;
  return SSL_TLSEXT_ERR_OK;
}

void sign(X509* certificate, const TlsIdentity& identity, EVP_PKEY* key) {
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -100L * 24 * 3'600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), identity.valid_for_s);
  X509_set_pubkey(certificate, key);
  X509_NAME* const subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(identity.name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(certificate, subject);
  EXPECT_GT(X509_sign(certificate, key, EVP_sha256()), 0);
}

}  // namespace

void TlsIdentity::make() {
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  context.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_cipher_list(context.get(), "DEFAULT:@SECLEVEL=0");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context.get(), version_max);
  SSL_CTX_set_tlsext_servername_callback(context.get(), note_name);
  SSL_CTX_set_tlsext_servername_arg(context.get(), this);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  sign(certificate.get(), *this, key.get());
  EXPECT_EQ(SSL_CTX_use_certificate(context.get(), certificate.get()), 1);
  EXPECT_EQ(SSL_CTX_use_PrivateKey(context.get(), key.get()), 1);
}

TlsServer::TlsServer(TlsIdentity& identity) {
  if (!identity.context) identity.make();
  ssl_.reset(SSL_new(identity.context.get()));
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_accept_state(ssl_.get());
}

std::string TlsServer::receive(std::string_view bytes) {
  BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
  std::string plain;
  std::array<char, 1'024> piece{};
  for (int size = 0; (size = SSL_read(ssl_.get(), piece.data(), piece.size())) > 0;) {
    plain.append(piece.data(), static_cast<size_t>(size));
  }
  return plain;
}

void TlsServer::say(std::string_view plain) {
  EXPECT_GT(SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size())), 0);
}

std::string TlsServer::take_unsent() {
  BIO* const out = SSL_get_wbio(ssl_.get());
  std::string bytes(BIO_ctrl_pending(out), '\0');
  if (!bytes.empty()) BIO_read(out, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

}  // namespace mxbulk::test
