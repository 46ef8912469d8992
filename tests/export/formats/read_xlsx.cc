// A reader of workbooks that knows no more of them than ours have.

#include <zlib.h>

#include <charconv>
#include <pugixml.hpp>
#include <string_view>

#include "gtest/gtest.h"
#include "sync/base/check.h"
#include "tests/export/formats/read_back.h"
#include "tests/export/formats/typed_back.h"

namespace chasqui::exporting {
namespace {

std::size_t LittleEndian(std::string_view bytes, std::size_t at,
                         std::size_t width) {
  std::size_t number = 0;
  for (std::size_t i = width; i > 0; --i) {
    number = number << 8 | static_cast<unsigned char>(bytes.at(at + i - 1));
  }
  return number;
}

std::string Inflated(std::string_view bytes, std::size_t size) {
  std::string out(size, '\0');
  std::string in(bytes);
  z_stream stream{};
  stream.next_in = reinterpret_cast<unsigned char*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<unsigned char*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(inflateInit2(&stream, -MAX_WBITS) == Z_OK);
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  inflateEnd(&stream);
  return out;
}

// One part of a ZIP file, by the directory at its end.
std::string PartOfZip(std::string_view zip, std::string_view name) {
  CHECK(zip.size() > 22);
  const std::string_view end = zip.substr(zip.size() - 22);
  CHECK(end.starts_with("PK\5\6"));
  std::string_view rest = zip.substr(LittleEndian(end, 16, 4));
  while (rest.starts_with("PK\1\2")) {
    const std::size_t name_size = LittleEndian(rest, 28, 2);
    if (rest.substr(46, name_size) == name) {
      const std::string_view local = zip.substr(LittleEndian(rest, 42, 4));
      const std::size_t begin =
          30 + LittleEndian(local, 26, 2) + LittleEndian(local, 28, 2);
      return Inflated(local.substr(begin, LittleEndian(rest, 20, 4)),
                      LittleEndian(rest, 24, 4));
    }
    rest.remove_prefix(46 + name_size + LittleEndian(rest, 30, 2) +
                       LittleEndian(rest, 32, 2));
  }
  ADD_FAILURE() << "no " << name;
  return "";
}

void AppendUtf8(unsigned code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  CHECK(code >= 0x800);
  out += static_cast<char>(0xe0 | code >> 12);
  out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
  out += static_cast<char>(0x80 | (code & 0x3f));
}

// _xHHHH_ is the character of that number.
std::string Unspelt(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned code = 0;
    const bool spelt =
        text.substr(i, 2) == "_x" && text.size() >= i + 7 &&
        text[i + 6] == '_' &&
        std::from_chars(text.data() + i + 2, text.data() + i + 6, code, 16)
                .ptr == text.data() + i + 6;
    if (!spelt) {
      out += text[i];
      continue;
    }
    AppendUtf8(code, out);
    i += 6;
  }
  return out;
}

std::size_t ColumnOfCell(std::string_view place) {
  std::size_t number = 0;
  for (const char c : place) {
    if (c < 'A') break;
    number = number * 26 + static_cast<std::size_t>(c - 'A') + 1;
  }
  return number - 1;
}

TypedBackRow RowOfSheet(const pugi::xml_node& node, std::size_t columns) {
  TypedBackRow row(columns);
  for (const pugi::xml_node& cell : node.children("c")) {
    EXPECT_FALSE(cell.child("f"));
    const std::size_t at = ColumnOfCell(cell.attribute("r").value());
    if (at >= row.size()) row.resize(at + 1);
    if (std::string_view(cell.attribute("t").value()) == "inlineStr") {
      row[at].text = Unspelt(cell.child("is").child("t").child_value());
    } else if (cell.child("v")) {
      row[at].number = cell.child("v").text().as_double();
    }
  }
  return row;
}

}  // namespace

FileContents ReadXlsx(const TableSchema& schema, const std::string& bytes) {
  pugi::xml_document document;
  const std::string sheet = PartOfZip(bytes, "xl/worksheets/sheet1.xml");
  EXPECT_TRUE(document.load_buffer(
      sheet.data(), sheet.size(), pugi::parse_default | pugi::parse_ws_pcdata));
  FileContents contents;
  std::vector<std::string> names;
  const auto rows = document.child("worksheet").child("sheetData");
  for (const pugi::xml_node& node : rows.children("row")) {
    const TypedBackRow row = RowOfSheet(node, names.size());
    if (!names.empty()) {
      // Rows without a cell are not in the sheet.
      const auto number = node.attribute("r").as_ullong();
      while (contents.rows.size() + 2 < number) {
        contents.rows.emplace_back(schema.columns.size());
      }
      for (const TypedBackCell& cell : row) {
        if (cell.number.has_value()) ++contents.numbers;
      }
      contents.rows.push_back(TypedBack(
          schema, names, row,
          {.first_day = 25'569, .date = 1, .time = 1.0 / 86'400'000}));
      continue;
    }
    for (const TypedBackCell& cell : row) {
      names.push_back(cell.text.value_or(""));
      contents.columns.emplace_back(names.back(), "");
    }
  }
  const std::string about = PartOfZip(bytes, "docProps/core.xml");
  EXPECT_TRUE(document.load_buffer(about.data(), about.size()));
  contents.created = document.child("cp:coreProperties")
                         .child("dcterms:created")
                         .child_value();
  return contents;
}

}  // namespace chasqui::exporting
