// Parses addresses, without allocation for nearly all of them. `parse_address` and the reader call
// it.
//
// Threads: one AddressParser per thread. Ownership: owns scratch space and IDNA results.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "input/plain_address.h"
#include "model/domain_name.h"
#include "mxbulk/verdict.h"

namespace mxbulk::input {

class DomainSyntax;

struct ParsedAddress {
  std::optional<Reason> invalid;  // none: the address is valid and `domain` is set
  LintSet lints;                  // row lints, kBadAlabel, kIdna2008
  std::string_view local_part;    // into the cell
  NameView domain;                // canonical wire form; into the parser, until the next call.
                                  // Empty if the domain is not valid.
};

class AddressParser {
 public:
  AddressParser();
  ~AddressParser();
  AddressParser(const AddressParser&) = delete;
  AddressParser& operator=(const AddressParser&) = delete;

  // `cell`: any bytes, any length. Precedence of reasons as in enum Reason; the syntax of a
  // special-use domain (`user@localhost`) is valid.
  ParsedAddress parse(std::string_view cell);
  // The same for a bare domain, as `resolve` and `check` accept it: blanks and one trailing dot are
  // removed (lint trimmed).
  ParsedAddress parse_domain(std::string_view cell);

 private:
  ParsedAddress parse_cell(std::string_view cell);

  PlainAddress plain_;
  std::unique_ptr<DomainSyntax> domains_;
};

}  // namespace mxbulk::input
