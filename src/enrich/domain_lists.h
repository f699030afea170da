// The lists of domains, as one table from a name to all its entries.
//
// Threads: immutable after construction and add(); then one instance serves all threads.
// Ownership: owns the text of the user's lists; the text of the program's own lists is static.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "enrich/user_lists.h"

namespace mxbulk::enrich {

// From a name to what the lists say of it. Own table: at each start of the program ten thousand
// names are inserted, in 0.4 ms (1.2 ms in std::unordered_map). Borrows the names. Views into the
// lists.
struct NameFacts {
  std::string_view provider;
  std::string_view meant;   // the intended domain of a listed typo
  uint16_t suggestion = 0;  // its number, if it may be suggested
  bool is_free = false;
  bool is_relay = false;
  bool is_disposable = false;
  bool is_disposable_exchange = false;  // hosts under it belong to a disposable service
  bool is_by_user = false;              // free, relay and disposable come from the user's lists
};

class NameTable {
 public:
  NameTable();

  // The entry of `name`, which is added if it is new. Valid until the next call.
  [[nodiscard]] NameFacts& at(std::string_view name);
  // nullptr if there is no such name.
  [[nodiscard]] const NameFacts* find(std::string_view name) const;

 private:
  struct Entry {
    std::string_view name;
    NameFacts facts;
  };

  // Where `name` is, or the free slot for it.
  [[nodiscard]] size_t slot_of(std::string_view name) const;
  void grow();

  std::vector<Entry> entries_;
  // Open addressing: 1 + an index into entries_, or 0; a power of two of them, at most half in use.
  std::vector<uint32_t> slots_;
};

// What the lists say of a domain, the domains above it included.
struct DomainFacts {
  NameFacts own;               // of the name itself
  std::string_view provider;   // of the longest suffix: `mail.icloud.com` before `icloud.com`
  bool is_disposable = false;  // disposable services accept mail for all names under theirs
  bool is_relay = false;       // likewise
  bool is_disposable_exchange = false;
  bool is_decided = false;  // a list says whether it is disposable

  // True if any list knows the domain, so that it is no typo.
  [[nodiscard]] bool is_known() const { return own.is_free || is_decided || !provider.empty(); }
};

// A domain that typos are compared with.
struct BigDomain {
  std::string_view name;   // `hotmail.co.uk`
  std::string_view brand;  // `hotmail`
  std::string joined;      // `hotmailcouk`
};

class DomainLists {
 public:
  DomainLists();

  // Adds the user's lists. Their entry of a name replaces the program's; if the user lists a name
  // twice, free and relay win over disposable. Call it at most once, before the lists are used.
  void add(UserLists lists);

  // Requires: `domain` in lower case.
  [[nodiscard]] DomainFacts facts_of(std::string_view domain) const;
  // The entry of the name itself; nullptr if no list has it. Requires: `name` in lower case.
  [[nodiscard]] const NameFacts* find(std::string_view name) const { return names_.find(name); }
  // The domains that are suggested for a typo, the biggest first.
  [[nodiscard]] const std::vector<BigDomain>& biggest() const { return biggest_; }

  // Domains that may be suggested have numbers from 1 on; 0 = none. Requires: `domain` is free, or
  // the intended domain of a listed typo. 0 if there are too many to number.
  [[nodiscard]] uint32_t number_of(std::string_view domain) const;
  // Empty for 0. Requires: `number` was returned by number_of().
  [[nodiscard]] std::string_view domain_numbered(uint32_t number) const {
    return suggestions_[number];
  }

 private:
  NameFacts& user_facts(const std::string& name);
  void add_big(std::string_view name);
  void number(std::string_view domain);

  NameTable names_;
  std::vector<BigDomain> biggest_;
  std::vector<std::string_view> suggestions_;  // by number
  UserLists user_;                             // backs the views of the user's names
};

}  // namespace mxbulk::enrich
