// write_seeds FOLDER: the well-formed inputs of each target, as files FOLDER/TARGET/NUMBER.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "fuzz/target.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: write_seeds FOLDER\n", stderr);
    return 2;
  }
  for (const mxbulk::test::FuzzTarget& target : mxbulk::test::fuzz_targets()) {
    const std::filesystem::path folder = std::filesystem::path(argv[1]) / target.name;
    std::filesystem::create_directories(folder);
    size_t number = 0;
    for (const std::string& seed : target.seeds()) {
      std::ofstream file(folder / std::to_string(number++), std::ios::binary);
      file << seed;
      if (!file.flush()) return 1;
    }
  }
  return 0;
}
