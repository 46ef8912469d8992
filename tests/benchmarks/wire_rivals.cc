#include "tests/benchmarks/wire_rivals.h"

#include <zdict.h>
#include <zlib.h>
#include <zstd.h>

#include <map>
#include <memory>
#include <set>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "sync/value_text.h"

namespace chasqui::benchmarks {
namespace {

// The answers of a change as text, by path.
std::map<std::string, std::string> TextsOf(const Change& change,
                                           const WireForm& form) {
  std::map<std::string, std::string> texts;
  for (const Op& op : change.ops) {
    const client::DeviceField* const field = form.device.Find(op.at.field);
    if (op.kind != OpKind::kSet || field == nullptr) continue;
    const auto code = [field](std::uint32_t number) -> const std::string* {
      const auto found = field->codes.find(number);
      return found == field->codes.end() ? nullptr : &found->second;
    };
    texts[field->path] = FormatValue(op.value, code);
  }
  return texts;
}

std::string Escaped(const std::string& text) {
  return absl::StrReplaceAll(text,
                             {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}});
}

// Closes and opens tags on the way from one place to another.
void MoveTo(const std::vector<std::string>& to, std::vector<std::string>& at,
            std::string& xml) {
  std::size_t same = 0;
  while (same < to.size() && same < at.size() && to[same] == at[same]) ++same;
  for (; at.size() > same; at.pop_back()) xml += StrCat("</", at.back(), ">");
  for (; at.size() < to.size(); at.push_back(to[at.size()])) {
    xml += StrCat("<", to[at.size()], ">");
  }
}

}  // namespace

std::string OpenRosaXml(const Change& change, const WireForm& form) {
  const auto texts = TextsOf(change, form);
  std::string xml = StrCat("<?xml version='1.0' ?><data id=\"", form.form.id,
                           "\" version=\"", form.form.version, "\">");
  std::vector<std::string> at;
  for (const Field& field : form.form.fields) {
    if (field.note || field.meta) continue;
    std::vector<std::string> path = absl::StrSplit(AbslView(field.path), '/');
    const std::string name = path.back();
    path.pop_back();
    MoveTo(path, at, xml);
    const auto text = texts.find(field.path);
    xml += text == texts.end()
               ? StrCat("<", name, "/>")
               : StrCat("<", name, ">", Escaped(text->second), "</", name, ">");
  }
  MoveTo({"meta"}, at, xml);
  xml += StrCat("<instanceID>uuid:", ToText(change.record), "</instanceID>");
  MoveTo({}, at, xml);
  return xml + "</data>";
}

std::string AnswersJson(const Change& change, const WireForm& form) {
  std::string json =
      StrCat("{\"id\":\"", ToText(change.record), "\",\"person\":\"",
             change.person, "\",\"time\":", change.clock.wall_ms);
  for (const auto& [path, text] : TextsOf(change, form)) {
    json += StrCat(",\"", path, "\":\"",
                   absl::StrReplaceAll(
                       text, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}}),
                   "\"");
  }
  return json + "}\n";
}

std::string Gzip(std::string_view bytes) {
  z_stream stream{};
  constexpr int kWithGzipHead = 15 + 16;
  CHECK(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kWithGzipHead, 9,
                     Z_DEFAULT_STRATEGY) == Z_OK);
  std::string in(bytes);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Zstd19(std::string_view bytes, std::string_view dictionary) {
  const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(
      ZSTD_createCCtx(), ZSTD_freeCCtx);
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compress_usingDict(
      context.get(), out.data(), out.size(), bytes.data(), bytes.size(),
      dictionary.data(), dictionary.size(), 19);
  CHECK(ZSTD_isError(size) == 0);
  out.resize(size);
  return out;
}

std::string ZstdDictionary(const std::vector<std::string>& samples) {
  std::string all;
  std::vector<std::size_t> sizes;
  for (const std::string& sample : samples) {
    all += sample;
    sizes.push_back(sample.size());
  }
  std::string dictionary(std::size_t{110} << 10, '\0');
  const std::size_t size =
      ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), all.data(),
                            sizes.data(), static_cast<unsigned>(sizes.size()));
  dictionary.resize(ZDICT_isError(size) != 0 ? 0 : size);
  return dictionary;
}

}  // namespace chasqui::benchmarks
