// A program that knows one header of the library and links only the verifier: with no arguments it shows that it works,
// with KEY PROOF it answers 0 accepted, 1 rejected, 2 bad input.
#include "tacit/verify.h"

#include <cstdio>
#include <fstream>
#include <iterator>

static tacit::api::Bytes read(const char* path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

int main(int argc, char** argv) {
  using namespace tacit::api;
  if (argc != 3) {
    const Result<Verifier> none = Verifier::load({});
    std::puts(none.ok() ? "an empty key is a key" : none.error().text.c_str());
    return none.ok() ? 3 : 0;
  }
  const Result<Verifier> verifier = Verifier::load(read(argv[1]));
  if (!verifier.ok()) return std::puts(verifier.error().text.c_str()), 2;
  const Result<Verdict> verdict = verifier->verify(read(argv[2]));
  if (!verdict.ok()) return std::puts(verdict.error().text.c_str()), 2;
  std::puts(verdict->accepted ? "accepted" : verdict->reason.c_str());
  return verdict->accepted ? 0 : 1;
}
