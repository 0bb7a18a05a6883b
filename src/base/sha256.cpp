#include "base/sha256.h"

#include <openssl/evp.h>

#include "base/base64.h"
#include "base/error.h"

namespace p2c {

namespace {

std::string digest_of(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &length, EVP_sha256(), nullptr) != 1 || length != 32) {
    throw Error(ErrorCode::internal, "the crypto library cannot compute SHA-256");
  }
  return {reinterpret_cast<const char*>(digest), length};
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(64);
  for (const char c : digest_of(bytes)) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

std::string sha256_base64(std::string_view bytes) {
  return base64(digest_of(bytes));
}

}  // namespace p2c
