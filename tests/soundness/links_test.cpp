// Committed inputs and outputs: a prover whose argument is true, of other values than the commitments that it names. Whatever
// it sends as the link value, the claim on one of the two sides is false, and the opening of this side is refused.
#include "soundness/link_world.h"

namespace tacit {
namespace {

const LinkWorld& w() { return link_world(); }
using Integers = std::vector<std::int64_t>;

/// A proof of `a` that links `linked`, with the link value of each side, and with one that is neither's.
void expect_refused_whatever_is_sent(const Assignment& a, const Linked& linked, std::size_t link, const Cheat& base = {}) {
  expect_refused(w().answer(a, linked, base), kInputLink + link, kFinalCheck);
  const auto told = [&](auto&& value) {
    Cheat cheat = base;
    cheat.link_value = [&](std::size_t i, const FingerprintPoint& point) {
      const Fe of_argument = fingerprint_of(a, w().port(i), point);
      return i == link ? value(of_argument, fingerprint_of(*linked.named[i], w().port(i), point) - linked.off[i]) : of_argument;
    };
    return w().answer(a, linked, cheat);
  };
  expect_refused(told([](const Fe&, const Fe& of_commitment) { return of_commitment; }), kArgument, kFinalCheck);
  expect_refused(told([](const Fe& a_value, const Fe& b_value) { return (a_value + b_value) * Fe(2).inverse(); }), kArgument, kFinalCheck);
}

TEST(Links, TheHonestProverIsAcceptedAndItsCommitmentsAreTheProducts) {
  EXPECT_EQ(w().input.commitment, test_commitment(w().values, 11).of.commitment);
  const CheatingProof proof = w().prove(w().world.honest, w().honest());
  const Answer answer = w().verify(w().world.honest, {&w().input, &w().output}, proof);
  EXPECT_TRUE(answer.verdict.accepted) << answer.verdict.reason;
  EXPECT_EQ(answer.openings, kOutputLink);
}

TEST(Links, N36_OtherIntegersThanTheCommittedOnesAreRefused) {
  for (const std::int64_t change : {1, -1, 65536, 1 << 20}) {
    Integers near = w().values;
    near[17] += change;
    const Committed other = commit_columns(digit_columns(near), 13);
    expect_refused_whatever_is_sent(w().world.honest, {{&other, &w().output}, {}, {}, {}}, 0);
  }
  const Assignment a = w().run(test_integers(2, 30));
  const Committed out = commit_columns(digit_columns(w().output_of(a)), 14);
  expect_refused_whatever_is_sent(a, {{&w().input, &out}, {}, {}, {}}, 0);
  Integers near = w().output_of(w().world.honest);
  near[0] += 32;  // one step of the output's scale
  const Committed other = commit_columns(digit_columns(near), 15);
  expect_refused_whatever_is_sent(w().world.honest, {{&w().input, &other}, {}, {}, {}}, 1);
}

TEST(Links, N36_AFalseLinkValueIsRefused) {
  for (const Fe& error : {kOne, -kOne, Fe(Fp(), Fp(), Fp(3))}) {
    Cheat cheat;
    cheat.lies.sent = [&](const std::string& label, std::size_t, FeVector& values) {
      if (label == "link value") values[0] += error;
    };
    expect_refused(w().answer(w().world.honest, w().honest(), cheat), kArgument, kFinalCheck);
  }
}

TEST(Links, N36_AnotherOracleThanTheNamedOneIsRefused) {
  // The argument is of `a`, and so is an oracle that nobody named: the statement names the commitment to other integers.
  const Assignment a = w().run(test_integers(2, 30));
  const Committed in = commit_columns(digit_columns(test_integers(2, 30)), 16), out = commit_columns(digit_columns(w().output_of(a)), 14);
  ASSERT_TRUE(w().answer(a, {{&in, &out}, {}, {}, {}}).verdict.accepted);
  const Linked unnamed{{&w().input, &out}, {&in, nullptr}, {}, {}};
  expect_refused(w().answer(a, unnamed), kInputLink, kRowsCheckW);
  Cheat folds_one_shows_the_other;
  folds_one_shows_the_other.link_faces = {{in.oracle.get(), w().input.oracle.get()}};
  expect_refused(w().answer(a, {{&w().input, &out}, {}, {}, {}}, folds_one_shows_the_other), kInputLink, kFinalCheck);
  // A commitment of two faces: the root of one oracle, the pin of the other.
  Committed two_faced = w().input;
  two_faced.commitment.pin_y = evaluate_powers(in.oracle->message(), pin_point(two_faced.commitment.root, two_faced.commitment.params, 60));
  expect_refused(w().answer(a, {{&two_faced, &out}, {}, {}, {}}, folds_one_shows_the_other), kInputLink, kFinalCheck);
  expect_refused(w().answer(w().world.honest, {{&two_faced, &w().output}, {}, {}, {}}), kInputLink, kFinalCheck);
}

TEST(Links, N36_APadThatIsNotTheArgumentsIsRefused) {
  for (std::size_t link : {0u, 1u})
    for (const Fe& off : {kOne, -kOne, Fe(Fp(), Fp(), Fp(5))}) {
      Linked linked = w().honest();
      linked.off[link] = off;
      expect_refused_whatever_is_sent(w().world.honest, linked, link);
    }
}

TEST(Links, N36_APadFittedToTheFingerprintsOfAnEarlierProofIsRefused) {
  // Other integers, and pads whose difference is what the fingerprints differed by: at the challenges of the proof before.
  Integers near = w().values;
  near[3] += 1;
  const Committed other = commit_columns(digit_columns(near), 13);
  Linked linked{{&other, &w().output}, {}, {}, {}};
  const Assignment& a = w().world.honest;
  for (int attempt = 0; attempt < 3; ++attempt) {
    Fe difference;
    Cheat cheat;
    cheat.link_value = [&](std::size_t i, const FingerprintPoint& point) {
      const Committed& honest = i == 0 ? w().input : w().output;
      const Fe value = fingerprint_of(honest, w().port(i), point);
      if (i == 0) difference = fingerprint_of(other, w().port(i), point) - value;
      return value;
    };
    expect_refused(w().answer(a, linked, cheat), kInputLink, kFinalCheck);
    linked.off[0] = difference;
  }
}

TEST(Links, N36_PadsThatMaskTheLinkButAreNotCommittedAreRefused) {
  // The message and X' agree on a pad that is not in X.
  const Fe error(Fp(1), Fp(2), Fp(3));
  Linked linked = w().honest();
  std::uint32_t pad = 0;
  linked.change = [&](Relation& own) { pad = own.plan.links[0]; };
  linked.off[0] = error;
  Cheat cheat;
  cheat.pads = [&](FeVector& pads) { pads[pad] += error; };
  expect_refused(w().answer(w().world.honest, linked, cheat), kArgument, kFinalCheck);
}

/// A commitment to the digits of `integers`, whatever `change` makes of them.
template <class F> Committed changed_columns(const Integers& integers, F&& change) {
  std::vector<IntColumn> columns = digit_columns(integers);
  change(columns);
  TACIT_EXPECTS(columns != digit_columns(integers), "the change is one");
  return commit_columns(std::move(columns), 17);
}

TEST(Links, N36_ColumnsExchangedShiftedOrInAnotherOrderAreRefused) {
  const Port& port = w().port(0);
  const auto rotate = [](IntColumn& c) { std::rotate(c.begin(), c.begin() + 1, c.end()); };
  const std::vector<Committed> wrong{
      changed_columns(w().values, [](auto& c) { std::swap(c[0], c[1]); }),
      changed_columns(w().values, [&](auto& c) { rotate(c[0]), rotate(c[1]); }),
      changed_columns(w().values, [&](auto& c) { rotate(c[0]); }),
      changed_columns(w().values, [&](auto& c) { rotate(c[1]); }),
      changed_columns(w().values, [](auto& c) { std::reverse(c[0].begin(), c[0].end()), std::reverse(c[1].begin(), c[1].end()); }),
      // The order of an argument's columns, and the tensor's sides exchanged.
      changed_columns(w().values, [&](auto& c) { c = {columns_of(port, w().values)[0], columns_of(port, w().values)[1]}; }),
      changed_columns(w().values, [&](auto& c) {
        const std::vector<IntColumn> flat = c;
        for (std::size_t i = 0; i < 30; ++i) c[0][i] = flat[0][i % 6 * 5 + i / 6], c[1][i] = flat[1][i % 6 * 5 + i / 6];
      }),
      changed_columns(w().values, [](auto& c) { std::swap(c[0][4], c[0][5]), std::swap(c[1][4], c[1][5]); }),
  };
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    SCOPED_TRACE(i);
    expect_refused_whatever_is_sent(w().world.honest, {{&wrong[i], &w().output}, {}, {}, {}}, 0);
  }
}

TEST(Links, N36_AnArgumentThatClaimsOtherColumnsThanThePortsIsRefused) {
  // The commitments fit what the prover claims of its columns; only the port says that these are others.
  const Committed exchanged = changed_columns(w().values, [](auto& c) { std::swap(c[0], c[1]); });
  const auto in_place_of = [&](const Committed& named, auto&& change) {
    return w().answer(w().world.honest, {{&named, &w().output}, {}, {}, [&](Relation& own) { change(own.links[0].columns); }});
  };
  expect_refused(in_place_of(exchanged, [](auto& c) { std::swap(c[0].column, c[1].column); }), kArgument, kFinalCheck);
  const Committed by_columns =
      changed_columns(w().values, [&](auto& c) { c = {columns_of(w().port(0), w().values)[0], columns_of(w().port(0), w().values)[1]}; });
  // [3, 2 * 5] instead of [2, 3, 5]: a fingerprint with as many challenges.
  const auto batch_inside = [](auto& columns) {
    for (LinkedColumn& c : columns) c.batch = 1, c.inner = 10;
  };
  expect_refused(in_place_of(by_columns, batch_inside), kArgument, kFinalCheck);
  const auto output_columns = [](auto& columns) { columns[0].column = w().port(1).column, columns[1].column = w().port(1).low_column; };
  expect_refused(in_place_of(w().output, output_columns), kArgument, kFinalCheck);
}

TEST(Links, N36_LinksInAnotherOrderAreRefused) {
  ASSERT_EQ(w().input.commitment.params, w().output.commitment.params);
  ASSERT_GT(w().input.commitment.params.rounds[0].grind_bits, 0u) << "work is done for one transcript";
  Cheat openings;
  openings.link_order = {1, 0};
  expect_refused(w().answer(w().world.honest, w().honest(), openings), kInputLink, "proof of work");
  // Each opening binds what its place asks for, and is of the other commitment.
  Linked turned = w().honest();
  turned.opened = {&w().output, &w().input};
  expect_refused(w().answer(w().world.honest, turned), kInputLink, kRowsCheckW);
  // The whole argument as if the output came first.
  Linked all = w().honest();
  all.change = [](Relation& own) {
    std::swap(own.links[0].columns, own.links[1].columns);
    std::swap(own.links[0].target, own.links[1].target);
  };
  all.opened = turned.opened;
  expect_refused(w().answer(w().world.honest, all), kArgument, kFinalCheck);
}

TEST(Links, N36_TheInputsCommitmentPresentedAsTheOutputsIsRefused) {
  const Linked both_turned{{&w().output, &w().input}, {}, {}, {}};
  const Linked input_twice{{&w().input, &w().input}, {}, {}, {}}, output_twice{{&w().output, &w().output}, {}, {}, {}};
  expect_refused(w().answer(w().world.honest, both_turned), kInputLink, kFinalCheck);
  expect_refused_whatever_is_sent(w().world.honest, input_twice, 1);
  expect_refused_whatever_is_sent(w().world.honest, output_twice, 0);
  // An honest proof whose file names them the other way round.
  const CheatingProof proof = w().prove(w().world.honest, w().honest());
  EXPECT_FALSE(w().verify(w().world.honest, {&w().output, &w().input}, proof).verdict.accepted) << kBelieved;
}

TEST(Links, N36_OpeningsLeftOutAreRefused) {
  const Assignment& a = w().world.honest;
  const std::array<const Committed*, 2> named{&w().input, &w().output};
  const CheatingProof honest = w().prove(a, w().honest());
  std::vector<std::size_t> openings;  // where each is past its limb fold
  for (const SentMessage& m : honest.messages)
    if (m.label == "mask claim") openings.push_back(m.begin);
  ASSERT_EQ(openings.size(), 3u);
  for (std::size_t begin : openings) {
    CheatingProof cut = honest;
    cut.stream.resize(begin);
    expect_refused(w().verify(a, named, cut).verdict, "proof is long enough");
  }
}

}  // namespace
}  // namespace tacit
