// How the commands speak: aligned lines for people, one JSON object for programs.
//
//   key        3f2a91...
//   proof      84.2 KiB
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api.h"

namespace tacit::cli {

using Json = nlohmann::ordered_json;

/// What proofs hide and what they show, in one line: said wherever proofs are made, described or verified.
std::string privacy_text(api::Visibility input, api::Visibility output, api::Visibility weights, bool zero_knowledge);
std::string privacy_text(const api::Statement& statement);
/// Who sees what under such a key, whoever proves: one line for each role.
std::vector<std::pair<std::string, std::string>> roles(api::Visibility input, api::Visibility output, api::Visibility weights);
/// What both security and hiding rest on, in one line.
inline constexpr std::string_view kAssumptions = "Keccak-256 behaves like a random oracle; hiding also that ChaCha20 looks random; no trusted setup";

/// Lines of "label  value", the values in one column; an empty label continues the line above. Values may hold names from
/// files: they are made visible (base/text.h).
class Lines {
 public:
  void add(std::string label, std::string_view value);
  std::string str() const;

 private:
  std::vector<std::pair<std::string, std::string>> rows_;
};

std::string kib(std::uint64_t bytes);             ///< "43 bytes", "84.2 KiB", "67.9 MiB"
std::string duration(double seconds);             ///< "12.3 ms", "4.56 s"
std::string number(double value);                 ///< six significant digits
std::string percent(std::uint64_t part, std::uint64_t whole);
std::string count(std::uint64_t n, std::string_view noun);   ///< "1 sample", "2 samples"
std::string shape(const std::vector<std::uint64_t>& dims);   ///< "1 x 28 x 28"
std::string bits_text(unsigned activations, unsigned weights, unsigned widest);   ///< "activations 16 bits, weights 16 to 20 bits"
std::string text_of(api::Visibility visibility);
std::string values(const Array& array);           ///< all of them when few, else the first ones and how many more
Array array_of(const api::TensorValue& value);    ///< its numbers, or labels

/// "class 7 (12.5)" for one row of class scores, "" otherwise.
std::string largest(const Array& array);

/// One tensor with its integers: three lines under one label.
void add_value(Lines& lines, const std::string& label, const api::TensorValue& value);
void add_tensors(Lines& lines, const std::string& label, const std::vector<api::TensorFacts>& tensors);
void add_statement(Lines& lines, const api::Statement& statement);
void add_security(Lines& lines, double proven_bits, unsigned target_bits);
void add_security_terms(Lines& lines, const api::SecurityReport& security);
void add_stages(Lines& lines, const std::vector<api::StageTime>& stages);

Json json_of(const Array& array);                 ///< nested lists
Json json_of(const std::vector<api::TensorValue>& values);   ///< by name: values, integers, scale
Json json_of(const std::vector<api::TensorFacts>& tensors);
Json json_of(const api::Statement& statement);
Json json_of(const api::SecurityReport& security);
Json json_of(const api::Accuracy& accuracy);
Json json_of(const api::OutputError& error);     ///< `bound`: null where there is none
std::string bound_text(const api::OutputError& error);   ///< "0.00125 (expected, of inputs like those measured)", "exact"
Json json_of(const std::vector<api::StageTime>& stages);
void add_privacy(Json& object, bool zero_knowledge, const std::string& privacy);

}  // namespace tacit::cli
