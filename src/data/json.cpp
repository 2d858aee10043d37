// JSON data: [[1, 2], [3, 4]], or {"a": [...], "b": [...]}, or {"input_data": [[first input, flat], ...]} with, if wanted,
// "input_shapes": [[1, 3, 32, 32], ...]; "output_data" beside it is not an input and is dropped.
#include <algorithm>
#include <limits>
#include <cmath>
#include <nlohmann/json.hpp>

#include "data/formats.h"
#include "data/nested.h"

namespace tacit {
namespace {

constexpr std::string_view kInputs = "input_data", kShapes = "input_shapes", kOutputs = "output_data";

bool is_list_of_arrays(std::string_view key) { return key == kInputs || key == kShapes || key == kOutputs; }

/// The events of one JSON text, turned into arrays. The first complaint stays in `complaint_`.
class JsonArrays : public nlohmann::json_sax<nlohmann::json> {
 public:
  JsonArrays(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  bool null() override { return missing(); }
  bool boolean(bool v) override { return value(v ? 1 : 0, ArrayType::kBool); }
  bool number_integer(number_integer_t v) override { return value(exact(std::int64_t{v}), ArrayType::kInt64); }
  bool number_unsigned(number_unsigned_t v) override { return value(exact(std::uint64_t{v}), ArrayType::kInt64); }
  bool number_float(number_float_t v, const string_t& text) override {
    bool written_real = text.find_first_of(".eE") != string_t::npos;
    return value(written_real ? v : std::nan(""), ArrayType::kFloat64);
  }
  bool string(string_t& v) override { return refuse("the text \"" + printable(v) + "\" is not a number"); }
  bool binary(binary_t&) override { return refuse("binary values cannot be read"); }

  bool start_object(std::size_t) override {
    if (started_) return refuse("an object inside a list or object cannot be read");
    return started_ = true;
  }
  bool key(string_t& name) override {
    key_ = name;
    bool fresh = std::find(keys_.begin(), keys_.end(), name) == keys_.end();
    if (!fresh) return refuse("the key stands twice");
    if (keys_.size() == kMaxKeys) return refuse("more keys than can be read");
    keys_.push_back(name);
    return true;
  }
  bool end_object() override { return true; }

  bool start_array(std::size_t) override {
    started_ = true;
    if (is_list_of_arrays(key_) && !in_list_) return in_list_ = true;
    return accept(builder_.open());
  }
  bool end_array() override {
    if (in_list_ && !builder_.inside()) {
      in_list_ = false;
      return true;
    }
    return accept(builder_.close()) && finish_if_closed();
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& e) override {
    constexpr int kOutOfRange = 406;
    return refuse((e.id == kOutOfRange ? "a number beyond the range of a double ends at " : "is not valid JSON at ") +
                  line_and_column(position));
  }

  Result<std::vector<Array>> arrays() {
    if (complaint_) return bad_input(*complaint_, where_);
    bool data_file = std::find(keys_.begin(), keys_.end(), kInputs) != keys_.end();
    if (data_file) return input_data();
    for (const Named& n : found_) {
      if (is_list_of_arrays(n.key)) return bad_input("has \"" + n.key + "\" but no \"input_data\"", where_);
    }
    std::vector<Array> all;
    for (Named& n : found_) all.push_back(std::move(n.array));
    if (all.empty()) return bad_input("holds no numbers", where_);
    return all;
  }

 private:
  static constexpr std::size_t kMaxKeys = 4096;
  struct Named {
    std::string key;
    Array array;
  };

  /// JSON has no NaN: null is a missing value.
  bool missing() { return take(std::numeric_limits<double>::quiet_NaN(), ArrayType::kFloat64); }
  bool value(double v, ArrayType type) {
    if (std::isnan(v)) return refuse("an integer beyond 2^53 cannot be read exactly");
    return take(v, type);
  }
  bool take(double v, ArrayType type) {
    started_ = true;
    if (in_list_ && !builder_.inside()) return refuse("each input must be a list of its own: [[...], [...]]");
    if (is_list_of_arrays(key_) && !in_list_) return refuse("must be a list with one list per input");
    if (total_ + builder_.value_count() >= kMaxValues) return refuse("more values than can be read from one file");
    return accept(builder_.number(v, type)) && finish_if_closed();
  }
  bool finish_if_closed() {
    if (builder_.inside()) return true;
    total_ += builder_.value_count();
    found_.push_back({key_, builder_.take()});
    if (!is_list_of_arrays(key_)) found_.back().array.name = key_;
    return true;
  }
  bool accept(const std::optional<std::string>& complaint) { return complaint ? refuse(*complaint) : true; }
  bool refuse(const std::string& what) {
    std::string key = key_.empty() ? "" : '"' + printable(key_) + "\": ";
    if (!complaint_) complaint_ = key + what;
    return false;
  }
  std::string line_and_column(std::size_t position) const {
    std::string_view before = text_.substr(0, position == 0 ? 0 : position - 1);
    auto line = std::count(before.begin(), before.end(), '\n') + 1;
    std::size_t start = before.rfind('\n');
    std::size_t column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
  }

  std::vector<Array> take_all(std::string_view key) {
    std::vector<Array> all;
    for (Named& n : found_) {
      if (n.key == key) all.push_back(std::move(n.array));
    }
    return all;
  }
  Result<std::vector<Array>> input_data() {
    for (const std::string& k : keys_) {
      if (!is_list_of_arrays(k)) return bad_input("has an unknown key \"" + printable(k) + "\" beside input_data", where_);
    }
    std::vector<Array> inputs = take_all(kInputs), shapes = take_all(kShapes);
    if (inputs.empty()) return bad_input("\"input_data\" is empty", where_);
    if (shapes.empty()) return inputs;
    if (shapes.size() != inputs.size()) {
      return bad_input("has " + std::to_string(inputs.size()) + " inputs but " + std::to_string(shapes.size()) +
                           " input_shapes", where_);
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      TACIT_TRY([[maybe_unused]] Unit shaped, give_shape(inputs[i], shapes[i], i));
    }
    return inputs;
  }
  Status give_shape(Array& input, const Array& shape, std::size_t number) const {
    std::string here = where_ + ", input_shapes[" + std::to_string(number) + "]";
    std::vector<std::uint64_t> dims;
    for (double d : shape.values) {
      if (!is_integer(shape.type) || d < 0) return bad_input("is not a list of sizes", here);
      dims.push_back(static_cast<std::uint64_t>(d));
    }
    TACIT_TRY(std::uint64_t count, value_count(dims, here));
    if (count != input.values.size()) {
      return bad_input("is " + dims_text(dims) + ", but the input has " + std::to_string(input.values.size()) +
                           " values", here);
    }
    input.dims = dims;
    return Unit{};
  }

  std::string_view text_;
  const std::string& where_;
  std::optional<std::string> complaint_;
  std::vector<Named> found_;
  std::vector<std::string> keys_;
  std::string key_;
  NestedBuilder builder_;
  std::uint64_t total_ = 0;
  bool started_ = false;   ///< the outermost value has begun
  bool in_list_ = false;   ///< inside the outer list of input_data and its like
};

}  // namespace

Result<std::vector<Array>> parse_json(ByteSpan bytes, const std::string& where) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  JsonArrays handler(text, where);
  nlohmann::json::sax_parse(text.begin(), text.end(), &handler);
  return handler.arrays();
}

}  // namespace tacit
