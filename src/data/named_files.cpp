#include "data/named_files.h"

#include <algorithm>
#include <filesystem>

namespace tacit {

Result<NamedFiles> named_files(const std::string& text) {
  std::error_code ignored;
  if (text.find('=') == std::string::npos || std::filesystem::exists(text, ignored)) return NamedFiles{};
  NamedFiles files;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string part = text.substr(at, end - at);
    const std::size_t mark = part.find('=');
    if (mark == std::string::npos || mark == 0 || mark + 1 == part.size()) {
      return Error{ErrorCode::kUsage, "is neither a file nor NAME=FILE,NAME=FILE", text};
    }
    const std::string name = part.substr(0, mark);
    for (const auto& [other, path] : files) {
      if (other == name) return Error{ErrorCode::kUsage, "gives " + name + " twice", text};
    }
    files.emplace_back(name, part.substr(mark + 1));
    at = end + 1;
  }
  return files;
}

}  // namespace tacit
