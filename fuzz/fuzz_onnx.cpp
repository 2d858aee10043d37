// An ONNX file from a stranger: read, list what is unsupported, prepare for compilation.
//
//   byte 0 mod 4: the batch that a symbolic extent stands for, less one     then the file
//
// Beside it lies one external file, w.bin of 64 bytes.
#include "expect.h"
#include "graph/prepare.h"
#include "onnx/reader.h"

namespace tacit {
namespace {

void prepare_it(Graph graph) {
  const bool unsupported = !unsupported_nodes(graph).empty();
  auto prepared = prepare(std::move(graph));
  if (!prepared.ok()) return fuzz::expect_clear(prepared.error());
  FUZZ_EXPECT(!unsupported);
  FUZZ_EXPECT(prepared->faults.empty());
  FUZZ_EXPECT(unsupported_nodes(*prepared).empty());
}

}  // namespace
}  // namespace tacit

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tacit;
  if (size == 0) return 0;
  ExternalFiles external = ExternalFiles::in_memory({{"w.bin", Bytes(64, 0x3F)}});
  auto graph = read_model(ByteSpan(data + 1, size - 1), {.batch = 1 + data[0] % 4, .external = &external});
  if (graph.ok()) prepare_it(std::move(*graph));
  else fuzz::expect_clear(graph.error());
  return 0;
}
