// What `show` says of commitments, openings and renewals.
#pragma once

#include "command.h"

namespace tacit::cli {

struct ShowLinkFlags {
  std::string file, issuer;   ///< issuer: PEM of who should have signed, or empty
  bool security = false;
};

/// Whether `bytes` are one of them.
bool is_link_file(ByteSpan bytes);

/// Only what is public: of an opening, what its commitment says. Contract: is_link_file(). kRejected where the issuer did not sign.
Result<ExitCode> show_link(Session& session, const ShowLinkFlags& flags, ByteSpan bytes);

}  // namespace tacit::cli
