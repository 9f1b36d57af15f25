#include "src/base/safetensors.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

SafetensorsFile example() {
  SafetensorsFile file;
  const float floats[] = {1.0f, -2.5f, 3.25f, 0.0f, 5.0f, 6.0f};
  const double scalar[] = {3.5};
  const std::int64_t integers[] = {1, -2, 3};
  file.tensors["weights"] = TensorData::from_floats({2, 3}, floats);
  file.tensors["log_z"] = TensorData::from_doubles({}, scalar);
  file.tensors["steps"] = TensorData::from_int64({3}, integers);
  file.tensors["empty"] = TensorData::from_floats({0, 4}, nullptr);
  file.metadata["config"] = "[training]\nsteps = 3 # \"quoted\"";
  return file;
}

TEST(Safetensors, RoundTrip) {
  const std::string bytes = serialise_safetensors(example());
  const SafetensorsFile back = parse_safetensors(bytes, "memory");
  EXPECT_EQ(back.metadata, example().metadata);
  ASSERT_EQ(back.tensors.size(), 4u);
  EXPECT_EQ(back.at("weights").shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(back.at("weights").floats("weights")[1], -2.5f);
  EXPECT_EQ(back.at("log_z").doubles("log_z")[0], 3.5);
  EXPECT_EQ(back.at("steps").int64s("steps")[1], -2);
  EXPECT_EQ(back.at("empty").num_elements(), 0);
  EXPECT_EQ(serialise_safetensors(back), bytes);
}

TEST(Safetensors, EveryTruncationIsRefused) {
  const std::string bytes = serialise_safetensors(example());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_THROW(parse_safetensors(bytes.substr(0, length), "cut"), UserError) << length;
  }
}

TEST(Safetensors, AHugeHeaderLengthTakesNoMemory) {
  std::string bytes(16, ' ');
  const std::uint64_t huge = std::uint64_t{1} << 62;
  std::memcpy(bytes.data(), &huge, 8);
  EXPECT_THROW(parse_safetensors(bytes, "huge"), UserError);
}

TEST(Safetensors, ShapeAndSizeMustAgree) {
  std::string bytes = serialise_safetensors(example());
  const std::size_t position = bytes.find("[2,3]");
  ASSERT_NE(position, std::string::npos);
  bytes.replace(position, 5, "[9,3]");
  EXPECT_THROW(parse_safetensors(bytes, "lying"), UserError);
}

TEST(Safetensors, MissingTensorIsNamed) {
  try {
    example().at("bias");
    FAIL();
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("'bias'"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("weights"), std::string::npos);
  }
}

TEST(Safetensors, WrongTypeIsNamed) {
  const SafetensorsFile file = example();
  EXPECT_THROW(file.at("weights").doubles("weights"), UserError);
}

}  // namespace
}  // namespace fragflow
