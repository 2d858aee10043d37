// Progress: one line on a terminal that says what is being done, how far it is and how long it will take.
//
//   committing the witness   42 %   3 s left
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace tacit {

class Progress {
 public:
  using Sink = std::function<void(std::string_view)>;
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  /// Quiet without a sink. The clock is a parameter so that a test can be one.
  explicit Progress(Sink sink = {}, Clock clock = std::chrono::steady_clock::now);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();   ///< the line is gone

  /// What writes to the error stream when that is a terminal, and an empty sink (quiet) when it is a pipe or a file.
  static Sink terminal();

  /// The following updates belong to `name`, which starts at nothing done.
  void stage(std::string name);

  /// `done` of the stage, 0 to 1; may be called from any thread and as often as convenient (drawn at most ten times a
  /// second). Cost when quiet: one comparison.
  void update(double done);

  /// Removes the line, so that other output may follow.
  void clear();

 private:
  void draw(double done, std::chrono::steady_clock::time_point now);

  Sink sink_;
  Clock clock_;
  std::mutex mutex_;
  std::string stage_;
  std::chrono::steady_clock::time_point started_, drawn_;
  bool visible_ = false;
};

/// "40 s left", "3 min left", "2 h left"; nothing before there is enough to guess from.
std::string time_left(double done, std::chrono::duration<double> elapsed);

}  // namespace tacit
