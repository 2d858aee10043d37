#include "data/progress.h"

#include <gtest/gtest.h>

namespace tacit {
namespace {

using std::chrono::milliseconds;

struct Screen {
  std::string text;
  std::chrono::steady_clock::time_point now{milliseconds(1000000)};
  Progress::Sink sink() { return [this](std::string_view t) { text += t; }; }
  Progress::Clock clock() { return [this] { return now; }; }
};

TEST(Progress, ShowsStagePercentAndTimeLeft) {
  Screen screen;
  Progress progress(screen.sink(), screen.clock());
  progress.stage("committing");
  screen.now += milliseconds(2000);
  progress.update(0.25);
  EXPECT_NE(screen.text.find("committing"), std::string::npos);
  EXPECT_NE(screen.text.find(" 25 %   6 s left"), std::string::npos);
}

TEST(Progress, DrawsAtMostTenTimesASecond) {
  Screen screen;
  Progress progress(screen.sink(), screen.clock());
  progress.stage("s");
  std::size_t drawn = screen.text.size();
  screen.now += milliseconds(99);
  progress.update(0.5);
  EXPECT_EQ(screen.text.size(), drawn);
  screen.now += milliseconds(1);
  progress.update(0.5);
  EXPECT_GT(screen.text.size(), drawn);
}

TEST(Progress, RemovesItsLineOnce) {
  Screen screen;
  {
    Progress progress(screen.sink(), screen.clock());
    progress.stage("s");
    screen.text.clear();
    progress.clear();
    EXPECT_EQ(screen.text, "\r\x1b[K");
  }
  EXPECT_EQ(screen.text, "\r\x1b[K");
}

TEST(Progress, IsQuietWithoutASink) {
  bool asked = false;
  Progress progress({}, [&] { asked = true; return std::chrono::steady_clock::time_point{}; });
  progress.stage("s");
  progress.update(0.5);
  EXPECT_FALSE(asked);
}

TEST(Progress, GuessesOnlyWithEnoughToGuessFrom) {
  EXPECT_EQ(time_left(0, milliseconds(5000)), "");
  EXPECT_EQ(time_left(0.5, milliseconds(100)), "");
  EXPECT_EQ(time_left(0.5, milliseconds(120000)), "2 min left");
  EXPECT_EQ(time_left(0.1, std::chrono::hours(1)), "9 h left");
}

}  // namespace
}  // namespace tacit
