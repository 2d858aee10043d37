// tacit evm export | calldata | estimate: a model's verifier on an EVM (contracts/).
#include <cstdio>
#include <filesystem>
#include <memory>

#include "api_evm.h"
#include "command.h"
#include "data/file.h"

namespace tacit::cli {
namespace {

struct EvmFlags {
  std::string key, proof, out;
};

std::string hex_text(ByteSpan bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "0x";
  for (const std::uint8_t b : bytes) out += kDigits[b >> 4], out += kDigits[b & 15];
  return out;
}

std::string millions(double gas) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f million", gas / 1e6);
  return text;
}

Json gas_json(const api::ChainReport& r) {
  return {{"proof_bytes", r.proof_bytes}, {"calldata", r.calldata}, {"opening", r.opening}, {"argument", r.argument},
          {"theorem", r.theorem}, {"transaction", r.total}, {"cap", r.cap}, {"fits", r.total <= r.cap}};
}

void add_gas(Lines& lines, const api::ChainReport& r) {
  lines.add("proof", "about " + kib(static_cast<std::uint64_t>(r.proof_bytes)));
  lines.add("gas", "about " + millions(r.total) + " a verification: calldata " + millions(r.calldata) + ", opening " + millions(r.opening) + ", argument " +
                       millions(r.argument) + ", theorem " + millions(r.theorem));
  lines.add("cap", millions(r.cap) + " a transaction: " + (r.total <= r.cap ? "fits" : "does not fit"));
}

Error too_expensive(const api::ChainReport& r, const std::string& key) {
  return {ErrorCode::kUnsupported, "a verification would take about " + millions(r.total) + " gas, and a transaction may use " + millions(r.cap) +
                                       "; compile with --profile chain, fewer --openings, --activation-bits 8 or a smaller model", key};
}

/// How to deploy: in this order, the addresses of the first three being the arguments of the last.
Json deployment_json(const api::ChainReport& r) {
  const auto contract = [](const char* name, int runs) {
    return Json{{"contract", name}, {"source", std::string("contracts/") + name + ".sol"}, {"optimizer_runs", runs}};
  };
  Json verifier = contract("TacitVerifier", 500);
  verifier["constructor"] = {"TacitArgument", "TacitOpening", "plan"};
  return {{"kind", "tacit evm deployment v1"}, {"model", "0x" + r.key_digest}, {"security_bits", r.security_bits},
          {"compiler", {{"solc", "0.8.37"}, {"via_ir", true}, {"evm_version", "cancun"}, {"settings", "contracts/README.md of the repository says which optimizer steps"}}},
          {"gas", gas_json(r)},
          {"deploy", {contract("TacitArgument", 1000000), contract("TacitOpening", 1000000),
                      {{"data", "plan"}, {"init_code", hex_text(r.deployment)}}, verifier}}};
}

Result<ExitCode> estimate(Session& session, const EvmFlags& flags) {
  TACIT_TRY(const Bytes key, read_any(flags.key));
  TACIT_TRY(const api::ChainReport r, api::chain_report(key, flags.key));
  Lines lines;
  lines.add("key", r.key_digest);
  lines.add("security", std::to_string(r.security_bits) + " bits");
  lines.add("plan", kib(r.plan.size()) + ", deployed as the code of a contract");
  add_gas(lines, r);
  session.print(lines, {{"command", "evm estimate"}, {"key", r.key_digest}, {"security_bits", r.security_bits}, {"plan_bytes", r.plan.size()}, {"gas", gas_json(r)}});
  return r.total <= r.cap ? kDone : kRejected;
}

Result<ExitCode> write_export(Session& session, const EvmFlags& flags) {
  TACIT_TRY(const Bytes key, read_any(flags.key));
  TACIT_TRY(const api::ChainReport r, api::chain_report(key, flags.key));
  if (r.total > r.cap) return too_expensive(r, flags.key);
  const std::filesystem::path folder = flags.out;
  std::error_code failed;
  std::filesystem::create_directories(folder / "contracts", failed);
  if (failed) return Error{ErrorCode::kIo, "the folder cannot be made: " + failed.message(), flags.out};
  for (const auto& [name, source] : api::contract_sources()) {
    TACIT_TRY([[maybe_unused]] Unit written, write_file_atomic((folder / "contracts" / name).string(), source));
  }
  const std::string plan = hex_text(r.plan) + "\n", deployment = deployment_json(r).dump(1) + "\n";
  TACIT_TRY([[maybe_unused]] Unit first, write_file_atomic((folder / "plan.hex").string(), Bytes(plan.begin(), plan.end())));
  TACIT_TRY([[maybe_unused]] Unit second, write_file_atomic((folder / "deployment.json").string(), Bytes(deployment.begin(), deployment.end())));
  Lines lines;
  lines.add("written", flags.out + "/contracts  Solidity sources: TacitArgument and TacitOpening serve all models, TacitVerifier one");
  lines.add("", flags.out + "/plan.hex  " + kib(r.plan.size()) + "  the theorem as the contract reads it; compare it with the code behind plan()");
  lines.add("", flags.out + "/deployment.json  what to deploy, in order");
  lines.add("key", r.key_digest);
  add_gas(lines, r);
  session.print(lines, {{"command", "evm export"}, {"folder", flags.out}, {"key", r.key_digest}, {"plan_bytes", r.plan.size()}, {"gas", gas_json(r)}});
  return kDone;
}

Result<ExitCode> write_calldata(Session& session, const EvmFlags& flags) {
  TACIT_TRY(const Bytes key, read_any(flags.key));
  TACIT_TRY(const Bytes proof, read_any(flags.proof));
  TACIT_TRY(const Bytes data, api::chain_calldata(key, flags.key, proof, flags.proof));
  const std::string text = hex_text(data);
  if (flags.out.empty()) {
    Lines lines;
    if (!session.json) session.out << text << '\n';
    else session.print(lines, {{"command", "evm calldata"}, {"bytes", data.size()}, {"calldata", text}});
    return kDone;
  }
  const std::string line = text + "\n";
  TACIT_TRY([[maybe_unused]] Unit written, write_file_atomic(flags.out, Bytes(line.begin(), line.end())));
  Lines lines;
  lines.add("written", flags.out + "  " + kib(data.size()) + " of calldata in hex, for TacitVerifier's verify(bytes,bytes)");
  session.print(lines, {{"command", "evm calldata"}, {"path", flags.out}, {"bytes", data.size()}});
  return kDone;
}

using Action = Result<ExitCode> (*)(Session&, const EvmFlags&);

CLI::App* add_action(CLI::App& evm, Session& session, const std::string& name, const std::string& description, const std::string& example,
                     const std::shared_ptr<EvmFlags>& flags, Action act) {
  CLI::App* command = new_command(evm, session, name, description, "tacit evm " + name + ' ' + example);
  command->add_option("KEY", flags->key, "PREFIX.vk from compile")->required()->type_name("");
  command->callback([&session, flags, act] { session.action = [&session, flags, act] { return act(session, *flags); }; });
  return command;
}

}  // namespace

void add_evm(CLI::App& app, Session& session) {
  CLI::App* evm = app.add_subcommand("evm", "Verify proofs in a smart contract: export it, estimate its gas, make its calldata");
  evm->require_subcommand(1);
  evm->footer("Compile with --profile chain. The contracts, and what is not checked on chain: contracts/README.md.\nExample:\n  tacit evm estimate model.vk");
  const auto flags = std::make_shared<EvmFlags>();
  add_action(*evm, session, "estimate", "Say what a verification would cost in gas; exit code 1 if no transaction may use as much", "model.vk", flags, estimate);
  CLI::App* exporting = add_action(*evm, session, "export", "Write the contracts, the model's plan and what to deploy; refused where a proof would not fit a transaction",
                                   "model.vk -o chain", flags, write_export);
  exporting->add_option("-o,--out", flags->out, "Write into this folder")->required()->type_name("DIR");
  CLI::App* calldata = add_action(*evm, session, "calldata", "Verify a proof and write the call that verifies it on chain", "model.vk model.proof -o call.hex", flags, write_calldata);
  calldata->add_option("PROOF", flags->proof, "A proof")->required()->type_name("");
  calldata->add_option("-o,--out", flags->out, "Write the hex here (default: print it)")->type_name("CALL.hex");
}

}  // namespace tacit::cli
