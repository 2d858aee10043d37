// Proofs with a committed input, and renewals: made, simulated, and examined under the guess of secret 0, each opening by
// itself.
#pragma once

#include "leaks/exhibits.h"
#include "leaks/link_world.h"

namespace tacit::leaks {

/// What two proofs under one commitment, or the two sides of a renewal, have in common that they must not.
enum class Shared { kNothing, kLinkPad, kLinkMasks };

/// How proofs or renewals are made. The honest way is the default.
struct LinkRecipe {
  std::size_t secret = 0;
  Spoil of_argument = Spoil::kNothing;  ///< of the argument; of a renewal: kLinkPad and kBaseLinkPad
  Spoil of_link = Spoil::kNothing;      ///< of the opening of the link; of a renewal's old side
  Spoil of_newer = Spoil::kNothing;     ///< of a renewal's new side
  Shared shared = Shared::kNothing;
};

/// Proofs under one commitment to W and one to the input: part 0 of their tapes, and the openings of the link.
struct LinkedExhibit {
  Exhibit argument;
  std::vector<Tape> openings;
};
LinkedExhibit make_linked_exhibit(const LinkedWorld& linked, const LinkRecipe& recipe, Random& random);
/// The simulator's; it knows of no values and no weights.
LinkedExhibit simulate_linked(const LinkedWorld& linked, Random& random);

/// One renewal.
struct RenewalExhibit {
  RenewalRelation relation;
  Tape tape;
};
RenewalExhibit make_renewal_exhibit(const RenewalWorld& world, const LinkRecipe& recipe, Random& random);
RenewalExhibit simulate_renewal(const RenewalWorld& world, Random& random);

struct LinkTally;
/// Adds what is seen under the guess of this secret. Returns the verifier's first complaint.
std::string distinguish_linked(const LinkedWorld& linked, const LinkedExhibit& exhibit, const Assignment& guess, LinkTally& tally);
std::string distinguish_renewal(const RenewalWorld& world, const RenewalExhibit& exhibit, const Assignment& guess, LinkTally& tally);

/// Counts of each part: what comes before the openings of links (in an argument, with its own opening), and these.
struct LinkTally {
  std::array<Counts, 3> parts;
  std::size_t proofs = 0;
  std::string complaint;  ///< of the verifier, empty if there is none
  void merge(const LinkTally& other);
};
LinkTally run_linked(std::string_view name, const LinkRecipe& recipe, std::size_t exhibits);
LinkTally run_linked_simulated(std::string_view name, std::size_t exhibits);
LinkTally run_renewals(std::string_view name, const LinkRecipe& recipe, std::size_t exhibits);
LinkTally run_renewals_simulated(std::string_view name, std::size_t exhibits);

}  // namespace tacit::leaks
