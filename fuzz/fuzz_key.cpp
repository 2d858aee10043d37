// A key or a bundle from a stranger. A mutant of a key is refused, since its registration proof speaks of every byte; a
// mutant of a bundle may be read, and then it can be run without harm.
//
//   byte 0 mod 4:  0 edits of a key    1 edits of a bundle    2 a key itself    3 a bundle itself
#include <algorithm>

#include "edits.h"
#include "expect.h"
#include "world.h"

namespace tacit {
namespace {

void use_key(const Bytes& file) {
  auto key = read_key(file);
  if (!key.ok()) return fuzz::expect_clear(key.error());
  FUZZ_EXPECT(key->encode() == file);
  FUZZ_EXPECT(file == fuzz::world().key);
}

void use_bundle(const Bytes& file) {
  auto model = read_model(file);
  if (!model.ok()) return fuzz::expect_clear(model.error());
  FUZZ_EXPECT(model->encode() == file);
  const KeyCore& core = model->key.core;
  std::vector<IntColumn> inputs;
  for (const Port& p : core.ports.inputs)
    for (const ColumnId id : p.columns())
      inputs.emplace_back(core.theorem.columns[id].size(), static_cast<std::int32_t>(std::min<std::int64_t>(core.theorem.columns[id].hi, INT32_MAX)));
  Assignment assignment = execute(*model, inputs);
  (void)count_multiplicities(model->theorem, assignment);
}

}  // namespace
}  // namespace tacit

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const tacit::fuzz::World& w = tacit::fuzz::world();
  FUZZ_EXPECT(tacit::read_key(w.key).ok() && tacit::read_model(w.bundle).ok());
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tacit;
  if (size == 0) return 0;
  const fuzz::World& w = fuzz::world();
  const ByteSpan rest(data + 1, size - 1);
  const bool bundle = data[0] % 4 == 1 || data[0] % 4 == 3;
  Bytes file = data[0] % 4 < 2 ? fuzz::edited(bundle ? w.bundle : w.key, rest) : Bytes(rest.begin(), rest.end());
  if (bundle) use_bundle(file);
  else use_key(file);
  return 0;
}
