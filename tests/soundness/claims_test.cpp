// Claims about data sets: a prover who counts more right answers than there are, of other rows or labels than the committed ones.
#include "soundness/link_world.h"
#include "theorem/book.h"
#include "theorem/claim.h"

namespace tacit {
namespace {

constexpr std::uint32_t kRows = 12, kFeatures = 3;
constexpr std::size_t kRowsLink = kArgument + 1, kLabelsLink = kRowsLink + 1;
using Integers = std::vector<std::int64_t>;

/// answer = clamp(round(w x / 2^4), 0, 3) of rows on the grid 2^-4, and labels on the same.
TestNetwork claim_network(const Integers& rows, const Integers& labels) {
  TestNetwork net;
  Book book;
  const DigitColumns x = book.committed_input("x", kFeatures, kRows), l = book.committed_input(kClaimLabels, 1, kRows);
  const ColumnId w = book.weights("w", 1, kFeatures, -8, 7);
  const AccId sum = book.accumulator("answers", 1, kRows);
  book.contracts(sum, {w, book.from_grid("x.model", x, -32768, 32767, 4), 1, kFeatures, Window::identity(kRows)});
  const ColumnId answers = book.requantise(sum, 0, 3, 4), given = book.from_grid("labels", l, -32768, 32767, 4);
  const ColumnId correct = count_equal(book, answers, given);
  book.set_home(correct, Home::kPublic);
  net.theorem = *book.finish();
  net.ports.inputs = {{"x", {kRows, kFeatures}, x.high, kRows, kFeatures, 1, 0x1p-4, Visibility::kCommitted, x.low},
                      {kClaimLabels, {kRows}, l.high, kRows, 1, 1, 0x1p-4, Visibility::kCommitted, l.low}};
  net.ports.outputs = {{kClaimCorrect, {1}, correct, 1, 1, 1, 1, Visibility::kPublic}};
  net.weights.resize(net.theorem.columns.size());
  net.weights[w] = {3, -2, 5};
  net.inputs = {};
  for (const auto& [port, integers] : {std::pair(&net.ports.inputs[0], &rows), {&net.ports.inputs[1], &labels}}) {
    std::vector<IntColumn> digits(2, IntColumn(integers->size()));
    for (std::size_t flat = 0; flat < integers->size(); ++flat) {
      const std::size_t entry = flat % port->rows * port->batch + flat / port->rows;
      digits[0][entry] = digits_of((*integers)[flat]).high;
      digits[1][entry] = digits_of((*integers)[flat]).low;
    }
    net.inputs.push_back(digits[0]);
    net.inputs.push_back(digits[1]);
  }
  return net;
}

Integers some_rows(std::int64_t seed) {
  Integers out;
  for (std::int64_t i = 0; i < kRows * kFeatures; ++i) out.push_back((i * 37 + seed * 11) % 160 - 40);
  return out;
}

struct DataSet {
  Integers rows, labels;
  Committed of_rows, of_labels;
  std::vector<Commitment> commitments() const { return {of_rows.commitment, of_labels.commitment}; }
};

class ClaimWorld {
 public:
  explicit ClaimWorld() : world_(claim_network(some_rows(1), Integers(kRows, 16)), Mode::kMasked) {
    EXPECT_TRUE(accuracy_form(world_.theorem(), world_.net.ports).ok());
  }

  Assignment run(const Integers& rows, const Integers& labels) const {
    Assignment a = execute(world_.model, claim_network(rows, labels).inputs);
    count_leniently(world_.theorem(), a);
    return a;
  }
  ColumnId correct_column() const { return world_.net.ports.outputs[0].column; }
  std::int64_t correct(const Assignment& a) const { return a.columns[correct_column()][0]; }
  /// Rows of which `right` are labelled as the model answers, the others one too high.
  DataSet data(std::int64_t seed, std::size_t right) const {
    DataSet out{some_rows(seed), {}, {}, {}};
    const AccuracyForm form = *accuracy_form(world_.theorem(), world_.net.ports);
    const IntColumn answers = run(out.rows, Integers(kRows, 0)).columns[form.answers];
    for (std::size_t i = 0; i < kRows; ++i) out.labels.push_back(16 * (answers[i] + (i < right ? 0 : 1)));
    out.of_rows = commit_columns(digit_columns(out.rows), static_cast<std::uint8_t>(20 + seed));
    out.of_labels = commit_columns(digit_columns(out.labels), static_cast<std::uint8_t>(40 + seed));
    return out;
  }
  CheatingProof prove(const Assignment& a, const DataSet& named, const Cheat& cheat = {}) const {
    const std::vector<Commitment> commitments = named.commitments();
    const Relation own = relation(a, commitments);
    Random random = test_random();
    const CommittedWitness x = commit_witness(own, a, random);
    std::vector<LinkSide> links;
    for (std::size_t i = 0; i < 2; ++i)
      links.push_back({(i == 0 ? named.of_rows : named.of_labels).oracle.get(), commit_witness(own.links[i].target, {}, {x.pads[own.plan.links[i]]}, random)});
    return cheating_proof(own, world_.label(), a, world_.weights(), x, cheat, links);
  }
  Answer answer(const Assignment& a, const DataSet& named, const Cheat& cheat = {}) const {
    const std::vector<Commitment> commitments = named.commitments();
    const Relation told = relation(a, commitments);
    return answer_of(world_.label(), prove(a, named, cheat), [&](auto& party) { argue<Role::kVerifier>(party, told, Sealed{}); });
  }
  const World& world() const { return world_; }

 private:
  Relation relation(const Assignment& a, const std::vector<Commitment>& commitments) const {
    return inference_relation(world_.model.key, world_.publics_of(a), commitments);
  }
  World world_;
};

const ClaimWorld& w() {
  static const ClaimWorld world;
  return world;
}

TEST(Claims, TheHonestCountIsAccepted) {
  for (const std::size_t right : {std::size_t{0}, std::size_t{7}, std::size_t{kRows}}) {
    const DataSet data = w().data(1, right);
    const Assignment a = w().run(data.rows, data.labels);
    EXPECT_EQ(w().correct(a), static_cast<std::int64_t>(right));
    const Answer answer = w().answer(a, data);
    EXPECT_TRUE(answer.verdict.accepted) << answer.verdict.reason;
    EXPECT_EQ(answer.openings, kLabelsLink);
  }
}

TEST(Claims, ALabelChangedAfterItsCommitmentIsRefused) {
  const DataSet data = w().data(1, 7);
  for (const std::size_t row : {std::size_t{7}, std::size_t{11}}) {
    Integers labels = data.labels;
    labels[row] -= 16;
    const Assignment a = w().run(data.rows, labels);
    ASSERT_EQ(w().correct(a), 8);
    expect_refused(w().answer(a, data), kLabelsLink, kFinalCheck);
    Cheat sends_the_commitments;
    sends_the_commitments.link_value = [&](std::size_t i, const FingerprintPoint& point) {
      return fingerprint_of(i == 0 ? data.of_rows : data.of_labels, w().world().net.ports.inputs[i], point);
    };
    expect_refused(w().answer(a, data, sends_the_commitments), kArgument, kFinalCheck);
  }
}

TEST(Claims, ARowChangedAfterItsCommitmentIsRefused) {
  const DataSet data = w().data(1, 7);
  Integers rows = data.rows;
  rows[5] += 1;
  expect_refused(w().answer(w().run(rows, data.labels), data), kRowsLink, kFinalCheck);
}

TEST(Claims, AnotherDataSetsCommitmentIsRefused) {
  const DataSet data = w().data(1, 7), other = w().data(2, 7);
  const Assignment a = w().run(data.rows, data.labels);
  expect_refused(w().answer(a, other), kRowsLink, kFinalCheck);
  const DataSet rows_of_other{data.rows, data.labels, other.of_rows, data.of_labels}, labels_of_other{data.rows, data.labels, data.of_rows, other.of_labels};
  expect_refused(w().answer(a, rows_of_other), kRowsLink, kFinalCheck);
  if (other.labels != data.labels) expect_refused(w().answer(a, labels_of_other), kLabelsLink, kFinalCheck);
}

TEST(Claims, MoreRightAnswersThanThereAreAreRefused) {
  const DataSet data = w().data(1, 7);
  const Assignment honest = w().run(data.rows, data.labels);
  for (const std::int32_t claimed : {8, 6, 12, 0}) {
    Assignment lie = honest;
    lie.columns[w().correct_column()][0] = claimed;
    count_leniently(w().world().theorem(), lie);
    expect_refused(w().answer(lie, data), kArgument, kFinalCheck);
    Cheat honest_lookups;
    honest_lookups.looked_up = &honest;
    expect_refused(w().answer(lie, data, honest_lookups), kArgument, kFinalCheck);
  }
}

TEST(Claims, AWrongRowThatIsSaidToBeEqualIsRefused) {
  const DataSet data = w().data(1, 7);
  const Assignment honest = w().run(data.rows, data.labels);
  const Theorem& t = w().world().theorem();
  for (ColumnId id = 0; id < t.columns.size(); ++id) {
    if (t.columns[id].name != "claim.over" && t.columns[id].name != "claim.under") continue;
    Assignment lie = honest;
    std::int32_t& says = lie.columns[id][9];
    says = 1 - says;
    const std::int32_t more = says == 1 ? -1 : 1;
    lie.columns[w().correct_column()][0] += more;
    count_leniently(t, lie);
    expect_refused(w().answer(lie, data), kArgument, kFinalCheck);
  }
}

TEST(Claims, ProofsOfTwoDataSetsWithOneCountHaveOneShape) {
  // All messages have the same labels and lengths, but for the rows that the public coins ask for and their hashes.
  const auto shape_of = [](const DataSet& data) {
    const CheatingProof proof = w().prove(w().run(data.rows, data.labels), data);
    std::vector<std::pair<std::string, std::size_t>> out;
    for (std::size_t i = 0; i < proof.messages.size(); ++i) {
      const std::string label(proof.messages[i].label);
      const std::size_t end = i + 1 < proof.messages.size() ? proof.messages[i + 1].begin : proof.stream.size();
      const bool by_coins = label == "rows" || label == "salts" || label == "siblings";
      out.emplace_back(label, by_coins ? 0 : end - proof.messages[i].begin);
    }
    return out;
  };
  const DataSet one = w().data(1, 7), two = w().data(2, 7);
  ASSERT_NE(one.rows, two.rows);
  EXPECT_GT(shape_of(one).size(), 50u);
  EXPECT_EQ(shape_of(one), shape_of(two));
  // What both statements show is the count alone.
  const Assignment a = w().run(one.rows, one.labels), b = w().run(two.rows, two.labels);
  EXPECT_EQ(w().world().publics_of(a), w().world().publics_of(b));
  std::size_t shown = 0;
  for (const IntColumn& column : w().world().publics_of(a)) shown += column.size();
  EXPECT_EQ(shown, 1u);
}

}  // namespace
}  // namespace tacit
