#include "src/reward/process_scorer.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "src/base/check.hpp"
#include "src/base/error_place.hpp"
#include "src/base/log.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

constexpr std::size_t kShownText = 300, kShownMolecules = 3, kShownLines = 8;

// Makes the text printable on one line.
std::string printable(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n') {
      line += "\\n";
    } else {
      line += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    }
  }
  return line;
}

// Long text is shortened in the middle.
std::string shortened(std::string_view text) {
  if (text.size() <= kShownText) return printable(text);
  return printable(text.substr(0, kShownText / 2)) + " ... " +
         printable(text.substr(text.size() - kShownText / 2));
}

// The last lines, without control characters and shortened.
std::string last_lines(std::string_view text) {
  text = trim(text);
  std::vector<std::string> lines;
  while (!text.empty() && lines.size() < kShownLines) {
    const std::size_t begin = text.rfind('\n') + 1;  // 0 for the first line
    const std::string_view line = text.substr(begin);
    lines.push_back(printable(line.substr(0, kShownText)) +
                    (line.size() > kShownText ? " ..." : ""));
    text = text.substr(0, begin == 0 ? 0 : begin - 1);
  }
  std::reverse(lines.begin(), lines.end());
  return join(lines, "\n    ");
}

}  // namespace

ProcessScorer::ProcessScorer(const ProcessConfig& config, std::string component)
    : config_(config), component_(std::move(component)) {
  name_place(fmt::format("reward component '{}': process.command", component_),
             [&] { find_program(config_.command.at(0)); });
}

std::vector<double> ProcessScorer::values(const std::string& property,
                                          std::span<const ParsedMolecule> molecules) {
  std::vector<std::string> smiles;
  for (const ParsedMolecule& molecule : molecules) smiles.push_back(*molecule.smiles);
  if (smiles != smiles_ || !is_answered_) {
    smiles_ = std::move(smiles);
    is_answered_ = false;
    evaluate();
    is_answered_ = true;
  }
  std::vector<double> result;
  for (const Part& part : parts_) {
    const std::vector<double> values = values_of(part, property);
    result.insert(result.end(), values.begin(), values.end());
  }
  return result;
}

ScorerAnswer ProcessScorer::answer(const std::vector<std::string>& smiles, double time_limit,
                                   bool needs_echo) {
  FRAGFLOW_CHECK(config_.workers == 1 && config_.on_error == "stop", "one process, errors thrown");
  config_.time_limit = time_limit;
  config_.retries = 0;
  is_echoing_ = true;
  needs_echo_ = needs_echo;
  smiles_ = smiles;
  is_answered_ = false;
  evaluate();
  return parts_.at(0).answer;
}

std::vector<double> ProcessScorer::values_of(const Part& part, const std::string& property) const {
  if (part.has_failed) return std::vector<double>(part.end - part.begin, std::nan(""));
  const std::vector<double>* values = nullptr;
  // If not configured, the only output is used.
  const std::string& name = property.empty() ? part.answer.begin()->first : property;
  try {
    values = &find_output(part.answer, property);
  } catch (const UserError& error) {
    user_error("reward component '{}': the scoring program {}{}", component_, error.what(),
               details(part));
  }
  const auto missing =
      std::find_if(values->begin(), values->end(), [](double value) { return std::isnan(value); });
  if (missing != values->end() && config_.on_error == "stop") {
    const auto index = static_cast<std::size_t>(missing - values->begin());
    user_error(
        "reward component '{}': the scoring program has no value of '{}' for molecule {} of its "
        "{}, {} (null, NaN or infinite); process.on_error = \"floor\" lets such molecules score "
        "the floor{}",
        component_, name, index + 1, values->size(), smiles_[part.begin + index], details(part));
  }
  return *values;
}

std::vector<ProcessScorer::Part> ProcessScorer::divide() const {
  const std::size_t count =
      std::min(static_cast<std::size_t>(config_.workers), std::max<std::size_t>(smiles_.size(), 1));
  std::vector<Part> parts(count);
  for (std::size_t k = 0; k < count; ++k) {
    Part& part = parts[k];
    part.worker = k;
    part.begin = smiles_.size() * k / count;
    part.end = smiles_.size() * (k + 1) / count;
    for (std::size_t i = part.begin; i < part.end; ++i) {
      if (i > part.begin) part.question += '\n';
      part.question += smiles_[i];
    }
    // As in REINVENT: no line end after the last line.
    if (config_.protocol == "stream") part.question += "\n\n";
  }
  return parts;
}

void ProcessScorer::evaluate() {
  parts_ = divide();
  std::vector<Part*> open;
  for (Part& part : parts_) open.push_back(&part);
  for (int retries_left = config_.retries; !open.empty(); --retries_left) {
    open = ask(open, retries_left);
  }
}

std::vector<ProcessScorer::Part*> ProcessScorer::ask(const std::vector<Part*>& open,
                                                     int retries_left) {
  const bool is_stream = config_.protocol == "stream";
  workers_.resize(config_.workers);
  std::vector<Exchange> exchanges;
  for (const Part* part : open) {
    std::unique_ptr<ChildProcess>& child = workers_[part->worker];
    if (!child || !child->is_running()) {
      child = name_place(fmt::format("reward component '{}'", component_),
                         [&] { return std::make_unique<ChildProcess>(config_.command); });
    }
    Exchange& exchange = exchanges.emplace_back();
    exchange.child = child.get();
    exchange.question = part->question;
    exchange.until = is_stream ? Exchange::Until::kLine : Exchange::Until::kEndOfOutput;
  }
  run_exchanges(exchanges, config_.time_limit);
  std::vector<Part*> again;
  for (std::size_t k = 0; k < open.size(); ++k) {
    if (exchanges[k].result == Exchange::Result::kEnded && retries_left > 0) {
      spdlog::warn("reward component '{}': the scoring program ended ({}) and is started again",
                   component_, exchanges[k].child->end_text());
      again.push_back(open[k]);
    } else {
      take_answer(exchanges[k], *open[k]);
    }
  }
  return again;
}

void ProcessScorer::take_answer(const Exchange& exchange, Part& part) {
  part.received = exchange.answer;
  std::string what;
  switch (exchange.result) {
    case Exchange::Result::kAnswered:
      try {
        part.answer = is_echoing_ ? parse_echoing_answer(exchange.answer, smiles_, needs_echo_)
                                  : parse_scorer_answer(exchange.answer, part.end - part.begin);
        return;
      } catch (const UserError& error) {
        what = error.what();
      }
      break;
    case Exchange::Result::kEnded:
      what = fmt::format(
          "ended without an answer ({}){}", exchange.child->end_text(),
          config_.retries > 0
              ? fmt::format(", also when it was started again ({} times)", config_.retries)
              : "");
      break;
    case Exchange::Result::kTimedOut:
      what =
          is_echoing_
              ? fmt::format("did not answer {} molecules within {} seconds (pool.time_limit each)",
                            smiles_.size(), config_.time_limit)
              : fmt::format("did not answer within process.time_limit = {} seconds",
                            config_.time_limit);
      break;
    case Exchange::Result::kUnasked:
      what = "wrote more than one line for the batch before, or a line before the first one";
      break;
    case Exchange::Result::kTooLong:
      what = fmt::format("answered more than {} MB", Exchange::kMaxAnswer >> 20);
      break;
  }
  part.has_failed = true;
  fail(part, what);
}

void ProcessScorer::fail(const Part& part, const std::string& what) {
  const std::string message = fmt::format("reward component '{}': the scoring program {}{}",
                                          component_, what, details(part));
  if (config_.on_error == "stop") throw UserError(message);
  // Warns about the first ones and then at increasing intervals.
  if (std::has_single_bit(static_cast<std::uint64_t>(++num_failures_))) {
    spdlog::warn("{}\n  its molecules score the floor (failure {})", message, num_failures_);
  }
}

std::string ProcessScorer::details(const Part& part) const {
  const std::size_t count = part.end - part.begin;
  std::vector<std::string> first(smiles_.begin() + part.begin,
                                 smiles_.begin() + part.begin + std::min(count, kShownMolecules));
  if (count > first.size()) first.push_back("...");
  std::string text = fmt::format("\n  command: {}\n  sent: {} SMILES: {}",
                                 command_line(config_.command), count, join(first));
  if (!part.received.empty()) {
    text +=
        fmt::format("\n  received: {} bytes: {}", part.received.size(), shortened(part.received));
  }
  const std::string errors = last_lines(workers_.at(part.worker)->error_tail());
  text += errors.empty() ? "\n  its standard error is empty"
                         : "\n  the end of its standard error:\n    " + errors;
  return text;
}

}  // namespace fragflow
