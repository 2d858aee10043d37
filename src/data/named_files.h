// NAME=FILE,NAME=FILE: several named arrays in files that hold one each, as .npy and .pb do.
//
//   left=a.npy,right=b.pb   ->   {"left", "a.npy"}, {"right", "b.pb"}
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tacit {

using NamedFiles = std::vector<std::pair<std::string, std::string>>;

/// Empty where `text` is the path of one file: it has no '=', or there is a file of that name. Errors: kUsage for a part
/// without a name or a path, and for a name that is given twice.
Result<NamedFiles> named_files(const std::string& text);

}  // namespace tacit
