// What tests need to run a server of Debian's with a configuration, and a root directory, of its
// own.
//
// Threads: any.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mxbulk::test {

// `text` with each mark, such as {PORT}, replaced by its value.
[[nodiscard]] std::string filled(std::string text,
                                 const std::vector<std::pair<std::string, std::string>>& values);

// Makes the folder `root` a root directory: hard links to the files of packages that were unpacked
// to `tree`, with /dev/null, /dev/urandom, /tmp and /run beside them. Requires: root; both are on
// one file system; a server does not write to a file that came with a package.
void make_root(const std::string& root, const std::string& tree);

}  // namespace mxbulk::test
