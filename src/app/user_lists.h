// The folder of `--lists`: the user's own lists, each in a file.
//
// Threads: any; each call reads the folder. Ownership: keeps nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "enrich/enrich.h"
#include "enrich/user_lists.h"
#include "mxbulk/status.h"

namespace mxbulk::app {

// Reads those of disposable.txt, free.txt, relay.txt, role.txt and typos.txt that exist, as
// read_list_file() does. A domain may be written in any case and in its own script. Errors: kUsage
// with file and line, or with what is wrong with the folder. Another file that ends in .txt is an
// error: it is probably a misspelt name of a list.
[[nodiscard]] Result<enrich::UserLists> read_user_lists(const std::string& folder);

// Adds them to `enricher`; does nothing if `folder` is empty. Errors: as read_user_lists().
[[nodiscard]] Status add_user_lists(const std::string& folder, enrich::Enricher& enricher);

// The paths that it would read, whether they exist or not; none if `folder` is empty.
[[nodiscard]] std::vector<std::string> list_paths(const std::string& folder);

// The names of the other files there, which are not read. Empty if the folder cannot be read.
[[nodiscard]] std::vector<std::string> files_not_read(const std::string& folder);

}  // namespace mxbulk::app
