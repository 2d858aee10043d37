#include "data/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace tacit {
namespace {

constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::string_view kEraseLine = "\r\x1b[K";
constexpr std::size_t kStageWidth = 28;

}  // namespace

Progress::Progress(Sink sink, Clock clock) : sink_(std::move(sink)), clock_(std::move(clock)) {}

Progress::~Progress() { clear(); }

Progress::Sink Progress::terminal() {
  if (::isatty(STDERR_FILENO) == 0) return {};
  return [](std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
  };
}

void Progress::stage(std::string name) {
  if (!sink_) return;
  std::lock_guard lock(mutex_);
  stage_ = std::move(name);
  started_ = clock_();
  draw(0, started_);
}

void Progress::update(double done) {
  if (!sink_) return;
  std::lock_guard lock(mutex_);
  auto now = clock_();
  if (now - drawn_ >= kRedraw) draw(std::clamp(done, 0.0, 1.0), now);
}

void Progress::clear() {
  if (!sink_) return;
  std::lock_guard lock(mutex_);
  if (visible_) sink_(kEraseLine);
  visible_ = false;
}

void Progress::draw(double done, std::chrono::steady_clock::time_point now) {
  std::string name = stage_;
  name.resize(std::max(name.size(), kStageWidth), ' ');
  std::string percent = std::to_string(static_cast<int>(std::floor(done * 100)));
  percent.insert(0, 3 - std::min<std::size_t>(3, percent.size()), ' ');
  std::string left = time_left(done, now - started_);
  sink_(std::string(kEraseLine) + name + percent + " %" + (left.empty() ? "" : "   " + left));
  drawn_ = now;
  visible_ = true;
}

std::string time_left(double done, std::chrono::duration<double> elapsed) {
  constexpr double kEnough = 0.02, kEnoughSeconds = 0.5;
  if (done < kEnough || elapsed.count() < kEnoughSeconds) return "";
  double seconds = std::ceil(elapsed.count() * (1 - done) / done);
  if (seconds < 100) return std::to_string(static_cast<long>(seconds)) + " s left";
  if (seconds < 100 * 60) return std::to_string(static_cast<long>(std::ceil(seconds / 60))) + " min left";
  return std::to_string(static_cast<long>(std::ceil(seconds / 3600))) + " h left";
}

}  // namespace tacit
