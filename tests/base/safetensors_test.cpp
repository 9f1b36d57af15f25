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

std::string file_of(const std::string& header, const std::string& data) {
  const std::uint64_t size = header.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &size, 8);
  return bytes + header + data;
}

// Much more than any machine has: taking it would end the test.
TEST(Safetensors, HugeSizesInHeadersTakeNoMemory) {
  for (const int power : {27, 40, 60, 63}) {
    std::string bytes(16, ' ');
    const std::uint64_t huge = std::uint64_t{1} << power;
    std::memcpy(bytes.data(), &huge, 8);
    EXPECT_THROW(parse_safetensors(bytes, "huge"), UserError) << power;
    const std::string size = std::to_string(huge);
    for (const std::string& shape : {size, "1, " + size, size + ", " + size, size + ", 0"}) {
      for (const std::string& end : {size, std::string("4")}) {
        const std::string header = R"({"a": {"dtype": "U8", "shape": [)" + shape +
                                   R"(], "data_offsets": [0, )" + end + "]}}";
        EXPECT_THROW(parse_safetensors(file_of(header, "1234"), "huge"), UserError) << header;
      }
    }
  }
}

TEST(Safetensors, EveryChangedByteIsFound) {
  const std::string good = serialise_safetensors(example());
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bytes = good;
    bytes[i] ^= 1;
    try {
      // Left are spaces of the header and the name of the checksum itself.
      SafetensorsFile file = parse_safetensors(bytes, "changed");
      EXPECT_EQ(file.metadata["config"], example().metadata["config"]) << i;
      file.metadata = example().metadata;
      EXPECT_EQ(serialise_safetensors(file), good) << i;
    } catch (const UserError&) {
    }
  }
}

// A file of n bytes whose tensors all lie on each other would take n times the number of tensors.
TEST(Safetensors, TensorsMayNotFractionBytes) {
  const std::string entry = R"({"dtype": "U8", "shape": [4], "data_offsets": [0, 4]})";
  EXPECT_NO_THROW(parse_safetensors(file_of("{\"a\": " + entry + "}", "1234"), "one"));
  const std::string both = "{\"a\": " + entry + ", \"b\": " + entry + "}";
  EXPECT_THROW(parse_safetensors(file_of(both, "1234"), "both"), UserError);
  EXPECT_THROW(parse_safetensors(file_of("{\"a\": " + entry + "}", "12345"), "rest"), UserError);
}

TEST(Safetensors, SizesAreWholeNumbers) {
  const std::string entry = R"({"a": {"dtype": "U8", "shape": [1.0], "data_offsets": [0, 1]}})";
  EXPECT_THROW(parse_safetensors(file_of(entry, "1"), "float"), UserError);
}

TEST(Safetensors, DeepNestingIsRefused) {
  const std::string deep(1'000'000, '[');
  EXPECT_THROW(parse_safetensors(file_of(deep + std::string(1'000'000, ']'), ""), "deep"),
               UserError);
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
