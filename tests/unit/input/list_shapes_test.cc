// Lists as real systems write them: what is found in a sample, and which rows are passed.
#include <gmock/gmock.h>

#include "base/limits.h"
#include "support/packed.h"
#include "unit/input/row_reader_fixture.h"

namespace mxbulk::input {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

// The cells of rows, without those of passed rows.
Texts cells_of_rows(const ReadAll& all) {
  Texts cells;
  for (const std::string& cell : all.cells) {
    if (cell != "(passed)") cells.push_back(cell);
  }
  return cells;
}

class ListShapes : public RowReaderTest {
 protected:
  void expect_cells(std::string_view bytes, const Texts& cells) {
    const ReadAll all = read("list.csv", bytes);
    EXPECT_EQ(cells_of_rows(all), cells) << bytes << "\n" << all.status.message();
  }
  std::string message(const std::string& name, std::string_view bytes) {
    const ReadAll all = read(name, bytes);
    EXPECT_EQ(all.status.code(), StatusCode::kInput) << bytes;
    return message_of(all.status);
  }
};

// --- which column --------------------------------------------------------------------------------

TEST_F(ListShapes, ContentBeatsAHeaderThatOnlyMentionsEmail) {
  for (const char* header : {"Email opens", "Email bounced", "Last email sent", "email_md5",
                             "Emails", "emailed", "email", "E-Mail"}) {
    expect_cells("Username,"s + header + "\nzoe@gmail.com,2\nbob@gmail.com,0\n",
                 {"zoe@gmail.com", "bob@gmail.com"});
    expect_cells(header + ",addr\n2024-01-02,zoe@gmail.com\nyes,bob@gmail.com\n"s,
                 {"zoe@gmail.com", "bob@gmail.com"});
  }
}

TEST_F(ListShapes, AHeaderDecidesBetweenColumnsThatHoldAddresses) {
  expect_cells("Manager,Email\nboss@a.com,zoe@b.com\nchief@a.com,bob@b.com\n",
               {"zoe@b.com", "bob@b.com"});
}

TEST_F(ListShapes, TwoColumnsFullOfAddressesAreAnErrorWithAnExampleEach) {
  const std::string text = message("list.csv", "from,to\na@b.de,c@d.de\n");
  EXPECT_THAT(text, HasSubstr("\"from\" (a@b.de)"));
  EXPECT_THAT(text, HasSubstr("\"to\" (c@d.de)"));
  EXPECT_THAT(message("list.csv", "a@b.de,c@d.de\n"), HasSubstr("column 2 (c@d.de)"));
}

TEST_F(ListShapes, OneLineOfAddressesSaysWhatToDo) {
  EXPECT_THAT(message("list.txt", "a@b.de, c@d.de, e@f.de"), HasSubstr("write one address a line"));
}

TEST_F(ListShapes, ASecondColumnThatIsMostlyEmptyIsNoRival) {
  expect_cells("E-mail 1,E-mail 2\na@b.de,x@y.de\nc@d.de,\ne@f.de,\ng@h.de,\n",
               {"a@b.de", "c@d.de", "e@f.de", "g@h.de"});
}

TEST_F(ListShapes, AFullColumnOfOtherNameIsNotTakenInPlaceOfASparseEmail) {
  EXPECT_THAT(message("list.csv", "login,email\na@b.de,x@y.de\nc@d.de,\ne@f.de,\ng@h.de,\n"),
              HasSubstr("more than one column"));
}

TEST_F(ListShapes, AnOwnerThatRepeatsInEveryRowIsNotTheAddress) {
  std::string bytes = "Owner Email,Email\n";
  Texts cells;
  for (int i = 0; i < 40; ++i) {
    cells.push_back("p" + std::to_string(i) + "@b.de");
    bytes += "sales@corp.com," + cells.back() + "\n";
  }
  expect_cells(bytes, cells);
}

TEST_F(ListShapes, AListOfMostlyBadAddressesIsStillFound) {
  expect_cells("name,mail\nbob,bob.at.gmail\nann,ann@b.de\ncy,none at all\n",
               {"bob.at.gmail", "ann@b.de", "none at all"});
  expect_cells("email\nnot an address\n", {"not an address"});
}

TEST_F(ListShapes, NoColumnOfAddressesIsAnErrorThoughANameSaysEmail) {
  EXPECT_THAT(message("list.csv", "id,Emails\n1,3\n2,5\n"), HasSubstr("no column holds"));
}

TEST_F(ListShapes, TheColumnMayBeBeyondTheHeader) {
  const ReadAll all = read("list.csv", "id,name\n1,Zoe,a@b.de\n2,Bob,c@d.de\n");
  EXPECT_EQ(all.cells, (Texts{"a@b.de~", "c@d.de~"}));
  EXPECT_THAT(all.inputs.at(0).text, HasSubstr("e-mail column 3"));
}

// --- header or data ------------------------------------------------------------------------------

TEST_F(ListShapes, ADataRowIsNeverTakenForAHeader) {
  expect_cells("zoe@gmail.com,\nbob@hotmail.com,x\n", {"zoe@gmail.com", "bob@hotmail.com"});
  expect_cells("\\N\nzoe@gmail.com\nbob@hotmail.com\n",
               {"\\N", "zoe@gmail.com", "bob@hotmail.com"});
  expect_cells("bob.hotmail.com\nzoe@gmail.com\n", {"bob.hotmail.com", "zoe@gmail.com"});
  expect_cells("1,n/a,x\n2,zoe@gmail.com,y\n3,bob@gmail.com,z\n",
               {"n/a", "zoe@gmail.com", "bob@gmail.com"});
  expect_cells("7,,x\n8,zoe@gmail.com,y\n", {"", "zoe@gmail.com"});
  expect_cells("bob,Bob Smith\nzoe@gmail.com,Zoe Jones\n", {"bob", "zoe@gmail.com"});
  expect_cells("DE;bob(at)gmx.de\nDE;zoe@gmx.de\nAT;ann@gmx.at\n",
               {"bob(at)gmx.de", "zoe@gmx.de", "ann@gmx.at"});
}

TEST_F(ListShapes, AnEmptyCellInQuotesIsARowNotABlankLine) {
  expect_cells("\"\"\nzoe@gmail.com\n", {"", "zoe@gmail.com"});
  expect_cells(",\nzoe@gmail.com,x\n", {"", "zoe@gmail.com"});
}

TEST_F(ListShapes, ANameThatHoldsAWordOfHeadersIsStillData) {
  for (const char* first :
       {"Kim Land,unknown", "Joe Lead,Joe", "Company Inc,-", "Client,", "Tag,no email given",
        "Bob Owner,bob(at)gmx.de", "Name,keine E-Mail", "Zoe Land,12.3", "Lead,mail.gmail.com"}) {
    const ReadAll all = read("list.csv", first + "\nZoe,zoe@b.de\nAnn,ann@b.de\n"s);
    EXPECT_FALSE(all.shape.has_header) << first;
    EXPECT_EQ(all.cells.size(), 3U) << first;
  }
  EXPECT_EQ(read("list.csv", "no email\nzoe@b.de\nann@b.de\n").cells,
            (Texts{"no email", "zoe@b.de", "ann@b.de"}));
}

TEST_F(ListShapes, TextWithAnAddressInItIsNoHeader) {
  for (const char* first : {"my email: zoe@b.de!,x", "e-mail (zoe@b.de),name",
                            "\"{\"\"email\"\":\"\"zoe@b.de\"\"}\",name"}) {
    EXPECT_EQ(read("list.csv", first + "\nann@b.de,y\nbob@b.de,z\n"s).cells.size(), 3U) << first;
  }
  const std::string yaml = "- email: zoe@b.de\n- email: ann@b.de\n";
  EXPECT_FALSE(read("list.csv", yaml).shape.has_header);
}

TEST_F(ListShapes, AColumnNumberDoesNotMakeAHeader) {
  InputOptions options = file("list.csv", "1,zoe@gmail.com,2\n2,bob@gmail.com,2\n");
  options.column = "2";
  EXPECT_EQ(read_all(options).cells, (Texts{"zoe@gmail.com", "bob@gmail.com"}));
}

TEST_F(ListShapes, HeadersInManyLanguagesAreFound) {
  for (const char* header :
       {"Name,E-Mail-Adresse", "name,email", "Vorname,Kontakt", "id,login", "Nom,Courriel",
        "first_name,user.email", "Kundennummer,Adresse", "createdAt,contact", "Naam,Adres"}) {
    const ReadAll all = read("list.csv", header + "\nZoe,zoe@b.de\nBob,bob@b.de\n"s);
    EXPECT_TRUE(all.shape.has_header) << header;
    EXPECT_EQ(all.cells, (Texts{"zoe@b.de", "bob@b.de"})) << header;
  }
}

TEST_F(ListShapes, HeadersInOtherScriptsAreFound) {
  for (const char* header :
       {"氏名,メールアドレス", "姓名,邮箱", "姓名,電子郵件", "이름,이메일", "Имя,Электронная почта",
        "Ім'я,Пошта", "Όνομα,Ηλεκτρονικό ταχυδρομείο", "שם,דוא\"ל", "الاسم,البريد الإلكتروني",
        "नाम,ईमेल", "ชื่อ,อีเมล", "Nom,Adresse électronique"}) {
    const ReadAll all = read("list.csv", header + "\nZoe,zoe@b.de\n"s);
    EXPECT_EQ(all.shape.header_row, header);
    EXPECT_EQ(all.cells, Texts{"zoe@b.de"}) << header;
  }
  EXPECT_EQ(read("list.csv", "メールアドレス\nzoe@b.de\n").cells, Texts{"zoe@b.de"});
  EXPECT_EQ(read("list.csv", "Mitglied\nzoe@b.de\n").cells, Texts{"zoe@b.de"});
}

TEST_F(ListShapes, ARowOfGroupsAboveTheHeaderIsPassedThrough) {
  const ReadAll all = read("list.csv",
                           ",Contact,,Billing\nName,E-Mail,Phone,City\n"
                           "Zoe,zoe@b.de,1,Bonn\nAnn,ann@b.de,2,Rome\n");
  EXPECT_EQ(all.shape.preamble, ",Contact,,Billing\n");
  EXPECT_EQ(all.shape.header_row, "Name,E-Mail,Phone,City");
  EXPECT_EQ(all.cells, (Texts{"zoe@b.de", "ann@b.de"}));
}

TEST_F(ListShapes, RowsWithoutAddressAboveANamedHeaderArePassedThrough) {
  const std::string table = "Id;Name;E-Mail;Total\n1;Zoe;zoe@b.de;1,50\n2;Ann;ann@b.de;2,50\n";
  for (const char* above : {";Person;;Sales\n", "Shop;Bonn;;\nDate;27.11.2026;;\n"}) {
    const ReadAll all = read("list.csv", above + table);
    EXPECT_EQ(all.shape.preamble, above);
    EXPECT_EQ(all.cells, (Texts{"zoe@b.de", "ann@b.de"})) << above;
  }
  // An address above it is a person's row.
  EXPECT_EQ(read("list.csv", "1,a@b.de\nid,email\n2,c@d.de\n").cells,
            (Texts{"a@b.de", "email", "c@d.de"}));
  // So is a row under a header that names the column otherwise.
  EXPECT_EQ(read("list.csv", "Name,Kontakt,Ort\nZoe,phone,x\nAnn,a@b.de,y\n").cells,
            (Texts{"phone", "a@b.de"}));
}

TEST_F(ListShapes, HivesDelimiterIsFound) {
  const ReadAll all = read("list.txt", "1\x01zoe@b.de\x01x\n2\x01\\N\x01y\n");
  EXPECT_EQ(all.cells, (Texts{"zoe@b.de", "\\N"}));
}

TEST_F(ListShapes, TheEscapeIsNoDelimiter) {
  InputOptions options = file("list.csv", "1,a@b.de\n");
  options.escape = ';';
  EXPECT_EQ(read_all(options).cells, Texts{"a@b.de"});
  options.delimiter = ';';
  EXPECT_THAT(message_of(read_all(options).status), HasSubstr("cannot be the escape"));
}

// --- text around the table -----------------------------------------------------------------------

TEST_F(ListShapes, ASepLineSetsTheDelimiterAndIsPassedThrough) {
  const ReadAll all = read("list.csv", "sep=;\r\nid;email\r\n1;a@b.de\r\n");
  EXPECT_EQ(all.shape.delimiter, ';');
  EXPECT_EQ(all.shape.preamble, "sep=;\r\n");
  EXPECT_EQ(all.cells, Texts{"a@b.de"});
  EXPECT_EQ(all.inputs.at(0).lines_above, 1U);
  const ReadAll odd = read("list.csv", "\"sep=^\"\nid^email\n1^a@b.de\n");
  EXPECT_EQ(odd.shape.delimiter, '^');
  EXPECT_EQ(odd.cells, Texts{"a@b.de"});
}

TEST_F(ListShapes, TitlesAboveTheHeaderArePassedThrough) {
  const std::string table = "id,name,email\n1,Zoe,a@b.de\n2,Bob,c@d.de\n";
  for (const char* titles :
       {"Customers\n\n", "Export of 27 November 2026\n", "\n\n", "Customers,,\n,,\n",
        "Report,Customers\nDate,2026-11-27\n\n", "Contact: support@vendor.com\n\n"}) {
    const ReadAll all = read("list.csv", titles + table);
    EXPECT_EQ(all.shape.preamble, titles) << all.status.message();
    EXPECT_EQ(all.shape.header_row, "id,name,email") << titles;
    EXPECT_EQ(all.cells, (Texts{"a@b.de", "c@d.de"})) << titles;
  }
}

TEST_F(ListShapes, ATitleAboveASingleColumnIsPassedThrough) {
  const ReadAll all = read("list.csv", "Newsletter list\n\nE-Mail\na@b.de\nc@d.de\n");
  EXPECT_EQ(all.shape.header_row, "E-Mail");
  EXPECT_EQ(all.cells, (Texts{"a@b.de", "c@d.de"}));
}

TEST_F(ListShapes, SkippedLinesArePassedThrough) {
  InputOptions options = file("list.csv", "a@b.de,x\nwhat,ever,there,is\nid,email\n1,c@d.de\n");
  options.skip_lines = 2;
  const ReadAll all = read_all(options);
  EXPECT_EQ(all.shape.preamble, "a@b.de,x\nwhat,ever,there,is\n");
  EXPECT_EQ(all.cells, Texts{"c@d.de"});
}

TEST_F(ListShapes, BlankLinesAndFootersArePassedThrough) {
  const std::string footer =
      "\n\"Contacts\"\n\"Copyright (c) 2000-2026 Vendor, Inc. All rights reserved.\"\n"
      "\"Confidential Information - Do Not Distribute\"\nGenerated By:  Zoe\n";
  const ReadAll all = read("list.csv", "id,email\n1,a@b.de\n\n2,c@d.de\n" + footer);
  EXPECT_EQ(all.cells, (Texts{"a@b.de", "(passed)", "c@d.de", "(passed)", "(passed)", "(passed)",
                              "(passed)", "(passed)"}));
  EXPECT_EQ(all.bytes, "1,a@b.de\n\n2,c@d.de\n" + footer);
}

TEST_F(ListShapes, AFooterMayNameAnAddress) {
  const ReadAll all = read("list.csv",
                           "id,email\n1,a@b.de\n\"Generated By:  mary@acme.com  3/1/2026\"\n"
                           "Confidential\n");
  EXPECT_EQ(cells_of_rows(all), Texts{"a@b.de"});
  const ReadAll first = read("list.csv", "email,id\na@b.de,1\nc@@d.de\n");
  EXPECT_EQ(first.cells, (Texts{"a@b.de", "c@@d.de"}));
}

TEST_F(ListShapes, ACellAloneBetweenRowsIsARow) {
  const ReadAll all = read("list.csv", "id,email\nlost its end\n2,c@d.de\n3\n");
  EXPECT_EQ(all.cells, (Texts{"!bad", "c@d.de", "!bad"}));
}

TEST_F(ListShapes, AFooterMayFallOnTheEdgeOfABlock) {
  std::string bytes = "id,email\n";
  size_t rows = 0;
  while (bytes.size() < limits::kBlockBytes - 30) {
    bytes += "1,a@b.de\n";
    ++rows;
  }
  for (size_t size = 0; size < 40; ++size) {
    const ReadAll all =
        read("list.csv", bytes + "\"Copyright " + std::string(size, 'c') + "\"\nEnd of report\n");
    ASSERT_EQ(cells_of_rows(all).size(), rows) << size;
    ASSERT_EQ(all.cells.size(), rows + 2) << size;
  }
}

TEST_F(ListShapes, BlankLinesOfOtherFormatsArePassedThrough) {
  EXPECT_EQ(read("list.txt", "a@b.de\n\nc@d.de\n\n").cells,
            (Texts{"a@b.de", "(passed)", "c@d.de", "(passed)"}));
  const ReadAll json = read("list.jsonl", "{\"m\":\"a@b.de\"}\n\n{\"m\":\"c@d.de\"}\n");
  EXPECT_EQ(json.cells, (Texts{"a@b.de", "(passed)", "c@d.de"}));
  EXPECT_EQ(json.rows[1], "\n");
}

// --- quotes --------------------------------------------------------------------------------------

TEST_F(ListShapes, TextAfterAClosingQuoteShowsThatAnEarlierQuoteIsOpen) {
  EXPECT_THAT(message("list.csv", "name,email\n\"Joe,a@x.de\nAnn,b@x.de\n\"Bob \"x\" Y\",c@x.de\n"),
              HasSubstr("list.csv:2: a quote opens here"));
  EXPECT_THAT(message("list.csv", "1,a@x.de,\"\n2,b@x.de,\"x\"\n"),
              HasSubstr("list.csv:1: a quote opens here"));
}

TEST_F(ListShapes, ARowInsideAQuotedCellShowsThatItsQuoteIsOpen) {
  EXPECT_THAT(message("list.csv", "id,email,note\n1,a@x.de,\"\n2,b@x.de,\"\n3,c@x.de,z\n"),
              HasSubstr("list.csv:2: a quote opens here"));
}

TEST_F(ListShapes, AnOpenQuoteFarBelowTheSampleIsFoundToo) {
  std::string bytes = "id,email,note\n";
  for (int i = 0; i < 3'000; ++i) bytes += std::to_string(i) + ",p@x.de,y\n";
  EXPECT_THAT(message("list.csv", bytes + "1,a@x.de,\"\n2,b@x.de,\"x\"\n"),
              HasSubstr("list.csv:3002: a quote opens here"));
}

TEST_F(ListShapes, LinesAreCountedNotRows) {
  EXPECT_THAT(message("list.csv",
                      "id,email,note\n1,a@x.de,\"two\nlines\r\nor three\"\n"
                      "2,b@x.de,\"\n3,c@x.de,\"x\"\n"),
              HasSubstr("list.csv:5: a quote opens here"));
}

TEST_F(ListShapes, CellsOfSeveralLinesAreFine) {
  expect_cells("email,note\na@b.de,\"Dear Zoe,\nbob@b.de wrote:\n\nhi\" \nc@d.de,\"x\ny\"\n",
               {"a@b.de", "c@d.de"});
}

TEST_F(ListShapes, ALineWithAnAddressInACellIsNoRow) {
  expect_cells("name,email,note\nZoe,a@b.de,\"hi,\nBob,b@b.de,he said\nbye\"\n", {"a@b.de"});
}

TEST_F(ListShapes, ABlankBeforeAQuoteDoesNotBelongToTheCell) {
  expect_cells("x, \"a@x.de\"\ny, \"b@x.de\"\n", {"a@x.de", "b@x.de"});
  expect_cells(
      "name, email, city\n\"Doe, Joe\", \"a@x.de\", \"Rome, IT\"\n"
      "\"Roe, Ann\" , \"b@x.de\", \"Bonn\"\n",
      {"a@x.de", "b@x.de"});
}

TEST_F(ListShapes, EscapedQuotesAreFoundInTheSample) {
  expect_cells("1,\"say \\\"hi, you\\\"\",a@x.de\n2,\"plain\",b@x.de\n", {"a@x.de", "b@x.de"});
  expect_cells("1\tone\\\ttwo\ta@x.de\n2\tplain\tb@x.de\n3\t\\N\tc@x.de\n",
               {"a@x.de", "b@x.de", "c@x.de"});
  expect_cells("1,two\\\nlines,a@x.de\n2,x,b@x.de\n3,y,c@x.de\n", {"a@x.de", "b@x.de", "c@x.de"});
  // Without evidence it is a letter like others.
  expect_cells("C:\\\\dir\\,a@x.de\nD:\\,b@x.de\n", {"a@x.de", "b@x.de"});
}

TEST_F(ListShapes, AnEscapedQuoteThatShiftsCellsIsAnErrorIfTheSampleHadNone) {
  std::string bytes = "id,note,email\n";
  for (int i = 0; i < 3'000; ++i) bytes += std::to_string(i) + ",y,p@x.de\n";
  bytes += "7,\"say \\\"hi, you\\\"\",a@x.de\n";
  EXPECT_THAT(message("list.csv", bytes), HasSubstr("list.csv:3002: "));
  InputOptions options = file("list.csv", bytes);
  options.escape = '\\';
  EXPECT_EQ(read_all(options).cells.back(), "a@x.de");
}

TEST_F(ListShapes, TripledQuotesAreQuotesAroundTheAddress) {
  expect_cells("1,\"\"\"a@x.de\"\"\"\n2,\"\"\"b@x.de\"\"\"\n", {"\"a@x.de\"", "\"b@x.de\""});
}

// --- encodings and containers --------------------------------------------------------------------

std::string wide(std::string_view ascii, bool is_big_endian = false) {
  std::string bytes;
  for (const char c : ascii) {
    if (is_big_endian) bytes.push_back('\0');
    bytes.push_back(c);
    if (!is_big_endian) bytes.push_back('\0');
  }
  return bytes;
}

TEST_F(ListShapes, Utf16IsConverted) {
  const std::string list = "id\temail\r\n1\ta@b.de\r\n";
  for (const std::string& bytes :
       {"\xFF\xFE" + wide(list), "\xFE\xFF" + wide(list, true), wide(list), wide(list, true)}) {
    const ReadAll all = read("list.txt", bytes);
    EXPECT_EQ(all.cells, Texts{"a@b.de"}) << all.status.message();
    EXPECT_EQ(all.rows, Texts{"1\ta@b.de\r\n"});
    EXPECT_THAT(all.inputs.at(0).text, HasSubstr("UTF-16"));
    EXPECT_FALSE(all.shape.has_bom);
  }
}

TEST_F(ListShapes, Utf16WithoutMarkIsFoundInTextOfOtherScripts) {
  // 山田太郎山田太郎,a@b.de
  std::string bytes;
  for (int i = 0; i < 2; ++i) bytes += "\x71\x5C\x30\x75\x2A\x59\xCE\x90";
  bytes += wide(",a@b.de\r\n");
  EXPECT_EQ(read("list.csv", bytes).cells, Texts{"a@b.de"});
  EXPECT_EQ(read("list.csv", "1,a\0b@c.de\n2,d@e.de\n"s).cells.back(), "d@e.de");
}

TEST_F(ListShapes, HalfACharacterOfUtf16IsReplacedAndCounted) {
  const ReadAll all =
      read("list.txt", "\xFF\xFE" + wide("email\na@b.de\n") + "\x00\xD8"s + wide("x@b.de\n") + "y");
  EXPECT_EQ(all.inputs.at(0).replaced, 2U);
  EXPECT_EQ(all.cells, (Texts{"a@b.de", "\xEF\xBF\xBDx@b.de", "\xEF\xBF\xBD"}));
}

TEST_F(ListShapes, OtherEncodingsAreConvertedIfTheUserNamesThem) {
  InputOptions options = file("list.csv", "email,name\na@b.de,J\xF6rg \x80\n");
  options.encoding = TextEncoding::kWindows1252;
  EXPECT_EQ(read_all(options).rows, Texts{"a@b.de,J\xC3\xB6rg \xE2\x82\xAC\n"});
  options.encoding = TextEncoding::kLatin1;
  EXPECT_EQ(read_all(options).rows, Texts{"a@b.de,J\xC3\xB6rg \xC2\x80\n"});
}

TEST_F(ListShapes, TheFirstLineThatIsNotUtf8IsNamed) {
  const ReadAll all = read("list.csv", "email,name\na@b.de,x\nc@d.de,J\xF6rg\ne@f.de,\xFF\n");
  EXPECT_EQ(all.inputs.at(0).first_ill_formed_line, 3U);
  EXPECT_EQ(all.rows[1], "c@d.de,J\xF6rg\n");
  EXPECT_EQ(read("list.csv", "email\na@b.de\n").inputs.at(0).first_ill_formed_line, 0U);
}

TEST_F(ListShapes, WhatIsNoUtf8AboveTheTableIsNamedToo) {
  const ReadAll all = read("list.csv", "Fr\xFChjahr 2026\n\nemail,name\na@b.de,x\n");
  EXPECT_EQ(all.inputs.at(0).first_ill_formed_line, 1U);
  EXPECT_EQ(all.inputs.at(0).encoding, "unknown");
  EXPECT_THAT(all.inputs.at(0).text, HasSubstr(", not UTF-8 (see --encoding), 2 lines above"));
}

TEST_F(ListShapes, ALatin1OctetInAnotherMemberMakesNoBadRow) {
  const ReadAll all = read("list.jsonl",
                           "{\"email\":\"a@b.de\",\"name\":\"J\xF6rg\"}\n"
                           "{\"email\":\"c@d.de\"}\n");
  EXPECT_EQ(all.cells, (Texts{"a@b.de", "c@d.de"}));
  EXPECT_EQ(all.rows[0], "{\"email\":\"a@b.de\",\"name\":\"J\xEF\xBF\xBDrg\"}\n");
  EXPECT_EQ(all.inputs.at(0).replaced, 1U);
  EXPECT_EQ(all.inputs.at(0).first_ill_formed_line, 1U);
}

// --- JSON ----------------------------------------------------------------------------------------

TEST_F(ListShapes, AnArrayOfObjectsIsReadLikeJsonl) {
  for (const char* bytes :
       {"[{\"email\":\"a@b.de\"},{\"email\":\"c@d.de\"}]",
        "[\n  {\n    \"email\": \"a@b.de\"\n  },\r\n  {\n    \"email\": \"c@d.de\"\n  }\n]\n",
        " \n[{\"email\":\"a@b.de\",\"x\":\"]},[{\\\"\"}\n,{\"email\":\"c@d.de\"}]\n\n",
        "[{\"email\":\"a@b.de\"}]\n[{\"email\":\"c@d.de\"}]"}) {
    for (const char* name : {"list.json", "list.txt"}) {
      EXPECT_EQ(read(name, bytes).cells, (Texts{"a@b.de", "c@d.de"})) << bytes;
    }
  }
}

TEST_F(ListShapes, ADamagedArrayIsAnError) {
  const std::string good = "[{\"email\":\"a@b.de\"},{\"email\":\"c@d.de\"}";
  EXPECT_THAT(message("list.json", good), HasSubstr("cut off after element 2"));
  EXPECT_THAT(message("list.json", good + " {}]"), HasSubstr("comma is missing"));
  EXPECT_THAT(message("list.json", good + "] x"), HasSubstr("other text follows"));
  EXPECT_THAT(message("list.json", good + ",]"), HasSubstr("element of the JSON array is missing"));
}

TEST_F(ListShapes, JsonIsReadAsSuchWhateverItsName) {
  const std::string lines = "{\"email\":\"a@b.de\"}\n{\"email\":\"c@d.de\"}\n";
  const std::string array = "[{\"email\":\"a@b.de\"},{\"email\":\"c@d.de\"}]";
  for (const char* name : {"list.csv", "list.tsv", "list.txt", "list"}) {
    EXPECT_EQ(read(name, lines).cells, (Texts{"a@b.de", "c@d.de"})) << name;
    EXPECT_EQ(read(name, array).cells, (Texts{"a@b.de", "c@d.de"})) << name;
  }
  const ReadAll table = read("list.txt", "[Name],[Email]\nZoe,a@b.de\n");
  EXPECT_EQ(table.shape.header_row, "[Name],[Email]");
  EXPECT_EQ(table.cells, Texts{"a@b.de"});
}

TEST_F(ListShapes, AFirstRecordLongerThanTheSampleIsRead) {
  const std::string filler(limits::kSampleBytes, 'x');
  const std::string record = "{\"email\":\"a@b.de\",\"note\":\"" + filler + "\"}";
  EXPECT_EQ(read("list.jsonl", record + "\n").cells, Texts{"a@b.de"});
  EXPECT_EQ(read("list.json", "[" + record + "]").cells, Texts{"a@b.de"});
}

// It took a minute.
TEST_F(ListShapes, ARecordOfVeryManyKeysIsReadInLinearTime) {
  std::string record = "{\"email\":\"a@b.de\"";
  for (int i = 0; i < 100'000; ++i) record += ",\"k" + std::to_string(i) + "\":\"v\"";
  EXPECT_EQ(read("list.jsonl", record + "}\n").cells, Texts{"a@b.de"});
}

TEST_F(ListShapes, AListInsideAnObjectSaysHowToTakeItOut) {
  for (const char* bytes : {"{\"data\":[{\"email\":\"a@b.de\"}]}", "{\"emails\":[\"a@b.de\"]}\n"}) {
    EXPECT_THAT(message("list.json", bytes), HasSubstr("jq -c '.MEMBER[]' FILE")) << bytes;
  }
  EXPECT_THAT(message("list.json",
                      "{\n \"data\": [\n  {\"email\":\"a@b.de\"},\n"
                      "  {\"email\":\"c@d.de\"}\n ],\n \"total\": 2\n}"),
              HasSubstr("over several lines"));
  EXPECT_THAT(message("list.json", "[\"a@b.de\",\"c@d.de\"]"), HasSubstr("jq -r '.[]' FILE"));
  EXPECT_THAT(message("list.json", "cb([{\"email\":\"a@b.de\"}])"), HasSubstr("no line is"));
}

TEST_F(ListShapes, ARawLineBreakInAStringMakesNoSecondRow) {
  for (const char* string : {"x\ny", "x\r\ny", "x\\\ny", "\\\r\n"}) {
    const std::string array =
        "[{\"email\":\"a@b.de\"},{\"note\":\""s + string + "\",\"email\":\"c@d.de\"}]";
    EXPECT_EQ(read("list.json", array).cells.size(), 2U) << array;
  }
}

TEST_F(ListShapes, TheMemberIsFoundByContentNestedOnesToo) {
  EXPECT_EQ(read("list.jsonl", "{\"email\":3,\"contact\":{\"email\":\"a@b.de\"}}\n").cells,
            Texts{"a@b.de"});
  EXPECT_EQ(read("list.jsonl", "{\"contact.email\":\"a@b.de\"}\n").cells, Texts{"a@b.de"});
  const std::string text =
      message("list.jsonl", "{\"work\":{\"email\":\"a@b.de\"},\"home\":{\"email\":\"c@d.de\"}}\n");
  EXPECT_THAT(text, HasSubstr("\"work.email\" (a@b.de)"));
  EXPECT_THAT(text, HasSubstr("\"home.email\" (c@d.de)"));
}

TEST_F(ListShapes, WhatIsNoListIsNamed) {
  const std::pair<std::string, const char*> cases[] = {
      {"{\n  \"email\": \"a@b.de\",\n  \"name\": \"x\"\n}\n", "JSON object over several lines"},
      {"BEGIN:VCARD\r\nVERSION:3.0\r\nEMAIL:a@b.de\r\nEND:VCARD\r\n", "vCards"},
      {"<html><body><table><tr><td>a@b.de</td></tr></table>", "HTML"},
      {"<TABLE border=1>\n<tr><td>a@b.de</td></tr></TABLE>", "HTML"},
      {"<?xml version=\"1.0\"?>\n<a>a@b.de</a>", "XML"},
      {"From: Zoe <a@b.de>\nTo: c@d.de\nSubject: hi\n\nHello\n", "mail"},
      {"From zoe@b.de Fri Nov 27\nReceived: from x\n by y\nDate: now\n", "mail"},
      {"From - Fri Nov 27 10:00:00 2026\nX-Status: 1\nFrom: a@b.de\nTo: c@d.de\n", "mail"},
      {"INSERT INTO users VALUES (1,'a@b.de');\n", "SQL"},
      {"/*!40101 SET NAMES utf8 */;\nDROP TABLE IF EXISTS `u`;\n", "SQL"},
      {"--\n-- PostgreSQL database dump\n--\n\nCOPY u (email) FROM stdin;\na@b.de\n", "SQL"},
      {"dn: uid=zoe,dc=x\nmail: a@b.de\n", "LDIF"},
      {"version: 1\r\n\r\ndn: uid=zoe,dc=x\r\nmail: a@b.de\r\n", "LDIF"},
      {"# extended LDIF\n#\n\ndn:: dWlk\nmail: a@b.de\n", "LDIF"},
      {"- email: a@b.de\n- email: c@d.de\n", "YAML"},
      {test::gzip(test::gzip("a@b.de\n")), "packed twice"}};
  for (const auto& [bytes, what] : cases) {
    EXPECT_THAT(message("list.xls", bytes), HasSubstr(what)) << bytes;
  }
  // A statement or an entry in the middle is a row like others.
  EXPECT_EQ(read("list.txt", "a@b.de\ndn: x\ninsert into x\n").cells.size(), 3U);
  EXPECT_EQ(read("list.txt", "<head@b.de>\n<body@b.de>\n").cells,
            (Texts{"<head@b.de>", "<body@b.de>"}));
}

// --- what is said --------------------------------------------------------------------------------

TEST_F(ListShapes, WhatWasUnderstoodIsOneLine) {
  const auto text = [&](const char* name, std::string_view bytes) {
    std::string said = read(name, bytes).inputs.at(0).text;
    return said.substr(said.find(name));
  };
  EXPECT_EQ(text("list.csv", "id;name;email\n1;x;a@b.de\n"),
            "list.csv: CSV, delimiter \";\", UTF-8, header, e-mail column 3 \"email\"");
  EXPECT_EQ(text("list.tsv", "1\ta@b.de\n"),
            "list.tsv: CSV, delimiter tab, UTF-8, no header, e-mail column 2");
  EXPECT_EQ(text("list.txt", "a@b.de\n"), "list.txt: lines, UTF-8");
  EXPECT_EQ(text("list.json", "[{\"c\":{\"m\":\"a@b.de\"}}]"),
            "list.json: JSON array, UTF-8, e-mail member \"c.m\"");
  EXPECT_EQ(
      text("list.csv", "Customers of today\n\nid,email\n1,a@b.de\n"),
      "list.csv: CSV, delimiter \",\", UTF-8, 2 lines above the table, header, e-mail column 2 "
      "\"email\"");
}

// --- several files -------------------------------------------------------------------------------

TEST_F(ListShapes, FilesOfOtherLayoutsAreAnErrorBeforeTheFirstRow) {
  const auto status_of = [&](const char* first, const char* second, const char* extension) {
    InputOptions options = file("a."s + extension, first);
    options.files.push_back(folder_.write("b."s + extension, second));
    const auto reader = RowReader::open(options, {});
    return reader.ok() ? std::string() : message_of(reader.status());
  };
  EXPECT_THAT(status_of("1,a@b.de\n", "1,x,a@b.de\n", "csv"), HasSubstr("b.csv: it has 3 columns"));
  EXPECT_THAT(status_of("1,a@b.de\n", "a@b.de,1\n", "csv"), HasSubstr("in column 1"));
  EXPECT_THAT(status_of("id,email\n1,a@b.de\n", "id;email\n1;a@b.de\n", "csv"),
              HasSubstr("b.csv: its delimiter"));
  EXPECT_THAT(status_of("id,email\n1,a@b.de\n", "id,mail\n1,a@b.de\n", "csv"),
              HasSubstr("b.csv: its header"));
  EXPECT_THAT(status_of("{\"email\":\"a@b.de\"}\n", "{\"mail\":\"c@d.de\"}\n", "jsonl"),
              HasSubstr("b.jsonl:1: no record has a text at \"email\""));
  EXPECT_EQ(status_of("id,email\n1,a@b.de\n", "id,email\n", "csv"), "");
  EXPECT_EQ(status_of("1,a@b.de\n", "2,nobody\n", "csv"), "");
}

}  // namespace
}  // namespace mxbulk::input
