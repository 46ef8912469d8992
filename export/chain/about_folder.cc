#include "export/chain/about_folder.h"

#include "export/formats/table_writer.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

constexpr std::string_view kManifests =
    "  manifests/000001.json  what increment 1 is, with checksums; written "
    "last:\n"
    "                         files without it are not part of the export\n"
    "  manifests/begun        which increment was begun last\n";
constexpr std::string_view kRecordIds =
    "  records/000001.ids     for the next increment after a restore\n";
constexpr std::string_view kVerify =
    "\n"
    "`chasqui export --verify` proves that all is there and as it was "
    "written.\n";
constexpr std::string_view kViews =
    "  latest/duckdb.sql      and others: views of the present, from all "
    "increments\n";

std::string AboutWhole(std::string_view ending) {
  return StrCat(
      "\n"
      "  TABLE/000001.",
      ending,
      "       the whole table as it was then, without what was deleted\n"
      "  TABLE/000002.",
      ending,
      "       if there is one: only what changed since; _deleted is 1\n"
      "                         where a record was deleted\n",
      kManifests, kRecordIds,
      "\n"
      "There are no views that put these together. For the whole tables as "
      "they are\n"
      "now, export into a new folder.\n"
      "\n"
      "Dates and times are of the clock where they were said: minus the "
      "minutes in\n"
      "\"offset\" they are UTC. \"exact\" has, as text, what a number does "
      "not tell. A\n"
      "text too long for one cell goes on in a column \"2\". Where a variable "
      "has not the\n"
      "name of its column, the file's notes have that: char list _dta[] in "
      "Stata, DISPLAY\n"
      "DOCUMENTS in SPSS. The codebook has what each column asks.\n",
      kVerify);
}

}  // namespace

std::string AboutFolder(std::string_view ending) {
  if (IsForPeople(ending)) return StrCat(kAboutFirstLine, AboutWhole(ending));
  return StrCat(
      kAboutFirstLine,
      "\n"
      "  TABLE/000001.*         rows of a table that came with increment 1\n",
      kManifests, kViews, kRecordIds, kVerify);
}

}  // namespace chasqui::exporting
