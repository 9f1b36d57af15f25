#include "src/pool/pool_server.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "src/base/check.hpp"
#include "src/pool/pool_client.hpp"
#include "src/pool/pool_folder.hpp"
#include "src/pool/pool_token.hpp"

namespace fragflow {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string problem_of(const PoolClient& client, const std::string& name = "take") {
  try {
    client.ask(name, json::object());
  } catch (const NoAnswer& problem) {
    return problem.what();
  }
  return "answered";
}

json echo(const std::string& name, const json& request) {
  if (name == "bad") user_error("not so");
  return {{"name", name}, {"request", request}};
}

TEST(PoolServer, AnswersWhoHasTheToken) {
  const PoolServer server("127.0.0.1", 0, 0, "secret", echo);
  const json reply = PoolClient("127.0.0.1", server.port(), "secret").ask("take", {{"a", 0.1}});
  EXPECT_EQ(reply, json({{"name", "take"}, {"request", {{"a", 0.1}}}}));
  for (const char* name : {"localhost", "LocalHost"}) {
    EXPECT_EQ(problem_of(PoolClient(name, server.port(), "secret")), "answered");
  }
  EXPECT_THAT(problem_of(PoolClient("127.0.0.1", server.port(), "secret"), "bad"),
              HasSubstr("(400): not so"));
}

TEST(PoolServer, RefusesStrangers) {
  int num_asked = 0;
  const PoolServer server("127.0.0.1", 0, 0, "secret", [&](const auto&, const auto& request) {
    ++num_asked;
    return request;
  });
  for (const char* token : {"", "secre", "secret2", "Secret"}) {
    EXPECT_THAT(problem_of(PoolClient("127.0.0.1", server.port(), token)), HasSubstr("(401)"));
  }
  EXPECT_EQ(num_asked, 0);
}

TEST(PoolServer, ListensWhereItIsToldOnly) {
  const PoolServer server("127.0.0.1", 0, 0, "secret", echo);
  EXPECT_THAT(problem_of(PoolClient("127.0.0.2", server.port(), "secret")), HasSubstr("no answer"));
}

TEST(PoolServer, TakesItsEarlierPortOrSaysThatAPortIsTaken) {
  const PoolServer server("127.0.0.1", 0, 0, "secret", echo);
  const int port = server.port();
  EXPECT_NE(PoolServer("127.0.0.1", 0, port, "secret", echo).port(), port);
  try {
    PoolServer("127.0.0.1", port, 0, "secret", echo);
    ADD_FAILURE();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("pool.port"));
  }
}

TEST(PoolFolder, TokenIsSecretAndStays) {
  const std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) / ("pool_folder_" + random_token());
  std::string token;
  {
    const PoolFolder folder(path);
    token = folder.token();
    EXPECT_EQ(token.size(), 32u);
    struct stat status;
    ASSERT_EQ(::stat(pool_token_file(path).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    EXPECT_THROW(PoolFolder second(path), UserError);
  }
  EXPECT_EQ(PoolFolder(path).token(), token);
  ::chmod(pool_token_file(path).c_str(), 0644);
  try {
    PoolFolder again(path);
    ADD_FAILURE();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("chmod 600"));
  }
  std::filesystem::remove_all(path);
}

TEST(PoolFolder, WhatOthersCanWriteIsNotStarted) {
  const std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) / ("pool_folder_" + random_token());
  {
    const PoolFolder folder(path);
    folder.write_address({"127.0.0.1", 4000, {"dock.py", "two words"}, "v 1"});
  }
  const PoolAddress address = read_pool_address(path);
  EXPECT_EQ(address.port, 4000);
  EXPECT_EQ(address.command, (std::vector<std::string>{"dock.py", "two words"}));
  EXPECT_EQ(address.version, "v 1");
  ::chmod(pool_address_file(path).c_str(), 0666);
  EXPECT_THROW(read_pool_address(path), UserError);
  std::filesystem::remove_all(path);
}

}  // namespace
}  // namespace fragflow
