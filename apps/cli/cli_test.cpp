#include <gtest/gtest.h>

#include <filesystem>
#include <new>
#include <sstream>

#include "data/read.h"
#include "test_fixture.h"

namespace tacit::cli {
namespace {

namespace fs = std::filesystem;
using test::Cli;
using test::Outcome;
using test::world;

const std::vector<std::vector<std::string>>& every_command() {
  static const std::vector<std::vector<std::string>> all = {
      {"demo"},
      {"inspect", "m.onnx"},
      {"compile", "m.onnx", "-o", "new", "--calibration", "in.json"},
      {"run", "m.tacit", "in.json", "-o", "new.npy"},
      {"prove", "m.tacit", "in.json", "-o", "new.proof"},
      {"verify", "m.vk", "p.proof"},
      {"show", "m.vk"},
      {"accuracy", "m.tacit", "in.json", "labels.json"},
      {"export-quantized", "m.tacit", "-o", "new.onnx"},
      {"bench", "m.tacit", "in.json", "--runs", "2"},
  };
  return all;
}

TEST_F(Cli, EveryCommandSucceedsInTextAndInJson) {
  for (std::vector<std::string> words : every_command()) {
    Outcome text = tacit(words);
    EXPECT_EQ(text.code, 0) << words[0] << ": " << text.err;
    EXPECT_TRUE(text.err.empty()) << text.err;
    words.push_back("--json");
    Outcome json = tacit(words);
    EXPECT_EQ(json.code, 0) << words[0];
    ASSERT_TRUE(Json::accept(json.out)) << json.out;
    EXPECT_EQ(json.json()["command"], words[0]);
  }
}

TEST_F(Cli, EveryCommandHasHelpWithAnExample) {
  for (const auto& words : every_command()) {
    Outcome help = tacit({words[0], "--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_TRUE(help.says("Example:\n  tacit " + words[0])) << help.out;
    EXPECT_TRUE(help.says("--json") && help.says("--threads")) << help.out;
  }
  EXPECT_EQ(tacit({"--help"}).code, 0);
  EXPECT_TRUE(tacit({"nonsense"}).complains("there is no command 'nonsense'"));
  EXPECT_EQ(tacit({"--version"}).out, std::string("tacit ") + TACIT_VERSION + "\n");
}

TEST_F(Cli, UsageErrorsAreOneLineAndExitWithTwo) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {}, {"nonsense"}, {"verify", "m.vk"}, {"verify", "m.vk", "p.proof", "--nonsense"},
           {"bench", "m.tacit", "in.json", "--runs", "0"}, {"demo", "--threads", "0"}, {"inspect", "absent.onnx"},
           {"compile", "m.onnx", "-o", "new", "--calibration", "in.json", "--security", "96"}}) {
    Outcome r = tacit(words);
    EXPECT_EQ(r.code, 2);
    EXPECT_TRUE(r.err.starts_with("tacit: ")) << r.err;
    EXPECT_EQ(std::count(r.err.begin(), r.err.end(), '\n'), 1) << r.err;
    EXPECT_TRUE(r.out.empty()) << r.out;
  }
}

TEST_F(Cli, UsageErrorsAreOneJsonObjectToo) {
  Outcome parse = tacit({"verify", "m.vk", "--json"});
  EXPECT_EQ(parse.code, 2);
  EXPECT_EQ(parse.json()["exit_code"], 2);
  Outcome file = tacit({"verify", "p.proof", "p.proof", "--json"});
  EXPECT_EQ(file.code, 2);
  EXPECT_NE(file.json()["error"].get<std::string>().find("not a Tacit file"), std::string::npos);
}

TEST_F(Cli, FaultsOfOursExitWithThree) {
  world().before_every_step = [] { throw std::bad_alloc(); };
  Outcome memory = tacit({"verify", "m.vk", "p.proof", "--json"});
  EXPECT_EQ(memory.code, 3);
  EXPECT_EQ(memory.json()["error"], "out of memory");
  world().before_every_step = [] { throw std::runtime_error("two\nlines"); };
  Outcome other = tacit({"verify", "m.vk", "p.proof"});
  EXPECT_EQ(other.code, 3);
  EXPECT_EQ(other.err, "tacit: internal error: two lines\n");
}

TEST_F(Cli, OutputThatCannotBeWrittenIsNotSuccess) {
  std::ostringstream out, err;
  out.setstate(std::ios::badbit);
  const char* argv[] = {"tacit", "demo"};
  EXPECT_EQ(tacit_main(2, argv, out, err), 2);
}

TEST_F(Cli, RunWritesItsOutputs) {
  for (const char* name : {"new.npy", "new.npz", "new.pb", "new.json"}) {
    Outcome r = tacit({"run", "m.tacit", "in.json", "-o", name});
    ASSERT_EQ(r.code, 0) << r.err;
    EXPECT_EQ(read_arrays(at(name)).value()[0].values, (std::vector<double>{2, 4, 6, 8, 10, 12}));
    EXPECT_TRUE(r.says("1 input value outside")) << r.out;
  }
  ASSERT_EQ(tacit({"run", "m.tacit", "in.json", "-o", "new.csv"}).code, 0);
  EXPECT_EQ(read_arrays(at("new.csv")).value()[1].name, "y[1]");
  EXPECT_EQ(read_arrays(at("new.csv")).value()[1].values, (std::vector<double>{4, 8, 12}));
  ASSERT_EQ(tacit({"run", "m.tacit", "x=" + at("in.json"), "-o", "y=" + at("named.npy")}).code, 0);
  EXPECT_EQ(read_arrays(at("named.npy")).value()[0].values, (std::vector<double>{2, 4, 6, 8, 10, 12}));
  EXPECT_TRUE(tacit({"run", "m.tacit", "in.json", "-o", "z=" + at("named.npy")}).complains("there is no output z"));
  EXPECT_EQ(tacit({"run", "m.tacit", "in.json", "-o", "new.txt"}).code, 2);
}

TEST_F(Cli, ProvePrintsThePredictionAndWritesTheProof) {
  Outcome r = tacit({"prove", "m.tacit", "in.json", "-o", "new.proof", "--sample", "2"});
  ASSERT_EQ(r.code, 0) << r.err;
  EXPECT_TRUE(r.says("y  10  12")) << r.out;
  EXPECT_TRUE(r.says("largest: class 1 (12)")) << r.out;
  EXPECT_TRUE(r.says("2 of 3")) << r.out;
  EXPECT_EQ(world().proved_sample, 2u);
  EXPECT_EQ(read_file(at("new.proof"), 10).value().size(), 5u);
}

TEST_F(Cli, ProveRefusesASampleThatIsNotThere) {
  Outcome r = tacit({"prove", "m.tacit", "in.json", "-o", "new.proof", "--sample", "3"});
  EXPECT_EQ(r.code, 2);
  EXPECT_FALSE(fs::exists(at("new.proof")));
}

TEST_F(Cli, VerifyPrintsTheStatement) {
  Outcome r = tacit({"verify", "m.vk", "p.proof"});
  EXPECT_EQ(r.code, 0);
  EXPECT_TRUE(r.out.starts_with("accepted")) << r.out;
  EXPECT_TRUE(r.says("c0ffee") && r.says("input     private") && r.says("y  2  4")) << r.out;
  Json json = tacit({"verify", "m.vk", "p.proof", "--json"}).json();
  EXPECT_EQ(json["result"], "accepted");
  EXPECT_EQ(json["statement"]["output"]["y"]["integers"], Json({4, 8}));
  EXPECT_FALSE(json["statement"].contains("input"));
}

TEST_F(Cli, ARejectedProofExitsWithOneAndShowsNoStatement) {
  world().rejection = "the opening does not match";
  Outcome r = tacit({"verify", "m.vk", "p.proof"});
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(r.out.starts_with("rejected  failed check: the opening does not match\n")) << r.out;
  EXPECT_FALSE(r.says("c0ffee")) << r.out;
  EXPECT_EQ(tacit({"verify", "m.vk", "p.proof", "--json"}).json()["result"], "rejected");
}

TEST_F(Cli, VerifyComparesWhatIsPublic) {
  EXPECT_EQ(tacit({"verify", "m.vk", "p.proof", "--output", "out.json"}).code, 0);
  Outcome other = tacit({"verify", "m.vk", "p.proof", "--output", "out.json", "--sample", "1"});
  EXPECT_EQ(other.code, 1);
  EXPECT_TRUE(other.says("is not the proven output")) << other.out;
  world().input = api::Visibility::kPublic;
  EXPECT_EQ(tacit({"verify", "m.vk", "p.proof", "--input", "in.json"}).code, 0);
  EXPECT_EQ(tacit({"verify", "m.vk", "p.proof", "--input", "out.json"}).code, 1);
}

TEST_F(Cli, VerifyRefusesToCompareWhatIsPrivate) {
  Outcome r = tacit({"verify", "m.vk", "p.proof", "--input", "in.json"});
  EXPECT_EQ(r.code, 2);
  EXPECT_TRUE(r.complains("the input is private")) << r.err;
}

TEST_F(Cli, ARejectedProofIsRejectedBeforeAnythingIsCompared) {
  world().rejection = "no";
  EXPECT_EQ(tacit({"verify", "m.vk", "p.proof", "--input", "in.json"}).code, 1);
}

TEST_F(Cli, EverythingThatDescribesProofsSaysWhatIsHidden) {
  std::vector<std::vector<std::string>> all = every_command();
  all.push_back({"show", "p.proof"});
  for (std::vector<std::string> words : all) {
    if (words[0] == "inspect" || words[0] == "run" || words[0] == "accuracy" || words[0] == "export-quantized" || words[0] == "ledger") continue;
    for (const bool hidden : {false, true}) {
      world().zero_knowledge = hidden;
      const std::string expected = hidden ? "zero-knowledge; " : "nothing is hidden";
      EXPECT_TRUE(tacit(words).says(expected)) << words[0];
      std::vector<std::string> in_json = words;
      in_json.push_back("--json");
      const Json json = tacit(in_json).json();
      EXPECT_TRUE(std::string(json["privacy"]).starts_with(expected)) << json["privacy"];
      EXPECT_EQ(json["zero_knowledge"], hidden);
      EXPECT_TRUE(json.contains("assumes"));
    }
  }
}

TEST_F(Cli, ShowTellsFilesApart) {
  EXPECT_TRUE(tacit({"show", "m.vk"}).out.starts_with("key"));
  Outcome proof = tacit({"show", "p.proof"});
  EXPECT_TRUE(proof.says("not verified")) << proof.out;
  EXPECT_FALSE(proof.says("bits")) << proof.out;
  EXPECT_TRUE(tacit({"show", "p.proof", "--security"}).complains("tacit show KEY --security"));
  EXPECT_TRUE(tacit({"show", "m.vk"}).says("Mul_0  2 x 1 = w * x"));
  Outcome bound = tacit({"show", "m.vk", "--security"});
  EXPECT_TRUE(bound.says("129.5 bits  opening")) << bound.out;
  EXPECT_EQ(bound.out.find("128.4"), bound.out.rfind("128.4")) << bound.out;
  EXPECT_TRUE(tacit({"show", "m.onnx"}).says("doubler"));
  EXPECT_EQ(tacit({"show", "in.json"}).code, 2);
}

TEST_F(Cli, InspectListsWhatIsNotSupported) {
  Outcome r = tacit({"inspect", "m.onnx"});
  EXPECT_TRUE(r.says("Erf x 2  not supported")) << r.out;
  EXPECT_TRUE(r.says("provable   no")) << r.out;
  EXPECT_TRUE(r.says("node erf_1") && r.says("node erf_2")) << r.out;
}

TEST_F(Cli, InspectSaysWhatShapeABudgetImplies) {
  EXPECT_FALSE(tacit({"inspect", "m.onnx"}).says("slots"));   // not provable, so nothing to commit to
  EXPECT_TRUE(tacit({"inspect", "m.onnx"}).says("256 openings"));
  world().provable = true;
  Outcome r = tacit({"inspect", "m.onnx", "--openings", "12"});
  EXPECT_TRUE(r.says("12 openings") && r.says("3 limbs") && r.says("about 7 of 2^12 slots, 25000 and 90 of each random")) << r.out;
  EXPECT_TRUE(r.says("key about 200.0 KiB, proof about 210.0 KiB")) << r.out;
  const Json json = tacit({"inspect", "m.onnx", "--json"}).json();
  EXPECT_EQ(json["openings"], 256);
  EXPECT_EQ(json["shape"]["log_n"], 12);
  EXPECT_EQ(json["shape"]["random_slots"]["weights"], 25000);
  EXPECT_TRUE(tacit({"inspect", "m.onnx", "--openings", "5000"}).says("cannot be held"));
  EXPECT_TRUE(tacit({"inspect", "m.onnx", "--openings", "5000", "--json"}).json().contains("no_shape"));
}

TEST_F(Cli, InspectTellsTheStagesAndDrawsTheGraph) {
  EXPECT_FALSE(tacit({"inspect", "m.onnx"}).says("skip identities"));
  EXPECT_EQ(tacit({"inspect", "m.onnx", "--svg", "new0.svg"}).code, 2);   // not provable: nothing to draw
  world().provable = true;
  Outcome r = tacit({"inspect", "m.onnx", "--stages", "--svg", "new.svg"});
  EXPECT_EQ(r.code, 0) << r.err;
  EXPECT_TRUE(r.says("9 -> 7 nodes  drop what no output depends on") && r.says("7 nodes  skip identities")) << r.out;
  EXPECT_TRUE(std::filesystem::exists(at("new.svg")));
  EXPECT_EQ(tacit({"inspect", "m.onnx", "--json"}).json()["stages"][0]["after"], 7);
}

TEST_F(Cli, BudgetsAreNumbersFromOneToAMillion) {
  const std::vector<std::vector<std::string>> all = {
      {"inspect", "m.onnx", "--openings"}, {"compile", "m.onnx", "-o", "new", "--calibration", "in.json", "--openings"},
      {"commit", "in.json", "-o", "new", "--openings"}};
  for (std::vector<std::string> words : all)
    for (const char* bad : {"0", "-1", "1048577", "4294967296", "4294967297", "1.5", "many", "0x10", "+7", " 7"}) {
      std::vector<std::string> wrong = words;
      wrong.push_back(bad);
      Outcome r = tacit(wrong);
      EXPECT_EQ(r.code, 2) << bad;
      EXPECT_TRUE(r.complains("--openings: must be a number from 1 to 1048576")) << r.err;
    }
  EXPECT_EQ(tacit({"inspect", "m.onnx", "--openings", "1048576"}).code, 0);
}

TEST_F(Cli, AccuracyComparesWithTheFloatModel) {
  Outcome r = tacit({"accuracy", "m.tacit", "in.json", "labels.json", "--float", "m.onnx"});
  EXPECT_TRUE(r.says("float      66.67 %") && r.says("agreement  66.67 %")) << r.out;
  EXPECT_FALSE(tacit({"accuracy", "m.tacit", "in.json", "labels.json"}).says("agreement"));
}

TEST_F(Cli, AccuracyNamesTheRowsWithTheLargestErrors) {
  Outcome r = tacit({"accuracy", "m.tacit", "in.json", "--float", "m.onnx"});
  EXPECT_EQ(r.code, 0) << r.err;
  EXPECT_TRUE(r.says("1 row below 0.001 of the span") && r.says("2 rows more") && r.says("worst      row 2  error 0.5")) << r.out;
  EXPECT_FALSE(r.says("quantised")) << r.out;
  const Json json = tacit({"accuracy", "m.tacit", "in.json", "--float", "m.onnx", "--worst", "1", "--json"}).json();
  EXPECT_EQ(json["errors"]["y"]["worst"], Json::parse(R"([{"row": 2, "error": 0.5}])"));
  EXPECT_TRUE(json["errors"]["y"]["histogram"][1]["below_share_of_span"].is_null());
  EXPECT_TRUE(tacit({"accuracy", "m.tacit", "in.json"}).complains("give LABELS, or --float"));
}

TEST_F(Cli, AccuracyNeedsOneLabelPerSample) {
  EXPECT_TRUE(tacit({"accuracy", "m.tacit", "in.json", "labels.json"}).says("33.33 %"));
  put("labels.json", "[0, 1]");
  Outcome r = tacit({"accuracy", "m.tacit", "in.json", "labels.json"});
  EXPECT_EQ(r.code, 2);
  EXPECT_TRUE(r.complains("2 labels for 3 samples")) << r.err;
}

TEST_F(Cli, BenchAndDemoFailLoudlyWhenAGoodProofIsRejected) {
  world().rejection = "broken";
  EXPECT_EQ(tacit({"bench", "m.tacit", "in.json"}).code, 3);
  EXPECT_EQ(tacit({"demo"}).code, 3);
}

TEST_F(Cli, ExplainPrintsSectionsAsTextOrAsNumbers) {
  world().provable = true;
  const Outcome text = tacit({"explain", "m.onnx", "in.json", "--sample", "2"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_EQ(text.out, "How it works\n\nIt is for learning.\n\n1 Numbers\n\n    x = 1\n");
  EXPECT_EQ(world().proved_sample, 2u);
  const Json json = tacit({"explain", "m.onnx", "in.json", "--json"}).json();
  EXPECT_EQ(json["sections"][1]["numbers"][0]["name"], "x");
  world().provable = false;
  const Outcome refused = tacit({"explain", "m.onnx", "in.json"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_TRUE(refused.complains("too large to be explained")) << refused.err;
}

}  // namespace
}  // namespace tacit::cli
