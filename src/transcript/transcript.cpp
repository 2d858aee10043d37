#include "transcript/transcript.h"

#include <cstring>

#include "base/contract.h"

namespace tacit {
namespace {

constexpr std::uint8_t kDrawDomain = 0x02, kRatchetDomain = 0x03;

std::uint64_t word64(const Digest& d, std::size_t i) {
  std::uint64_t v;
  std::memcpy(&v, d.data() + 8 * i, 8);
  return v;
}

void put_label(Bytes& out, char kind, std::string_view label) {
  TACIT_EXPECTS(label.size() < 256, "transcript labels are short");
  out.push_back(static_cast<std::uint8_t>(kind));
  out.push_back(static_cast<std::uint8_t>(label.size()));
  out.insert(out.end(), label.begin(), label.end());
}

}  // namespace

Transcript::Transcript(std::string_view protocol_label) {
  absorb("protocol", {reinterpret_cast<const std::uint8_t*>(protocol_label.data()), protocol_label.size()});
}

void Transcript::absorb(std::string_view label, ByteSpan data) {
  put_label(pending_, 'A', label);
  std::uint32_t length = static_cast<std::uint32_t>(data.size());
  for (int i = 0; i < 4; ++i) pending_.push_back(static_cast<std::uint8_t>(length >> (8 * i)));
  pending_.insert(pending_.end(), data.begin(), data.end());
}

void Transcript::begin_draw(std::string_view label) {
  put_label(pending_, 'D', label);
  Keccak256 hasher;
  const std::uint8_t domain[1] = {kDrawDomain};
  hasher.update(domain);
  hasher.update(state_);
  hasher.update(pending_);
  state_ = hasher.finish();
  pending_.clear();
}

void Transcript::ratchet() {
  std::uint8_t buffer[33];
  buffer[0] = kRatchetDomain;
  std::memcpy(buffer + 1, state_.data(), 32);
  state_ = keccak256(ByteSpan(buffer, 33));
}

Fe Transcript::draw(std::string_view label) {
  begin_draw(label);
  auto canonical = [&] {
    for (std::size_t i = 0; i < 3; ++i)
      if (word64(state_, i) >= Fp::kModulus) return false;
    return true;
  };
  while (!canonical()) ratchet();
  return {Fp(word64(state_, 0)), Fp(word64(state_, 1)), Fp(word64(state_, 2))};
}

std::vector<std::uint32_t> Transcript::draw_positions(std::string_view label, std::size_t count, int bits) {
  TACIT_EXPECTS(bits >= 0 && bits <= 32, "positions have at most 32 bits");
  begin_draw(label);
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  std::vector<std::uint32_t> out;
  out.reserve(count);
  for (std::size_t word = 0; out.size() < count; ++word) {
    if (word == 8) { ratchet(); word = 0; }
    std::uint32_t v;
    std::memcpy(&v, state_.data() + 4 * word, 4);
    out.push_back(static_cast<std::uint32_t>(v & mask));
  }
  return out;
}

Digest Transcript::draw_seed(std::string_view label) {
  begin_draw(label);
  return state_;
}

bool work_is_done(const Digest& seed, std::uint64_t nonce, int bits) {
  std::uint8_t buffer[41];
  buffer[0] = kWorkDomain;
  std::memcpy(buffer + 1, seed.data(), 32);
  std::memcpy(buffer + 33, &nonce, 8);
  Digest d = keccak256(ByteSpan(buffer, 41));
  return bits == 0 || (word64(d, 0) >> (64 - bits)) == 0;
}

}  // namespace tacit
