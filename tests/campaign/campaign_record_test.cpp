#include "src/campaign/campaign_record.hpp"

#include <gtest/gtest.h>

#include "src/base/facts.hpp"

namespace fragflow {
namespace {

using Json = nlohmann::ordered_json;

// As campaign.json has it in folders of users, without its first table.
constexpr const char* kPlate = R"("plate":{"file":"round_1/plate.csv","digest":"45b9"}})";
#define ROUND                                                                                     \
  R"("begun":"2026-11-30T12:48:11Z","finished":"2026-11-30T12:48:12Z","version":"fragflow 0.1",)" \
  R"("seed":550273433248850,"strategy":"ucb","settings":"# TOML","known":{"molecules":50,)"       \
  R"("bounded":0,"digest":"a6f0"},"model":{"molecules":50,"bounds":0,"description":"GP",)"        \
  R"("scaffold_rmse":0.945,"scaffold_r2":0.249,"random_rmse":0.875,"random_r2":0.357,)"           \
  R"("digest":"dc72"},)"
const std::string kRounds =
    std::string(R"("rounds":[{"round":1,)" ROUND
                R"("library":{"file":"lib.csv","digest":"fac1"},"batch":{"candidates":)"
                R"({"from":"lib.csv","rows":50,"unreadable":0,"repeated":0,"known":0,)"
                R"("without_core":0,"candidates":50},"joint":50,"open_before":0,"proposed":5,)"
                R"("relaxed":0},)") +
    kPlate +
    R"(,{"round":2,)" ROUND
    R"("policy":{"run":"round_2/run","steps":4,"max_fragments":7,"reward_kappa":-1.0,)"
    R"("mean_score":0.0087},"batch":{"candidates":{"from":"policy","known":0,"unfit":141,)"
    R"("found":431,"candidates":431},"joint":431,"open_before":0,"proposed":4,"relaxed":0},)" +
    kPlate + "]";
const std::string kAdditions =
    R"("additions":[{"addition":1,"date":"2026-11-30T12:48:14Z","version":"fragflow 0.1",)"
    R"("after_round":1,"file":"res.csv","digest":"815d","rows":5,"measurements":5,)"
    R"("of_proposals":5,"bounds":0,"hits":0,"blank":0,"remarks":[{"kind":"repeat","row":2,)"
    R"("line":3,"text":"twice"}]}])";

std::string record_text(const std::string& pending) {
  return R"({"version":"fragflow 0.1","started":"2026-11-30T12:48:09Z","settings":"# TOML",)"
         R"("source":{"file":"camp.csv","digest":"e7c6","rows":50},"table":)" +
         facts_json(TableFacts()).dump() +
         R"(,"hit":{"value":8.01,"from":"auto"},"base":{"hits":5,"compounds":50,"rate":0.1},)"
         R"("pending":)" +
         pending + "," + kRounds + "," + kAdditions +
         R"(,"files":{"measurements.csv":{"length":5470,"digest":"d585"},)"
         R"("proposals.csv":{"length":1754,"digest":"9abf"}}})";
}

TEST(CampaignRecord, IsKeptAsFoldersHaveIt) {
  for (const char* pending :
       {"null", R"({"round":3,"begun":"now","seed":1,"settings":"# TOML"})"}) {
    const std::string text = record_text(pending);
    const auto record = read_facts<CampaignRecord>(Json::parse(text), "'campaign.json'");
    EXPECT_EQ(facts_json(record).dump(), text);
  }
}

TEST(CampaignRecord, AMissingKeyIsRefusedByName) {
  Json json = Json::parse(record_text("null"));
  json["rounds"][1]["policy"].erase("max_fragments");
  try {
    read_facts<CampaignRecord>(json, "'campaign.json'");
    FAIL();
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(), "'campaign.json': 'rounds[1].policy.max_fragments' is missing");
  }
}

}  // namespace
}  // namespace fragflow
