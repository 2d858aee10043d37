// For the tests of the commands: a folder with a file of every kind, and the program run inside this process.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "command.h"
#include "data/file.h"
#include "test_world.h"

namespace tacit::cli::test {

struct Outcome {
  int code;
  std::string out, err;
  bool says(const std::string& text) const { return out.find(text) != std::string::npos; }
  bool complains(const std::string& text) const { return err.find(text) != std::string::npos; }
  Json json() const { return Json::parse(out); }
};

class Cli : public ::testing::Test {
 protected:
  void SetUp() override {
    world() = {};
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("tacit_cli_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::create_directories(folder_);
    put("m.onnx", "ONNX");
    put("m.tacit", "BUNDLE");
    put("m.vk", "KEY");
    put("p.proof", "PROOF");
    put("in.json", "[[1, 2], [3, 4], [5, 6]]");
    put("out.json", "[[2, 4], [6, 8], [10, 12]]");
    put("labels.json", "[0, 1, 1]");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  void put(const std::string& name, const std::string& text) {
    ASSERT_TRUE(write_file_atomic(at(name), Bytes(text.begin(), text.end())).ok());
  }
  /// Words that name a file of the folder become its path.
  Outcome tacit(std::vector<std::string> words) {
    std::vector<const char*> argv{"tacit"};
    for (std::string& w : words) {
      if (std::filesystem::exists(at(w)) || w.starts_with("new")) w = at(w);
      argv.push_back(w.c_str());
    }
    std::ostringstream out, err;
    int code = tacit_main(static_cast<int>(argv.size()), argv.data(), out, err);
    return {code, out.str(), err.str()};
  }
  std::filesystem::path folder_;
};

}  // namespace tacit::cli::test
