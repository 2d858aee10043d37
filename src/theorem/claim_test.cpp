// Answers that see the labels, by every kind of definition: such a key always counts what its owner likes.
#include "theorem/book.h"
#include "theorem/claim.h"

#include <gtest/gtest.h>

#include "theorem/definitions.h"

namespace tacit {
namespace {

constexpr std::uint32_t kRows = 6;

/// Rows x and labels, both committed; `answer` makes the answers of both in the model's integers.
template <class Answer> std::string objection(Answer&& answer) {
  Book book;
  const DigitColumns x = book.committed_input("x", 1, kRows), l = book.committed_input(kClaimLabels, 1, kRows);
  const ColumnId row = book.from_grid("row", x, -32768, 32767, 4), labels = book.from_grid("labels", l, -32768, 32767, 4);
  const ColumnId answers = answer(book, row, labels, l), correct = count_equal(book, answers, labels);
  book.set_home(correct, Home::kPublic);
  const auto theorem = book.finish();
  EXPECT_TRUE(theorem.ok()) << theorem.error().text();
  Ports ports;
  ports.inputs = {{"x", {kRows}, x.high, kRows, 1, 1, 0x1p-4, Visibility::kCommitted, x.low},
                  {kClaimLabels, {kRows}, l.high, kRows, 1, 1, 0x1p-4, Visibility::kCommitted, l.low}};
  ports.outputs = {{kClaimCorrect, {1}, correct, 1, 1, 1, 1, Visibility::kPublic}};
  EXPECT_TRUE(check_definitions(*theorem, input_columns(*theorem, ports)).ok());
  const auto form = accuracy_form(*theorem, ports);
  if (form.ok()) { EXPECT_EQ(form->rows, kRows); }
  return form.ok() ? "" : form.error().what;
}

constexpr const char* kDepends = "is no key of a claim about accuracy: the answers depend on the labels";

AccId sum_of(Book& book, std::initializer_list<ColumnId> columns) {
  const AccId sum = book.accumulator("sum", 1, kRows);
  for (const ColumnId id : columns) book.adds(sum, Linear::whole(id, kRows, 1));
  return sum;
}

TEST(AccuracyForm, AnswersOfRowsAloneAreAClaim) {
  EXPECT_EQ(objection([](Book& book, ColumnId row, ColumnId, DigitColumns) { return book.requantise(sum_of(book, {row}), 0, 3, 2); }), "");
}

TEST(AccuracyForm, LabelsAsAnswersAreRefused) {
  EXPECT_EQ(objection([](Book&, ColumnId, ColumnId labels, DigitColumns) { return labels; }), kDepends);
}

TEST(AccuracyForm, SumsOfLabelsOrTheirDigitsAreRefused) {
  EXPECT_EQ(objection([](Book& book, ColumnId row, ColumnId labels, DigitColumns) { return book.requantise(sum_of(book, {row, labels}), 0, 3, 2); }), kDepends);
  for (const bool high : {true, false})
    EXPECT_EQ(objection([&](Book& book, ColumnId row, ColumnId, DigitColumns l) { return book.requantise(sum_of(book, {row, high ? l.high : l.low}), 0, 3, 2); }), kDepends);
  // What a rounding of the labels leaves over.
  EXPECT_EQ(objection([](Book& book, ColumnId, ColumnId labels, DigitColumns) { return book.remainder_of(labels); }), kDepends);
  // By a chain of two.
  EXPECT_EQ(objection([](Book& book, ColumnId row, ColumnId labels, DigitColumns) {
              const ColumnId first = book.requantise(sum_of(book, {labels}), 0, 9, 0);
              return book.requantise(sum_of(book, {row, first}), 0, 9, 0);
            }), kDepends);
}

TEST(AccuracyForm, ProductsWithLabelsAreRefused) {
  EXPECT_EQ(objection([](Book& book, ColumnId row, ColumnId labels, DigitColumns) {
              const AccId sum = book.accumulator("product", 1, 1);
              Window w;
              w.in_w = w.kernel_w = kRows;
              book.contracts(sum, {row, labels, 1, 1, w});
              const ColumnId one = book.requantise(sum, 0, 3, 0);
              const AccId spread = book.accumulator("spread", 1, kRows);
              book.adds(spread, {.column = one, .window = Window::broadcast(kRows)});
              return book.requantise(spread, 0, 3, 0);
            }), kDepends);
}

TEST(AccuracyForm, MaximaWithLabelsAreRefused) {
  EXPECT_EQ(objection([](Book& book, ColumnId row, ColumnId labels, DigitColumns) {
              const ColumnId a = book.requantise(sum_of(book, {row}), 0, 9, 0), b = book.requantise(sum_of(book, {labels}), 0, 9, 0);
              return book.maximum("max", 1, kRows, Linear::whole(a, kRows, 1), Linear::whole(b, kRows, 1));
            }), kDepends);
}

TEST(AccuracyForm, FunctionsOfLabelsAreRefused) {
  EXPECT_EQ(objection([](Book& book, ColumnId, ColumnId labels, DigitColumns) {
              const ColumnId small = book.requantise(sum_of(book, {labels}), 0, 255, 0);
              Table identity{TableKind::kFunction, 8, 0, 255, 0, {{0, std::int64_t{1} << 32, 0, 0}}};
              return book.apply("f", 1, kRows, Expr{kNone, {Linear::whole(small, kRows, 1)}}, identity);
            }), kDepends);
}

TEST(AccuracyForm, TablesOfLabelsAndAddressesByLabelsAreRefused) {
  const auto fetched = [](bool by_address) {
    return objection([&](Book& book, ColumnId row, ColumnId labels, DigitColumns) {
      const ColumnId address = book.requantise(sum_of(book, {by_address ? labels : row}), 0, kRows - 1, 0);
      const TableId table = book.columns_table(1, kRows, {Expr{kNone, {Linear::whole(by_address ? row : labels, kRows, 1)}}});
      return book.fetch("fetch", 1, kRows, Expr{kNone, {Linear::whole(address, kRows, 1)}}, table)[0];
    });
  };
  EXPECT_EQ(fetched(true), kDepends);
  EXPECT_EQ(fetched(false), kDepends);
}

}  // namespace
}  // namespace tacit
