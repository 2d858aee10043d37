// The demo's model and data: examples/digits, built into the program.
#include "api_common.h"
#include "data/formats.h"
#include "demo_files.h"

namespace tacit::cli::api {

Demo demo() {
  Demo out;
  out.title = "a handwritten digit, 8 x 8 pixels, read by a small convolutional network";
  out.model.assign(demo_files::kModel.begin(), demo_files::kModel.end());
  auto array = [](ByteSpan file, const std::string& name) {
    auto parsed = parse_npy(file, name);
    TACIT_EXPECTS(parsed.ok(), "the demo's own files are well formed");
    return DataFile{name, {std::move(*parsed)}};
  };
  out.calibration = array(demo_files::kCalibration, "calibration.npy");
  out.input = array(demo_files::kInput, "digit.npy");
  return out;
}

}  // namespace tacit::cli::api
