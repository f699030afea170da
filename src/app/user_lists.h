// The folder of `--lists`: the user's own lists, one a file.
//
// Threads: pure but for reading the folder. Ownership: what is read owns its text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "enrich/enrich.h"
#include "enrich/user_lists.h"
#include "mxbulk/status.h"

namespace mxbulk::app {

// Reads disposable.txt, free.txt, relay.txt, role.txt and typos.txt, those that are there: an entry
// a line, blank lines and what follows a # left out. A domain may be written in any case and in its
// own script. Errors: kUsage with file and line, or with what is wrong with the folder; a further
// file that ends in .txt is one too, for its list would be missed.
[[nodiscard]] Result<enrich::UserLists> read_user_lists(const std::string& folder);

// Adds them to `enricher`; without a folder (empty) does nothing. Errors: as read_user_lists().
[[nodiscard]] Status add_user_lists(const std::string& folder, enrich::Enricher& enricher);

// The files that it reads if they are there; none for an empty name.
[[nodiscard]] std::vector<std::string> list_paths(const std::string& folder);

// The other files there, which nothing reads, by name. Empty if the folder cannot be read.
[[nodiscard]] std::vector<std::string> files_not_read(const std::string& folder);

}  // namespace mxbulk::app
