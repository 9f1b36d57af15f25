#include "src/base/communicator.hpp"

#include <gtest/gtest.h>

#include "src/base/byte_text.hpp"
#include "src/base/check.hpp"

namespace fragflow {
namespace {

TEST(PartOf, CoversEveryItemOnceInOrder) {
  for (const std::int64_t count : {0, 1, 5, 64, 67}) {
    for (const std::int64_t parts : {1, 2, 3, 8, 70}) {
      std::int64_t next = 0;
      for (std::int64_t part = 0; part < parts; ++part) {
        const ItemRange range = part_of(count, parts, part);
        EXPECT_EQ(range.begin, next);
        EXPECT_GE(range.size(), count / parts);
        EXPECT_LE(range.size(), count / parts + 1);
        next = range.end;
      }
      EXPECT_EQ(next, count) << parts << " parts";
    }
  }
  EXPECT_THROW(part_of(5, 2, 2), InternalError);
}

TEST(SingleProcess, HearsItself) {
  Communicator& alone = single_process();
  EXPECT_TRUE(alone.is_first());
  EXPECT_EQ(alone.gather("a"), std::vector<std::string>{"a"});
  EXPECT_EQ(alone.broadcast("b"), "b");
  const std::vector<float> parts = {1, 2, 3};
  EXPECT_EQ(alone.exchange(parts), parts);
}

TEST(ByteText, ComesBack) {
  ByteWriter writer;
  const std::vector<double> values = {1.5, -2};
  writer.put(std::int32_t{7});
  writer.put_all(values.data(), values.size());
  ByteReader reader(writer.text());
  EXPECT_EQ(reader.take<std::int32_t>(), 7);
  std::vector<double> read(2);
  reader.take_all(read.data(), read.size());
  EXPECT_EQ(read, values);
  EXPECT_TRUE(reader.is_empty());
  EXPECT_THROW(reader.take<char>(), InternalError);
}

}  // namespace
}  // namespace fragflow
