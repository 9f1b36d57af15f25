#include "src/design/stage_runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/base/check.hpp"
#include "src/base/file.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

// input -> "double" writes it twice -> "mark" adds a mark, which is its setting.
class Fixture : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    write("input", "a");
  }

  void write(const std::string& name, const std::string& text) {
    write_file_atomically(folder_ / name, text);
  }
  std::string read(const std::string& name) { return read_file(folder_ / name); }

  StageRunner runner(const std::string& mark = "!") {
    Stage twice{"double", Json::object(), {"input"}, {"doubled"}};
    twice.run = [this](const StageRunner&) {
      ran_.push_back("double");
      write("doubled", read("input") + read("input"));
      return Json{{"length", read("doubled").size()}, {"hint", hint_}};
    };
    Stage add{"mark", {{"mark", mark}}, {"doubled"}, {"marked"}, {"double"}};
    add.prepare = [this](const Json& before) { before_ = before; };
    add.run = [this, mark](const StageRunner& r) -> std::optional<Json> {
      ran_.push_back("mark");
      if (stop_) return {};
      write("marked", read("doubled") + mark);
      return Json{{"of", r.facts("double")["length"]}};
    };
    return StageRunner(folder_, "record.json", {twice, add});
  }

  // Runs what is needed; the names of the stages that ran.
  std::vector<std::string> run(const std::string& mark = "!") {
    ran_.clear();
    StageRunner stages = runner(mark);
    for (std::size_t i = 0; i < 2; ++i) {
      if (!stages.need(i).reason.empty() && !stages.run(i)) break;
    }
    return ran_;
  }

  fs::path folder_;
  std::vector<std::string> ran_;
  Json before_;
  bool stop_ = false;
  std::string hint_ = "none";
};

using Stages = Fixture;

TEST_F(Stages, RunOnceAndAgainOnlyWhatAChangeConcerns) {
  EXPECT_THAT(run(), ElementsAre("double", "mark"));
  EXPECT_EQ(read("marked"), "aa!");
  EXPECT_EQ(runner().facts("mark")["of"], 2);
  EXPECT_THAT(run(), ElementsAre());
  EXPECT_EQ(runner("?").need(1).reason, "settings changed: mark \"!\" -> \"?\"");
  EXPECT_TRUE(runner("?").need(1).again);
  EXPECT_THAT(run("?"), ElementsAre("mark"));
  EXPECT_EQ(before_["settings"]["mark"], "!");
  write("input", "b");
  EXPECT_EQ(runner("?").need(0).reason, "changed: input");
  EXPECT_THAT(run("?"), ElementsAre("double", "mark"));
  EXPECT_EQ(read("marked"), "bb?");
}

TEST_F(Stages, TheSameResultAgainLeavesLaterStages) {
  run();
  fs::remove(folder_ / "doubled");
  EXPECT_EQ(runner().need(0).reason, "'doubled' is missing");
  EXPECT_FALSE(runner().need(0).again);
  EXPECT_THAT(run(), ElementsAre("double"));
}

TEST_F(Stages, OtherFactsAreOtherInputs) {
  run();
  fs::remove(folder_ / "doubled");
  hint_ = "the same file, read otherwise";
  EXPECT_THAT(run(), ElementsAre("double", "mark"));
}

TEST_F(Stages, AnOutputChangedByHandIsAnInputOfLaterStages) {
  run();
  write("doubled", "by hand");
  EXPECT_EQ(runner().need(0).reason, "");
  EXPECT_THAT(runner().edited_outputs(0), ElementsAre("doubled"));
  EXPECT_THAT(run(), ElementsAre("mark"));
  EXPECT_EQ(read("marked"), "by hand!");
  EXPECT_EQ(read("doubled"), "by hand");
}

TEST_F(Stages, AStoppedStageIsNotDone) {
  stop_ = true;
  EXPECT_THAT(run(), ElementsAre("double", "mark"));
  EXPECT_EQ(runner().need(1).reason, "not finished");
  EXPECT_FALSE(runner().need(1).again);
  EXPECT_TRUE(runner().facts("mark").is_null());
  stop_ = false;
  EXPECT_THAT(run(), ElementsAre("mark"));
  EXPECT_EQ(before_["done"], false);
}

TEST_F(Stages, ADamagedRecordIsNamed) {
  run();
  for (const auto& [text, part] :
       {std::pair{"{\"format\": ", "damaged"},
        std::pair{"{\"format\": \"fragflow stages 0\"}", "an older version"}}) {
    write("record.json", text);
    try {
      runner();
      FAIL() << text;
    } catch (const UserError& error) {
      EXPECT_THAT(error.what(), HasSubstr("record.json"));
      EXPECT_THAT(error.what(), HasSubstr(part));
    }
  }
}

TEST_F(Stages, AChangedByteOfTheRecordIsFound) {
  run();
  std::string text = read("record.json");
  const std::size_t place = text.find("true");
  ASSERT_NE(place, std::string::npos);
  text.replace(place, 4, "null");
  write("record.json", text);
  EXPECT_THROW(runner(), UserError);
}

// What another stage reads.
struct Length {
  std::int64_t length = 0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("length", length);
  }
};

TEST_F(Fixture, FactsAreStructsOrRefusedByName) {
  Stage first{"first", Json::object(), {}, {}};
  first.run = stage_work([](const StageRunner&) { return Length{3}; });
  Stage stopped{"stopped", Json::object(), {}, {}};
  stopped.run = stage_work([](const StageRunner&) { return std::optional<Length>(); });
  Stage other{"other", Json::object(), {}, {}};
  other.run = [](const StageRunner&) { return Json{{"lenght", 3}}; };
  StageRunner runner(folder_, "record.json", {first, stopped, other});
  EXPECT_TRUE(runner.run(0));
  EXPECT_FALSE(runner.run(1));
  EXPECT_TRUE(runner.run(2));
  EXPECT_EQ(runner.read<Length>("first").length, 3);
  for (const auto& [stage, wrong] :
       {std::pair{"stopped", "what stage stopped found should be an object, not null"},
        std::pair{"other", "record.json', what stage other found: 'length' is missing"}}) {
    try {
      runner.read<Length>(stage);
      ADD_FAILURE() << stage;
    } catch (const UserError& error) {
      EXPECT_THAT(error.what(), HasSubstr(wrong));
    }
  }
}

}  // namespace
}  // namespace fragflow
