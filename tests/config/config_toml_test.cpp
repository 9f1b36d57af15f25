#include "src/config/config_toml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

using testing::HasSubstr;

struct Component {
  std::string name;
  double weight = 1.0;
  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.text("name", name, "kind of the component");
    visit.number("weight", weight, {0.0, 100.0}, "exponent");
  }
  bool operator==(const Component&) const = default;
};

struct Inner {
  std::int64_t steps = 5;
  double rate = 1e-7;
  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("steps", steps, {1, 1e9}, "how many");
    visit.number("rate", rate, {0.0, 1.0}, "how fast");
  }
  bool operator==(const Inner&) const = default;
};

struct Outer {
  std::string kind = "tree";
  std::string title = "a \"b\" \\ \n c";
  std::string file;
  bool on = false;
  int count = 3;
  std::uint64_t seed = 7;
  std::vector<std::string> words = {"x", "y z"};
  std::vector<double> goals = {1, 2.5};
  Inner inner;
  std::vector<Component> components = {{"qed", 2.0}};
  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.choice("kind", kind, {"tree", "grid"}, "shape");
    visit.text("title", title, "free text");
    visit.path("file", file, "an input");
    visit.flag("on", on, "switch");
    visit.number("count", count, {0, 10}, "number");
    visit.number("seed", seed, {}, "number");
    visit.texts("words", words, "list");
    visit.numbers("goals", goals, {0, 10}, "list");
    visit.section("inner", inner, "nested");
    visit.tables("component", components, "repeated");
  }
  bool operator==(const Outer&) const = default;
};

Outer read(const std::string& text, const std::vector<std::string>& overrides = {},
           const std::filesystem::path& folder = {}) {
  Outer outer;
  FieldList fields = list_fields(outer);
  read_toml(text, "'f.toml'", folder, fields);
  for (const std::string& assignment : overrides) apply_override(assignment, folder, fields);
  return outer;
}

std::string error_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  try {
    read(text, overrides);
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

TEST(ConfigToml, ReadsEveryKindOfValue) {
  const Outer outer = read(
      "kind = 'grid'\non = true\ncount = 4\nwords = ['p']\ngoals = [1, 0.5]\n"
      "[inner]\nsteps = 1e5\nrate = 1\n"
      "[[component]]\nname = 'sa'\n[[component]]\nname = 'qed'\nweight = 3\n");
  EXPECT_EQ(outer.kind, "grid");
  EXPECT_TRUE(outer.on);
  EXPECT_EQ(outer.count, 4);
  EXPECT_EQ(outer.words, std::vector<std::string>{"p"});
  EXPECT_EQ(outer.goals, (std::vector<double>{1, 0.5}));
  EXPECT_EQ(outer.inner, (Inner{100000, 1.0}));
  EXPECT_EQ(outer.components, (std::vector<Component>{{"sa", 1.0}, {"qed", 3.0}}));
  EXPECT_EQ(outer.seed, 7u) << "not named in the file";
}

TEST(ConfigToml, PrintedTomlReadsBack) {
  Outer outer;
  outer.title = "tab\t, quote \", backslash \\, newline \n, bell \x07, snowman \xE2\x98\x83";
  outer.inner.rate = 0.1;
  outer.goals = {3, 1e-300, 0.30000000000000004};
  outer.components = {{"a", 1.0}, {"b", 1e-9}};
  EXPECT_EQ(read(print_toml(list_fields(outer))), outer);
  outer.components.clear();
  EXPECT_EQ(read(print_toml(list_fields(outer))), outer) << "the default list is not empty";
}

TEST(ConfigToml, ElementsOfEmptyListsAreExplained) {
  Outer outer;
  EXPECT_EQ(explain_toml(list_fields(outer)), print_toml(list_fields(outer)));
  outer.components.clear();
  const std::string text = explain_toml(list_fields(outer));
  EXPECT_THAT(text,
              HasSubstr("# repeated; none so far\n# [[component]]\n# # kind of the component\n"
                        "# name = \"\"\n# # exponent (0 to 100)\n# weight = 1.0\n"));
  EXPECT_TRUE(outer.components.empty());
  outer.count = 9;
  EXPECT_EQ(read(explain_toml(list_fields(outer))).count, 9);
}

TEST(ConfigToml, UnknownKeysNameLineAndNearestKey) {
  EXPECT_EQ(error_of("on = true\n[inner]\nstep = 3\n"),
            "'f.toml' line 3: unknown key 'inner.step'; did you mean 'steps'?; known in 'inner.': "
            "steps, rate");
  EXPECT_THAT(error_of("[iner]\n"), HasSubstr("unknown key 'iner'; did you mean 'inner'?"));
  EXPECT_THAT(error_of("[[component]]\nweigth = 2\n"), HasSubstr("did you mean 'weight'?"));
}

TEST(ConfigToml, WrongValuesNameKeyAndWhatIsAllowed) {
  EXPECT_EQ(error_of("count = 11"),
            "'f.toml' line 1: 'count' = 11 is out of range; allowed: 0 to 10");
  EXPECT_EQ(error_of("kind = 'gird'"),
            "'f.toml' line 1: 'kind' = 'gird' is not one of: tree, grid; did you mean 'grid'?");
  EXPECT_THAT(error_of("count = 1.5"), HasSubstr("'count' must be a whole number"));
  EXPECT_THAT(error_of("count = '1'"), HasSubstr("'count' must be a whole number"));
  EXPECT_THAT(error_of("on = 1"), HasSubstr("'on' must be true or false"));
  EXPECT_THAT(error_of("title = 1"), HasSubstr("'title' must be text"));
  EXPECT_THAT(error_of("inner = 1"), HasSubstr("'inner' must be a table"));
  EXPECT_THAT(error_of("[component]\nname = 'a'"), HasSubstr("[[component]]"));
  EXPECT_THAT(error_of("goals = ['a']"), HasSubstr("'goals' must be a list of numbers"));
  EXPECT_THAT(error_of("goals = [1, 11]"), HasSubstr("'goals' = 11 is out of range"));
  EXPECT_THAT(error_of("seed = -1"), HasSubstr("'seed' = -1 is out of range"));
  EXPECT_THAT(error_of("[inner]\nrate = nan"), HasSubstr("'inner.rate' is not a number"));
  EXPECT_THAT(error_of("[inner]\nrate = 1979-05-27"), HasSubstr("'inner.rate' must be a value"));
  EXPECT_THAT(error_of("on = true\ncount = \n"), HasSubstr("'f.toml' line 2"));
}

TEST(ConfigToml, OverridesReachEveryField) {
  const Outer outer = read("[[component]]\nname = 'sa'\n[[component]]\nname = 'qed'\n",
                           {"inner.steps=9", "kind = grid", "words=['u', 'v']", "title='quoted'",
                            "on=true", "component.0.weight=4", "component.qed.weight=5"});
  EXPECT_EQ(outer.inner.steps, 9);
  EXPECT_EQ(outer.kind, "grid");
  EXPECT_EQ(outer.words, (std::vector<std::string>{"u", "v"}));
  EXPECT_EQ(outer.title, "quoted");
  EXPECT_TRUE(outer.on);
  EXPECT_EQ(outer.components, (std::vector<Component>{{"sa", 4}, {"qed", 5}}));
}

TEST(ConfigToml, WrongOverridesSayWhatWasTyped) {
  EXPECT_EQ(error_of("", {"inner.steps=0"}),
            "--set inner.steps=0: 'inner.steps' = 0 is out of range; allowed: 1 to 1000000000");
  EXPECT_THAT(error_of("", {"inner.stebs=1"}), HasSubstr("did you mean 'steps'?"));
  EXPECT_THAT(error_of("", {"component.sa.weight=1"}), HasSubstr("no element 'sa'; it has 1: qed"));
  EXPECT_THAT(error_of("", {"component.7.weight=1"}), HasSubstr("no element '7'"));
  EXPECT_THAT(error_of("", {"count.x=1"}), HasSubstr("'count' is a value, not a section"));
  EXPECT_THAT(error_of("", {"count"}), HasSubstr("expected section.key=value"));
  EXPECT_THAT(error_of("", {"count="}), HasSubstr("--set count="));
  EXPECT_THAT(error_of("", {"count=1\nfoo=2"}), HasSubstr("is no value for 'count'"));
}

TEST(ConfigToml, RelativePathsAreLookedUpBesideTheFile) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / "config_toml_paths";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "here.json") << "[]";
  EXPECT_EQ(read("file = 'here.json'", {}, folder).file,
            (std::filesystem::weakly_canonical(folder) / "here.json").string());
  EXPECT_EQ(read("file = 'elsewhere.json'", {}, folder).file, "elsewhere.json");
  EXPECT_EQ(read("", {"file=here.json"}, folder).file,
            (std::filesystem::weakly_canonical(folder) / "here.json").string());
  std::filesystem::remove_all(folder);
}

// toml++ 3.3 has undefined behaviour for both.
TEST(ConfigToml, SignsAndLettersWhereNoneMayStand) {
  EXPECT_THAT(error_of("count = 4\n[=]\n"), HasSubstr("'f.toml' is not TOML"));
  EXPECT_THAT(error_of("count = 4\n\xC3\xA9 = 1\n"), HasSubstr("'f.toml' line 2: a character"));
  // In comments and texts of every kind there are no limits.
  EXPECT_EQ(read("\xEF\xBB\xBFtitle = \"\xC3\xA9\" # \xC3\xA9\n").title, "\xC3\xA9");
  EXPECT_EQ(read("title = '''\n\xC3\xA9'\n''\"''''\n").title, "\xC3\xA9'\n''\"'");
  EXPECT_EQ(read("title = \"\"\"\\\"\"\xC3\xA9\"\"\"\n").title, "\"\"\xC3\xA9");
}

// It would be printed into a file that cannot be read again.
TEST(ConfigToml, OverridesAreUtf8) {
  EXPECT_EQ(read("", {"title=\xC3\xA9"}).title, "\xC3\xA9");
  EXPECT_THAT(error_of("", {"title=\xE9"}), HasSubstr("no value for 'title'"));
}

}  // namespace
}  // namespace fragflow
