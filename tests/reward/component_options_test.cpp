#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "src/base/check.hpp"
#include "src/reward/component.hpp"

namespace fragflow {
namespace {

using testing::HasSubstr;

std::string refusal(ComponentConfig config) {
  SharedScorers shared;
  try {
    make_component(config, shared);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

// As the help of each key says (`fragflow config --help`).
const std::map<std::string, std::set<std::string>> kReadBy = {
    {"file", {"proxy", "torchscript", "domain", "route"}},
    {"term", {"proxy_sum"}},
    {"kappa", {"proxy", "proxy_sum"}},
    {"open_slots", {"proxy"}},
    {"catalogs", {"alerts"}},
    {"smarts", {"smarts"}},
    {"mode", {"smarts", "substructure"}},
    {"molecules", {"similarity", "substructure"}},
    {"fingerprint", {"similarity"}},
    {"smiles_column", {"domain"}},
    {"neighbours", {"domain"}},
    {"route", {"route"}},
    {"process", {"process"}},
    {"pool", {"pool"}},
    {"torchscript", {"torchscript"}},
    {"poses", {"process", "pool"}}};

const std::map<std::string, std::function<void(ComponentConfig&)>> kSet = {
    {"file", [](auto& c) { c.file = "/none"; }},
    {"term",
     [](auto& c) {
       c.terms = {{"/none", 1}};
     }},
    {"kappa", [](auto& c) { c.kappa = 1; }},
    {"open_slots", [](auto& c) { c.open_slots = true; }},
    {"catalogs", [](auto& c) { c.catalogs = {"brenk"}; }},
    {"smarts", [](auto& c) { c.smarts = {"C"}; }},
    {"mode", [](auto& c) { c.mode = "forbid"; }},
    {"molecules", [](auto& c) { c.molecules = {"C"}; }},
    {"fingerprint", [](auto& c) { c.fingerprint = "rdk"; }},
    {"smiles_column", [](auto& c) { c.smiles_column = "s"; }},
    {"neighbours", [](auto& c) { c.neighbours = 2; }},
    {"route", [](auto& c) { c.route.max_reactions = 2; }},
    {"process", [](auto& c) { c.process.retries = 5; }},
    {"pool", [](auto& c) { c.pool.property = "p"; }},
    {"torchscript", [](auto& c) { c.torchscript.bits = 10; }},
    {"poses", [](auto& c) { c.poses = "/none"; }}};

TEST(ComponentOptions, AKeyThatItsTypeDoesNotReadIsRefused) {
  for (const ComponentType& type : component_types()) {
    for (const auto& [key, set] : kSet) {
      ComponentConfig config;
      config.name = "mine";
      config.type = type.name;
      config.transform.type = "step";
      set(config);
      const std::string message = refusal(config);
      const std::string wrong = fmt::format(
          "reward component 'mine': type = \"{}\" does not read {}; it reads ", type.name, key);
      EXPECT_EQ(message.starts_with(wrong), !kReadBy.at(key).contains(type.name)) << message;
      // Checkpoints of earlier versions may hold such keys.
      reset_unread_keys(config);
      EXPECT_FALSE(refusal(config).starts_with(wrong)) << refusal(config);
    }
  }
}

TEST(ComponentOptions, TheRefusalSaysWhatIsRead) {
  ComponentConfig config;
  config.type = "alerts";
  config.smarts = {"C"};
  config.mode = "forbid";
  EXPECT_EQ(refusal(config),
            "reward component 'alerts': type = \"alerts\" does not read smarts, mode; it reads "
            "name, type, weight, filter, transform, catalogs");
  config.smarts.clear();
  config.mode = "require";  // what it is anyway: nothing to refuse
  config.weight = 2;
  config.catalogs = {"pains"};
  EXPECT_EQ(refusal(config), "");
}

}  // namespace
}  // namespace fragflow
