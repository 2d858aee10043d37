// Ports that have more than a place: scales of rows, labels, types. (committed_test.cpp has those of digits.)
#include "theorem/ports.h"

#include <gtest/gtest.h>

#include <functional>

#include "theorem/book.h"

namespace tacit {
namespace {

struct Model {
  Theorem theorem;
  Ports ports;
};

/// x [2, 3], features of sizes 100, 1 and 6; y a place 0, 1 or 2 for each of two rows.
Model model() {
  Book book;
  const ColumnId x = book.input("x", Home::kWitness, 3, 2, -32768, 32767);
  const AccId sum = book.accumulator("y", 1, 2);
  book.adds(sum, Linear::mapped(x, IndexMap{{IndexAxis{1, {IndexRun{0, 1, 2}}}}}, 1));  // the first feature
  const ColumnId y = book.requantise(sum, 0, 2, 0);
  book.set_home(y, Home::kPublic);
  auto theorem = book.finish();
  EXPECT_TRUE(theorem.ok()) << theorem.error().text();
  Model m{std::move(*theorem), {}};
  m.ports.inputs = {{"x", {2, 3}, x, 2, 3, 1, 0.01, Visibility::kPrivate, kNone, {0, 6, 4}}};
  m.ports.outputs = {{"y", {2}, y, 2, 1, 1, 1.0, Visibility::kPublic, kNone, {}, {"ham", "", "caf\xc3\xa9"}, PortType::kString}};
  return m;
}

Result<Ports> read_back(const Model& m) {
  ByteWriter out;
  write_ports(out, m.ports);
  ByteReader in(out.data());
  Result<Ports> back = read_ports(in, m.theorem);
  EXPECT_TRUE(!back.ok() || in.at_end());
  return back;
}

TEST(Ports, AreReadBackAndEveryTruncationIsRefused) {
  const Model m = model();
  const auto back = read_back(m);
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(*back, m.ports);
  ByteWriter out;
  write_ports(out, m.ports);
  for (std::size_t n = 0; n < out.data().size(); ++n) {
    ByteReader cut(ByteSpan(out.data()).first(n));
    EXPECT_FALSE(read_ports(cut, m.theorem).ok()) << n;
  }
}

TEST(Ports, AScaleForEachRowQuantisesEachFeatureOnItsOwn) {
  const Model m = model();
  const Port& x = m.ports.inputs[0];
  const std::vector<double> flat = {100, 1, -6, 0.004, 0.00008, 40};
  std::vector<IntColumn> columns(m.theorem.columns.size());
  quantise(x, m.theorem, flat, columns);
  EXPECT_EQ(columns[x.column], (IntColumn{10000, 0, 6400, 1, -9600, 32767}));  // the last one saturates: 64000
  EXPECT_EQ(to_logical(x, columns), (std::vector<std::int64_t>{10000, 6400, -9600, 0, 1, 32767}));
  const std::vector<double> back = dequantise(x, columns);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_DOUBLE_EQ(back[i], flat[i]);
  EXPECT_DOUBLE_EQ(back[4], 0.01 / 64);
  EXPECT_EQ(dequantise(x, columns[x.column]), back);
}

TEST(Ports, HostileOnesAreRefusedWithAReason) {
  auto refused = [&](const std::string& reason, const std::function<void(Ports&)>& change) {
    Model m = model();
    change(m.ports);
    const auto back = read_back(m);
    ASSERT_FALSE(back.ok()) << reason;
    EXPECT_NE(back.error().what.find(reason), std::string::npos) << back.error().what;
  };
  using Shifts = std::vector<std::uint8_t>;
  for (const Shifts& bad : {Shifts{0, 6}, Shifts{0, 6, 4, 0}, Shifts{0, 0, 0}, Shifts{1, 6, 4}, Shifts{0, 41, 4}})
    refused("bad scales of its rows", [&](Ports& p) { p.inputs[0].row_shifts = bad; });
  refused("bad scales of its rows", [](Ports& p) { p.inputs[0].scale = 5e-324; });
  refused("an output has scales of its rows", [](Ports& p) {
    std::swap(p.inputs[0], p.outputs[0]);
    p.inputs[0].labels.clear();
    p.inputs[0].type = PortType::kInt64;
  });
  refused("without being of strings, or lacks them", [](Ports& p) { p.outputs[0].type = PortType::kInt64; });
  refused("without being of strings, or lacks them", [](Ports& p) { p.outputs[0].labels.clear(); });
  refused("labels do not fit", [](Ports& p) { p.outputs[0].labels.pop_back(); });
  refused("labels do not fit", [](Ports& p) { p.outputs[0].scale = 2; });
  refused("labels do not fit", [](Ports& p) { p.outputs[0].labels.resize(kMaxLabels + 1); });
  refused("label of more than 256 bytes", [](Ports& p) { p.outputs[0].labels[1] = std::string(257, 'x'); });
  for (const int number : {0, 14, 15, 17, 255})
    refused("unknown type of elements", [&](Ports& p) { p.inputs[0].type = static_cast<PortType>(number); });
}

TEST(Ports, AnInputHasNoLabels) {
  Model m = model();
  std::swap(m.ports.inputs, m.ports.outputs);
  m.ports.outputs[0].row_shifts.clear();
  const auto back = read_back(m);
  ASSERT_FALSE(back.ok());
  EXPECT_EQ(back.error().what, "an input has labels");
}

TEST(PortType, NamesAllThatOnnxNumbers) {
  EXPECT_STREQ(name_of(PortType::kFloat), "float32");
  EXPECT_STREQ(name_of(PortType::kInt64), "int64");
  EXPECT_STREQ(name_of(PortType::kUint64), "uint64");
  EXPECT_STREQ(name_of(PortType::kBfloat16), "bfloat16");
  for (const PortType real : {PortType::kFloat, PortType::kDouble, PortType::kFloat16, PortType::kBfloat16}) EXPECT_FALSE(is_whole(real));
  for (const PortType whole : {PortType::kBool, PortType::kString, PortType::kInt8, PortType::kUint32}) EXPECT_TRUE(is_whole(whole));
}

}  // namespace
}  // namespace tacit
