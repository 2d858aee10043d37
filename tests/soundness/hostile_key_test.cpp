// Keys and proof files that lie about themselves. Everything a hostile key can recompute is recomputed: its statement
// digest and its registration proof are always the right ones.
#include "soundness/forged_key.h"
#include "theorem/bounds.h"

namespace tacit {
namespace {

/// Writes the file of a key around any core bytes.
Bytes key_file(ByteSpan core, const VerifierKey& key, std::string_view magic = "TACITKEY", std::uint16_t version = 2) {
  ByteWriter out;
  out.raw({reinterpret_cast<const std::uint8_t*>(magic.data()), magic.size()});
  out.u16(version);
  out.bytes(core);
  if (key.core.has_weights()) write_params(out, key.registration_params);
  out.bytes(key.registration_proof);
  return out.take();
}

/// A key without weights, changed, written and read.
template <class F> void expect_key_refused(const char* check, F&& change) {
  SCOPED_TRACE(check);
  VerifierKey key = weightless_world(Mode::kOpen).model.key;
  ASSERT_TRUE(read_key(key.encode()).ok());
  change(key);
  expect_refused(read_key(key.encode()), check);
}

TEST(HostileKey, N4_TheFileHasOneForm) {
  const VerifierKey key = weightless_world(Mode::kOpen).model.key;
  const Bytes core = encode_core(key.core);
  ASSERT_TRUE(read_key(key_file(core, key)).ok());
  expect_refused(read_key(key_file(core, key, "TACITKEX")), "file is not a Tacit verifier key");
  for (const std::uint16_t version : {1, 3}) expect_refused(read_key(key_file(core, key, "TACITKEY", version)), "key has another format version");
  Bytes longer = key_file(core, key);
  longer.push_back(0);
  expect_refused(read_key(longer), "key is truncated or has trailing bytes");
  Bytes core_longer = core;
  core_longer.push_back(0);
  expect_refused(read_key(key_file(core_longer, key)), "key is not in canonical form");
  expect_refused(read_key(key_file(ByteSpan(core).first(core.size() - 8), key)), "key is not in canonical form");
  Bytes not_reduced = core;  // the last limb of the pin, zero, as p
  for (int i = 0; i < 8; ++i) not_reduced[core.size() - 8 + i] = static_cast<std::uint8_t>(Fp::kModulus >> (8 * i));
  expect_refused(read_key(key_file(not_reduced, key)), "key is not in canonical form");
}

TEST(HostileKey, N4_AKeyTooLargeToReadIsRefused) {
  expect_key_refused("file is too large to be a key", [](VerifierKey& key) { key.core.settings.model_name.assign(std::size_t{64} << 20, 'x'); });
}

TEST(HostileKey, N13_SettingsAreChecked) {
  expect_key_refused("widths are out of range", [](VerifierKey& key) { key.core.settings.activation_bits = 17; });
  expect_key_refused("widths are out of range", [](VerifierKey& key) { key.core.settings.weight_bits = 1; });
  expect_key_refused("key asks for less security than this version accepts", [](VerifierKey& key) { key.core.settings.security = 99; });
}

TEST(HostileKey, N13_ParametersWeakerThanTheyClaimAreRefused) {
  const auto weak = [](std::uint64_t w, std::uint64_t x, const DeriveOptions& options = {}) {
    OpeningParams params = *derive_params(w, x, 60, options);
    params.lambda = 100;
    return params;
  };
  expect_key_refused("the claim of 100 bits is false", [&](VerifierKey& key) {
    key.core.params = weak(0, key.core.params.shape.size_x);
  });
  const World& world = smallest_world(Mode::kOpen);
  VerifierKey key = world.model.key;
  DeriveOptions same;
  same.fixed_log_n = key.core.params.shape.log_n;
  same.fixed_log_domain = key.core.params.rounds[0].log_domain;
  key.registration_params = weak(key.registration_params.shape.size_w, key.registration_params.shape.size_x, same);
  register_again(key, world.model.weights, *world.w);
  expect_refused(read_key(key.encode()), "the claim of 100 bits is false");
}

TEST(HostileKey, N9_ParametersForOtherSizesAreRefused) {
  expect_key_refused("opening parameters are for other sizes", [](VerifierKey& key) {
    key.core.params = *derive_params(0, key.core.params.shape.size_x - 1, 100);
  });
}

TEST(HostileKey, N9_ARegistrationOfTheSameRootInAnotherShapeIsRefused) {
  const World& world = smallest_world(Mode::kOpen);
  VerifierKey key = world.model.key;
  const OpeningShape& shape = key.core.params.shape;
  ASSERT_EQ(shape.limbs_w, 1u);
  // One limb of n/2 coefficients is one limb of n: same codeword, same tree, another code.
  OpeningParams& own = key.registration_params;
  const std::uint64_t half = own.shape.n() / 2;
  own.shape.log_n -= 1;
  own.shape.limbs_x = static_cast<std::uint32_t>((own.shape.size_x + half - 1) / half);
  own.rounds[0].log_limbs = own.shape.log_limbs_x();
  own.rounds[0].log_n -= 1;
  own.rounds[1].log_limbs -= 1;
  const Status secure = check_security(own, argument_shape(*registration_theorem(key.core.theorem), false), 100);
  ASSERT_TRUE(secure.ok()) << secure.error().text();
  register_again(key, world.model.weights, commit_as_weights(own, weights_message(key.core.theorem, own, world.model.weights)));
  expect_refused(read_key(key.encode()), "registration and model describe different commitments");
}

TEST(HostileKey, N35_AnotherModelsRegistrationIsRefused) {
  for (const Mode mode : {Mode::kOpen, Mode::kMasked}) {
    const World& world = smallest_world(mode);
    const World other(smallest_network(true, 4), mode);
    VerifierKey key = world.model.key;
    key.registration_proof = other.model.key.registration_proof;
    expect_refused(read_key(key.encode()), "registration proof is rejected");
    key = world.model.key;
    key.core.pin_y += kOne;
    register_again(key, world.model.weights, *world.w);
    expect_refused(read_key(key.encode()), "registration proof is rejected");
  }
}

TEST(HostileKey, N4_AModelWithoutWeightsCarriesNothingOfThem) {
  expect_key_refused("a model without weights has a commitment", [](VerifierKey& key) { key.core.root_w[0] = 1; });
  expect_key_refused("a model without weights has a commitment", [](VerifierKey& key) { key.core.pin_y = kOne; });
  expect_key_refused("a model without weights has a registration proof", [](VerifierKey& key) { key.registration_proof = {1}; });
}

TEST(HostileKey, N37_EveryPublicColumnHasOnePort) {
  expect_key_refused("two ports share a column", [](VerifierKey& key) {
    key.core.ports.inputs.push_back(key.core.ports.inputs[0]);
    key.core.ports.inputs.back().name = "the same again";
  });
  // x -> y -> z, with y public but in no port.
  Book book;
  const ColumnId x = book.input("x", Home::kPublic, 1, 1, -8, 7);
  ColumnId last = x, first_output = kNone;
  for (const char* name : {"y", "z"}) {
    const AccId acc = book.accumulator(name, 1, 1);
    book.adds(acc, {last, 1, false, false, Window::identity(1)});
    last = book.requantise(acc, -8, 7, 1);
    if (first_output == kNone) first_output = last;
  }
  book.set_home(last, Home::kPublic);
  TestNetwork net;
  net.ports.inputs = {{"x", {1}, x, 1, 1, 1, 1.0, Visibility::kPublic}};
  net.ports.outputs = {{"z", {1}, last, 1, 1, 1, 1.0, Visibility::kPublic}};
  Book honest = book;
  net.theorem = *honest.finish();
  ASSERT_TRUE(read_key(net.compile().key.encode()).ok());
  book.set_home(first_output, Home::kPublic);
  net.theorem = *book.finish();
  expect_refused(read_key(net.compile().key.encode()), "a public column belongs to no input or output");
}

Verdict verify_file(const VerifierKey& key, ByteSpan file) {
  auto proof = read_proof(key, file);
  if (!proof.ok()) return {false, proof.error().what};
  return verify(key, *proof);
}

struct HonestFile {
  const World& world = smallest_world(Mode::kOpen);
  Bytes file = prove(world.model, world.net.inputs, {})->file;
};

TEST(HostileKey, TwoInputsOfOneNameAreRefused) {
  Book book;
  const ColumnId a = book.input("a", Home::kPublic, 1, 1, -8, 7), b = book.input("b", Home::kPublic, 1, 1, -8, 7);
  const AccId acc = book.accumulator("acc", 1, 1);
  for (ColumnId id : {a, b}) book.adds(acc, {id, 1, false, false, Window::identity(1)});
  const ColumnId y = book.requantise(acc, -8, 7, 1);
  book.set_home(y, Home::kPublic);
  TestNetwork net;
  net.theorem = *book.finish();
  net.ports.inputs = {{"a", {1}, a, 1, 1, 1, 1.0, Visibility::kPublic}, {"b", {1}, b, 1, 1, 1, 1.0, Visibility::kPublic}};
  net.ports.outputs = {{"a", {1}, y, 1, 1, 1, 1.0, Visibility::kPublic}};
  ASSERT_TRUE(read_key(net.compile().key.encode()).ok());
  net.ports.inputs[1].name = "a";
  expect_refused(read_key(net.compile().key.encode()), "two ports have the same name");
}

TEST(HostileKey, APortThatShowsAMultiplicityColumnIsRefused) {
  expect_key_refused("a port shows a multiplicity column", [](VerifierKey& key) {
    const Theorem& t = key.core.theorem;
    const ColumnId id = t.multiplicities[0];
    key.core.ports.outputs.push_back({"counts", {t.columns[id].size()}, id, 1, t.columns[id].rows, t.columns[id].cols, 1.0, Visibility::kPrivate});
  });
}

TEST(HostileKey, WeightsWithTooManyTapsAreRefusedBeforeTheirRegistrationIsBuilt) {
  Theorem t;
  Window w;
  w.in_w = w.kernel_w = 2;
  t.columns.push_back({"x", Home::kPublic, 1, 2, 0, 1});
  t.accumulators.push_back({"acc", 1, 1, {}, {}});
  for (ColumnId id = 1; id <= 12000; ++id) {
    t.columns.push_back({"w", Home::kWeights, 1, 2, 0, 2});
    t.accumulators[0].contractions.push_back({id, 0, 1, 1, w});
  }
  expect_refused(registration_theorem(t), "weights have too many taps together");
}

TEST(HostileProofFile, N4_TheHeaderIsChecked) {
  const HonestFile honest;
  const VerifierKey& key = honest.world.model.key;
  ASSERT_TRUE(verify_file(key, honest.file).accepted);
  const auto changed = [&](std::size_t at) {
    Bytes file = honest.file;
    file[at] ^= 1;
    return verify_file(key, file);
  };
  expect_refused(changed(0), "file is not a Tacit proof");
  expect_refused(changed(8), "proof has another format version");
  expect_refused(changed(10), "proof has the mode of its key");
  expect_refused(changed(11), "proof is for this key");
  for (std::size_t length : {11u, 20u, 42u}) expect_refused(proof_statement(ByteSpan(honest.file).first(length)), "proof ends within its header");
}

TEST(HostileProofFile, N29_TheModeOfTheProofIsThatOfItsKey) {
  for (const Mode mode : {Mode::kOpen, Mode::kMasked}) {
    HonestFile honest{smallest_world(mode)};
    ASSERT_TRUE(verify_file(honest.world.model.key, honest.file).accepted);
    const std::uint8_t own = honest.file[10];
    EXPECT_EQ(own, mode == Mode::kMasked ? 1 : 0);
    honest.file[10] = own ^ 1;
    expect_refused(verify_file(honest.world.model.key, honest.file), "proof has the mode of its key");
    for (int other = 2; other < 256; ++other) {
      honest.file[10] = static_cast<std::uint8_t>(other);
      expect_refused(verify_file(honest.world.model.key, honest.file), "proof is of a mode that this version does not verify");
      expect_refused(proof_statement(honest.file), "proof is of a mode that this version does not verify");
    }
  }
}

TEST(HostileProofFile, N29_AProofOfOneModeUnderAKeyOfTheOtherIsRefused) {
  for (const Mode mode : {Mode::kOpen, Mode::kMasked}) {
    const World &from = smallest_world(mode), &to = smallest_world(mode == Mode::kOpen ? Mode::kMasked : Mode::kOpen);
    const HonestFile honest{from};
    Bytes file = honest.file;
    expect_refused(verify_file(to.model.key, file), "proof is for this key");
    std::copy(to.model.key.statement.begin(), to.model.key.statement.end(), file.begin() + 11);
    expect_refused(verify_file(to.model.key, file), "proof has the mode of its key");
    file[10] ^= 1;
    EXPECT_FALSE(verify_file(to.model.key, file).accepted) << kBelieved;
    // A prover that runs the whole script of the other mode for this statement.
    Relation other = from.relation();
    other.statement = to.model.key.statement;
    for (const bool label : {false, true}) {
      const CommittedWitness x = from.commit(other, from.honest);
      const Bytes stream = cheating_proof(other, inference_label(label), from.honest, from.weights(), x).stream;
      EXPECT_FALSE(to.verify(to.relation(), stream).accepted) << kBelieved;
    }
  }
}

TEST(HostileProofFile, N22_APublicValueOutsideItsRangeIsRefused) {
  const World& world = smallest_world(Mode::kOpen);
  for (const std::int32_t value : {-9, 8}) {  // the model holds there as well, but nothing says that its sums do
    Assignment a = execute(world.model, {{value}});
    count_leniently(world.theorem(), a);
    const std::vector<IntColumn> publics = world.publics_of(a);
    const Bytes stream = world.prove(world.relation(publics), a).stream;
    ASSERT_TRUE(world.verify(publics, stream).accepted);
    expect_refused(verify(world.model.key, {0, world.model.key.statement, publics, {}, stream}), "public values are complete and in range");
  }
}

TEST(HostileProofFile, N4_MissingPublicValuesAreRefused) {
  const HonestFile honest;
  for (std::size_t length : {43u, 45u, 47u, 50u})
    EXPECT_FALSE(verify_file(honest.world.model.key, ByteSpan(honest.file).first(length)).accepted) << kBelieved << " " << length;
}

}  // namespace
}  // namespace tacit
