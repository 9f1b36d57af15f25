// Tables in the shapes that people have, each with the right value of every row.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/chem/activity_table.hpp"

namespace fragflow {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

// Twelve anilines and phenols with a made-up potency.
struct Compound {
  const char* smiles;
  double potency;
};
constexpr Compound kCompounds[] = {
    {"Nc1ccccc1", 4.1},    {"Cc1ccc(N)cc1", 4.6},  {"Nc1ccc(F)cc1", 5.0},  {"Nc1ccc(Cl)cc1", 5.3},
    {"Nc1ccc(O)cc1", 5.9}, {"CCc1ccc(N)cc1", 6.2}, {"Oc1ccccc1", 6.4},     {"Cc1ccc(O)cc1", 6.8},
    {"Oc1ccc(F)cc1", 7.1}, {"Oc1ccc(Cl)cc1", 7.7}, {"CCc1ccc(O)cc1", 8.2}, {"Oc1ccc(Br)cc1", 8.9}};

using Cells = std::function<std::string(double potency)>;

// One row to a compound: its structure and what cells makes of its potency.
std::string table_of(const std::string& header, const Cells& cells) {
  std::string text = "SMILES," + header + "\n";
  for (const Compound& compound : kCompounds) {
    text += fmt::format("{},{}\n", compound.smiles, cells(compound.potency));
  }
  return text;
}

std::string number(double value) { return fmt::format("{:.12g}", value); }
std::string nanomolar(double potency) { return number(std::pow(10, 9 - potency)); }
std::string micromolar(double potency) { return number(std::pow(10, 6 - potency)); }

ActivityTable read(const std::string& text, const ActivityOptions& options = {}) {
  return parse_activity_table(text, "input", options);
}

std::string message_of(const std::string& text, const ActivityOptions& options = {}) {
  try {
    read(text, options);
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

ActivityOptions told(const std::string& units, const std::string& target = "",
                     const std::string& direction = "auto") {
  ActivityOptions options;
  options.units = units;
  options.columns.target = target;
  options.direction = direction;
  return options;
}

void expect_potencies(const std::string& text, const ActivityOptions& options = {}) {
  SCOPED_TRACE(text.substr(0, text.find('\n')));
  const std::string message = message_of(text, options);
  ASSERT_EQ(message, "no error");
  const ActivityTable table = read(text, options);
  EXPECT_TRUE(table.in_potency);
  EXPECT_TRUE(table.higher_is_better);
  ASSERT_EQ(table.size(), std::ssize(kCompounds));
  for (std::int64_t i = 0; i < table.size(); ++i) {
    EXPECT_NEAR(table.molecules[i].value, kCompounds[i].potency, 1e-9) << kCompounds[i].smiles;
  }
}

TEST(ActivityReading, LogarithmsOfConcentrations) {
  const auto log_nm = [](double p) { return number(9 - p); };
  const auto log_um = [](double p) { return number(6 - p); };
  const auto log_m = [](double p) { return number(-p); };
  for (const char* name : {"log10_IC50_nM", "log Ki (nM)", "Log10(EC50 [nM])", "lgIC50, nM"}) {
    expect_potencies(table_of('"' + std::string(name) + '"', log_nm));
  }
  for (const char* name : {"log IC50 (uM)", "logKd_uM", "Log Ki [\xC2\xB5mol/L]"}) {
    expect_potencies(table_of(name, log_um));
  }
  for (const char* name : {"LogIC50 (M)", "logIC50_M", "log10 Ki [mol/L]"}) {
    expect_potencies(table_of(name, log_m));
  }
  for (const char* name : {"-log IC50 (M)", "pIC50 = -log M", "neg_log10_Ki", "-logIC50 (nM)"}) {
    expect_potencies(table_of(name, number));
  }
  expect_potencies(table_of("-log10 IC50 (nM)", [](double p) { return number(p - 9); }));
  expect_potencies(
      table_of("ln Ki (nM)", [](double p) { return number((9 - p) * std::log(10.0)); }));
  // The unit beside the value.
  expect_potencies(table_of("Log IC50,Units", [&](double p) { return log_um(p) + ",uM"; }));
  expect_potencies(table_of("Standard Type,Standard Value,Standard Units",
                            [&](double p) { return "Log Ki," + log_nm(p) + ",nM"; }));
}

TEST(ActivityReading, ALogarithmWithoutUnitIsReadAsItsValuesAllowOrAsked) {
  // Logarithms of molar concentrations alone are negative throughout.
  expect_potencies(table_of("LogIC50", [](double p) { return number(-p); }));
  const std::string natural =
      table_of("LN_IC50", [](double p) { return number((6 - p) * std::log(10.0)); });
  EXPECT_THAT(message_of(natural), AllOf(HasSubstr("of which unit 'LN_IC50' is the logarithm"),
                                         HasSubstr("--units uM"), HasSubstr("--units nM")));
  expect_potencies(natural, told("uM"));
  expect_potencies(natural, told("ln uM"));
  EXPECT_EQ(read(natural, told("uM")).unit, "ln uM");
  const std::string decimal = table_of("log_IC50", [](double p) { return number(9 - p); });
  expect_potencies(decimal, told("nM"));
  // Values up to 79,000 are the concentrations, whatever the name says.
  expect_potencies(table_of("log_IC50", nanomolar), told("nM"));
}

TEST(ActivityReading, PercentagesAreNoConcentrations) {
  const auto percent = [](double p) { return number(100 / (1 + std::pow(10, 5 - p))); };
  for (const char* name : {"% inhibition at 10 uM", "Inhibition (%) @ 10 \xC2\xB5M",
                           "Inhibition at 1 uM (%)", "Inhibition_10uM", "inh [10 uM]"}) {
    const std::string text = table_of(name, percent);
    EXPECT_THAT(message_of(text),
                AllOf(HasSubstr("is a percentage by its name"), HasSubstr("--direction higher")));
    const ActivityTable table = read(text, told("auto", "", "higher"));
    EXPECT_FALSE(table.in_potency);
    EXPECT_TRUE(table.higher_is_better);
    EXPECT_EQ(table.unit, "");
    ASSERT_EQ(table.size(), std::ssize(kCompounds));
    EXPECT_NEAR(table.molecules[0].value, 100 / (1 + std::pow(10, 0.9)), 1e-9);
    EXPECT_FALSE(read(text, told("none", "", "lower")).higher_is_better);
    EXPECT_THAT(message_of(text, told("uM")), HasSubstr("is a percentage by its name"));
  }
  EXPECT_THAT(message_of(table_of("inhibition (nM)", nanomolar)),
              AllOf(HasSubstr("percentages or concentrations"), HasSubstr("--units nM")));
  expect_potencies(table_of("inhibition (nM)", nanomolar), told("nM"));
  // A concentration beside a percentage is preferred.
  expect_potencies(table_of("% inhibition at 10 uM,IC50 (nM)",
                            [&](double p) { return percent(p) + "," + nanomolar(p); }));
}

TEST(ActivityReading, ErrorsAndCountsAreNotLearned) {
  for (const char* error : {"pIC50_std", "pIC50 SEM", "pIC50_sd", "pIC50 error", "n_pIC50"}) {
    const std::string text = table_of(fmt::format("IC50 (nM),{}", error),
                                      [](double p) { return nanomolar(p) + "," + number(p / 10); });
    expect_potencies(text);
    EXPECT_THAT(read(text).notes, Contains(HasSubstr(error)));
  }
  EXPECT_THAT(message_of(table_of("pIC50_std", number)),
              AllOf(HasSubstr("no column is known to hold the activity"),
                    HasSubstr("'pIC50_std': by name an error or a count")));
}

TEST(ActivityReading, ClassesAreRefused) {
  const auto word = [](double p) { return p > 6 ? "Active" : "Inactive"; };
  EXPECT_THAT(message_of(table_of("Activity", word)),
              AllOf(HasSubstr("'Activity' holds classes ('Active' 7, 'Inactive' 5)"),
                    HasSubstr("--target")));
  EXPECT_THAT(message_of(table_of("outcome", [](double p) { return p > 6 ? "hit A" : "hit B"; }),
                         told("auto", "outcome")),
              HasSubstr("holds classes"));
  const std::string digits = table_of("label", [](double p) { return p > 6 ? "1" : "0"; });
  EXPECT_THAT(message_of(digits),
              AllOf(HasSubstr("only the numbers 0 and 1"), HasSubstr("--units none")));
  EXPECT_EQ(read(digits, told("none", "", "higher")).size(), std::ssize(kCompounds));
  // A column of numbers is preferred to one of classes.
  expect_potencies(
      table_of("Activity,IC50 (nM)", [&](double p) { return word(p) + ("," + nanomolar(p)); }));
}

TEST(ActivityReading, AdviceAboutUnitsIsNotCircular) {
  // As MoleculeACE has it: y is -log10 of nM.
  const std::string text =
      table_of("exp_mean [nM],y", [](double p) { return nanomolar(p) + "," + number(p - 9); });
  expect_potencies(text);
  EXPECT_THAT(message_of(text, told("p", "y")), HasSubstr("--units '-log nM'"));
  expect_potencies(text, told("-log nM", "y"));
  EXPECT_THAT(message_of(table_of("Y", nanomolar)),
              AllOf(HasSubstr("'Y' are better"), HasSubstr("--units nM (then potencies of 4.1")));
  expect_potencies(table_of("Y", nanomolar), told("nM"));
  EXPECT_THAT(message_of(table_of("IC50", number)),
              AllOf(HasSubstr("in which unit 'IC50' is"), HasSubstr("--units p (then")));
  expect_potencies(table_of("pIC50 (nM)", number));
}

TEST(ActivityReading, MassesBecomeMolarByTheMassAsWeighed) {
  // Phenol weighs 94.11 g/mol; aniline hydrochloride 129.59, of which aniline 93.13.
  const ActivityTable table = read(
      "SMILES,IC50 (\xC2\xB5g/mL)\nOc1ccccc1,94.11\nNc1ccccc1.Cl,0.12959\nCc1ccccc1O,108.14\n");
  ASSERT_EQ(table.size(), 3);
  EXPECT_EQ(table.unit, "ug/mL");
  EXPECT_NEAR(table.molecules[0].value, 3, 1e-4);
  EXPECT_NEAR(table.molecules[1].value, 6, 1e-4);
  EXPECT_NEAR(table.molecules[2].value, 3, 1e-4);
  EXPECT_TRUE(table.higher_is_better);
  for (const char* text :
       {"SMILES,MIC [mg/L]\nOc1ccccc1,94.11\n", "SMILES,IC50,Units\nOc1ccccc1,94.11,ug.mL-1\n",
        "SMILES,IC50\nOc1ccccc1,94.11 mg/L\n"}) {
    EXPECT_NEAR(read(text).molecules.at(0).value, 3, 1e-4) << text;
  }
  EXPECT_NEAR(read("SMILES,IC50\nOc1ccccc1,94.11\n", told("ng/mL")).molecules.at(0).value, 6, 1e-4);
  // Aniline hydrochloride again.
  const std::string inchi = "\"InChI=1S/C6H7N.ClH/c7-6-4-2-1-3-5-6;/h1-5H,7H2;1H\"";
  EXPECT_NEAR(read("InChI,MIC (mg/L)\n" + inchi + ",129.59\n").molecules.at(0).value, 3, 1e-4);
  const ActivityTable broken = read("SMILES,MIC (mg/L)\nOc1ccccc1,94.11\nC1CC,5\nCCO,0\n");
  EXPECT_EQ(broken.num_rejected("structure"), 1);
  EXPECT_EQ(broken.num_rejected("value"), 1);
}

TEST(ActivityReading, NumbersWithErrorsAndUnits) {
  const auto with = [](const char* error) {
    return [error](double p) { return nanomolar(p) + error; };
  };
  for (const char* behind : {" \xC2\xB1 1", "+/-1", " nM", " \xC2\xB1 0.5 nM", " (n=3)"}) {
    expect_potencies(table_of("IC50 (nM)", with(behind)));
  }
  // Without a unit in the name the one behind the number counts, also where they differ.
  const std::string mixed = table_of(
      "IC50", [](double p) { return p < 6 ? micromolar(p) + " \xC2\xB5M" : nanomolar(p) + " nM"; });
  expect_potencies(mixed);
  EXPECT_EQ(read(mixed).unit, "nM, uM");
  EXPECT_THAT(read(mixed).notes, Contains("12 of 12 values have their unit behind them."));
  // One unit that differs from the column's does not turn the column round.
  std::string text = table_of("pIC50", number);
  text += "CCCCO,100 nM\n";
  EXPECT_NEAR(read(text).molecules.back().value, 7, 1e-9);
  EXPECT_FALSE(read(text, told("auto", "", "lower")).higher_is_better);
}

// The first four compounds are bounds.
std::string with_bounds(const std::string& header,
                        const std::function<std::string(const char* relation, double p)>& cells) {
  return table_of(header, [&](double p) { return cells(p < 5.5 ? ">" : "=", p); });
}

void expect_bounds(const std::string& text, const ActivityOptions& options = {}) {
  SCOPED_TRACE(text.substr(0, text.find('\n')));
  ASSERT_EQ(message_of(text, options), "no error");
  const ActivityTable table = read(text, options);
  ASSERT_EQ(table.size(), 8);
  // Four weak compounds whose IC50 is above what is written: their p-units are below it.
  ASSERT_EQ(table.bounds.size(), 4u);
  for (std::size_t i = 0; i < table.bounds.size(); ++i) {
    EXPECT_NEAR(table.bounds[i].limit, kCompounds[i].potency, 1e-9);
    EXPECT_FALSE(table.bounds[i].above);
  }
  for (std::int64_t i = 0; i < table.size(); ++i) {
    EXPECT_NEAR(table.molecules[i].value, kCompounds[i + 4].potency, 1e-9);
  }
}

TEST(ActivityReading, BoundsUnderAnyName) {
  const auto before = [](const char* relation, double p) {
    return relation + ("," + nanomolar(p));
  };
  const auto behind = [](const char* relation, double p) { return nanomolar(p) + "," + relation; };
  for (const char* name : {"Qualifier", "Prefix", "modifier", "operator", "IC50 relation",
                           "Standard Relation", "Relation", "xyz", "Unnamed: 1"}) {
    expect_bounds(with_bounds(fmt::format("{},IC50 (nM)", name), before));
    expect_bounds(with_bounds(fmt::format("IC50 (nM),{}", name), behind));
  }
  // Blanks mean equal; signs of more than one letter; not beside the activity.
  expect_bounds(with_bounds("Kinase X: IC50 (nM) modifier,Kinase X: IC50 (nM)",
                            [](const char* relation, double p) {
                              return (*relation == '=' ? "," : ">=,") + nanomolar(p);
                            }));
  expect_bounds(with_bounds("sgn,Name,IC50 (nM)", [](const char* relation, double p) {
    return fmt::format("{},A,{}", relation, nanomolar(p));
  }));
}

TEST(ActivityReading, TheBoundsOfAnotherColumnDoNotCount) {
  const auto pairs = [](const char* relation, double p) {
    return fmt::format(">,{},{},{}", number(p), relation, nanomolar(p));
  };
  // By name, by place, and by name against place.
  ActivityOptions options;
  options.columns.target = "IC50 (nM)";
  expect_bounds(with_bounds("Ki qualifier,Ki (nM),IC50 qualifier,IC50 (nM)", pairs), options);
  expect_bounds(with_bounds("a,fold,b,IC50 (nM)", pairs));
  expect_bounds(with_bounds("IC50 sgn,IC50 (nM),Ki sgn,fold", [](const char* relation, double p) {
    return fmt::format("{},{},>,{}", relation, nanomolar(p), number(p));
  }));
  expect_potencies(
      table_of("Ki qualifier,IC50 (nM)", [](double p) { return ">," + nanomolar(p); }));
  // On both sides and neither named: asked.
  const std::string unclear = with_bounds("MW,a,IC50 (nM),b", [](const char* relation, double p) {
    return fmt::format("94,{},{},<", relation, nanomolar(p));
  });
  EXPECT_THAT(message_of(unclear), AllOf(HasSubstr("several columns may hold the relations"),
                                         HasSubstr("--relation '#3'")));
  options = {};
  options.columns.relation = "#3";
  EXPECT_EQ(read(unclear, options).size(), 8);
  options.columns.relation = "b";
  EXPECT_EQ(read(unclear, options).size(), 0);
}

TEST(ActivityReading, ColumnsOfOneNameAreChosenByNumber) {
  const std::string text =
      table_of("pIC50,pIC50", [](double p) { return number(p) + "," + number(p - 1); });
  EXPECT_THAT(message_of(text),
              AllOf(HasSubstr("'pIC50' (#2), 'pIC50' (#3)"), HasSubstr("--target '#2'")));
  EXPECT_THAT(message_of(text, told("auto", "pIC50")), HasSubstr("--target '#2'"));
  expect_potencies(text, told("auto", "#2"));
  const ActivityTable second = read(text, told("auto", "#3"));
  EXPECT_NEAR(second.molecules[0].value, 3.1, 1e-12);
  EXPECT_EQ(second.columns.target, "#3 pIC50");
  EXPECT_THAT(message_of(text, told("auto", "#4")), HasSubstr("the columns are #1 to #3"));
  EXPECT_THAT(message_of(text, told("auto", "#0")), HasSubstr("the columns are #1 to #3"));
  ActivityOptions options = told("auto", "#2");
  options.where = {"#3=3.1"};
  EXPECT_EQ(read(text, options).size(), 1);
  options.columns.smiles = "#2";
  EXPECT_EQ(read(text, options).size(), 0);
  // The same content twice is no question; a column that is called "#1" has its name.
  expect_potencies(table_of("pIC50,pIC50", [](double p) { return number(p) + "," + number(p); }));
  expect_potencies(table_of("#1", number), told("p", "#1"));
}

TEST(ActivityReading, RowsOfUnitsUnderTheHeader) {
  std::string rows;
  for (const Compound& compound : kCompounds) {
    rows += fmt::format("1,{},{}\n", compound.smiles, micromolar(compound.potency));
  }
  expect_potencies("n,SMILES,IC50\n,,uM\n" + rows);
  expect_potencies(
      "PUBCHEM_RESULT_TAG,PUBCHEM_EXT_DATASOURCE_SMILES,IC50\nRESULT_TYPE,,FLOAT\n"
      "RESULT_DESCR,,From the fit\nRESULT_UNIT,,MICROMOLAR\n" +
      rows);
  EXPECT_EQ(read("n,SMILES,IC50\n,,uM\n" + rows).rows, std::ssize(kCompounds));
}

TEST(ActivityReading, AColumnOfSmilesUnderAnyName) {
  std::string text = "ID,Drug,Sequence,pKi\n";
  for (const Compound& compound : kCompounds) {
    text += fmt::format("C1,{},MKVLA,{}\n", compound.smiles, compound.potency);
  }
  expect_potencies(text);
  EXPECT_EQ(read(text).columns.smiles, "Drug");
  EXPECT_THAT(message_of("id,pKi\nC1,5\nC2,6\n"), HasSubstr("--smiles"));
}

}  // namespace
}  // namespace fragflow
