// The smallest links: a committed input of two integers, and a renewal of four weights.
//
//   argument     W | X: high, low, .., the link's pad                      World(linked_toy())
//   its link     B: high [1, 2], low [1, 2] | X': the pad                  LinkSide: n = 32, everything else as in side.h
//
//   renewal      old W: a [1, 2], b [1, 2] | X': the pad
//                new W: the same           | X'': the pad
//
// B pays for four proofs, (1 + 3) * 3 + 3 = 15 random slots, and is opened by four. The weights of a renewal pay for one
// opening, 6 slots, and are opened once, as its old or as its new side. So every number is tight here too.
#pragma once

#include "leaks/world.h"
#include "verifier/renewal.h"

namespace tacit::leaks {

/// An oracle of columns in the place of W, and the oracle of a link's pad.
struct LinkSide : Side {
  LinkSide(std::vector<Column> columns, std::string name, std::size_t openings);

  std::vector<Column> columns;
  std::string name;

  /// The statement part of a message of W.
  FpVector message(const std::vector<IntColumn>& values) const;
  WeightsCommitment commit(const std::vector<IntColumn>& values, Random& random, Spoil spoil = Spoil::kNothing) const;
  /// The simulator's W*.
  WeightsCommitment commit_nothing(Random& random) const;
  CommittedWitness commit_x(const Relation& target, const Fe& pad, Random& random, Spoil spoil = Spoil::kNothing) const;

 private:
  Relation target() const;
  OracleLayout layout() const;
};

struct LinkedWorld {
  LinkedWorld();

  World world{linked_toy()};
  LinkSide side;

  /// What is committed of a secret, in the order of the link's columns.
  std::vector<IntColumn> committed(const Assignment& secret) const;
  /// The argument's relation with this commitment.
  Relation relation(const Relation& of_weights, const Relation& target) const;
};

struct RenewalWorld {
  RenewalWorld();

  std::array<Assignment, 2> secrets;
  std::vector<LinkedColumn> columns;
  LinkSide older, newer;

  RenewalRelation relation(const Relation& of_older, const Relation& of_newer) const;
};

const LinkedWorld& linked_world();
const RenewalWorld& renewal_world();

}  // namespace tacit::leaks
