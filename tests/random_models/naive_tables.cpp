#include "random_models/naive_tables.h"

#include <vector>

namespace tacit::random_models {
namespace {

struct Segment {
  Wide length = 0;
  Tuple first = {}, step = {};
};

/// Of range, saturate and maximum, without the last one, which pads.
std::vector<Segment> segments_of(const Table& t) {
  const Wide size = Wide{1} << t.bits;
  if (t.kind == TableKind::kRange) return {{size, {0, 0}, {1, 0}}};
  if (t.kind == TableKind::kMaximum) return {{size, {0, 0}, {1, 0}}, {size, {0, 0}, {0, -1}}};
  return {{Wide{t.hi} - t.lo + 1, {t.lo, 0}, {1, 0}}, {size, {t.hi, 0}, {0, 1}}, {size, {t.lo, 0}, {0, -1}}};
}

}  // namespace

Wide function_value(const Table& t, Wide i) {
  const Wide length = (Wide{1} << t.bits) / static_cast<Wide>(t.pieces.size()), at = i % length;
  const CubicPiece& c = t.pieces[static_cast<std::size_t>(i / length)];
  return floor_of(c[0] + c[1] * at + c[2] * at * at + c[3] * at * at * at, Wide{1} << 32);
}

bool is_row(const Table& t, const Tuple& v) {
  const Wide size = Wide{1} << t.bits;
  switch (t.kind) {
    case TableKind::kRange: return v[0] >= 0 && v[0] < size;
    case TableKind::kSaturate:
      return (v[1] == 0 && v[0] >= t.lo && v[0] <= t.hi) || (v[0] == t.hi && v[1] >= 0 && v[1] < size) || (v[0] == t.lo && v[1] <= 0 && v[1] > -size);
    case TableKind::kMaximum: return (v[1] == 0 && v[0] >= 0 && v[0] < size) || (v[0] == 0 && v[1] <= 0 && v[1] > -size);
    case TableKind::kFunction: return v[0] >= t.first && v[0] < t.first + size && v[1] == function_value(t, v[0] - t.first);
    case TableKind::kColumns: return v[0] >= 0 && v[0] < Wide{t.rows} * t.cols;
  }
  return false;
}

Wide row_count(const Table& t) {
  if (t.kind == TableKind::kColumns) return Wide{t.rows} * t.cols;
  if (t.kind == TableKind::kFunction) return Wide{1} << t.bits;
  Wide rows = 0;
  for (const Segment& segment : segments_of(t)) rows += segment.length;
  return (rows + 255) / 256 * 256;
}

Tuple row_of(const Table& t, Wide i) {
  if (t.kind == TableKind::kColumns) return {i, 0};
  if (t.kind == TableKind::kFunction) return {t.first + i, function_value(t, i)};
  const std::vector<Segment> segments = segments_of(t);
  for (const Segment& s : segments) {
    if (i < s.length) return {s.first[0] + i * s.step[0], s.first[1] + i * s.step[1]};
    i -= s.length;
  }
  return segments[0].first;
}

}  // namespace tacit::random_models
