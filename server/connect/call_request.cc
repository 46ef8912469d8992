#include "server/connect/call_request.h"

#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "connect/envelope.h"
#include "connect/gzip.h"
#include "google/protobuf/descriptor.pb.h"
#include "server/connect/codec.h"
#include "server/connect/metadata.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::connect {
namespace {

using google::protobuf::MethodDescriptor;
using google::protobuf::MethodOptions;

constexpr char kUnaryTypes[] = "application/proto, application/json";
constexpr char kStreamTypes[] =
    "application/connect+proto, application/connect+json";
constexpr std::size_t kTimeoutDigitsMax = 10;

HttpResponse ByHttp(int status, std::string name, std::string value) {
  HttpResponse response = WithStatus(status);
  response.headers.emplace_back(std::move(name), std::move(value));
  return response;
}

// "/package.Service/Method".
const MethodDescriptor* MethodAt(std::string_view path) {
  const std::vector<std::string> parts = absl::StrSplit(AbslView(path), '/');
  if (parts.size() != 3 || !parts[0].empty()) return nullptr;
  const auto* const service =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
          parts[1]);
  return service == nullptr ? nullptr : service->FindMethodByName(parts[2]);
}

bool IsFree(const MethodDescriptor& method) {
  return method.options().idempotency_level() == MethodOptions::NO_SIDE_EFFECTS;
}

absl::Status CheckVersion(const Headers& headers) {
  const auto version = FindHeader(headers, "connect-protocol-version");
  if (!version.has_value() || *version == "1") return absl::OkStatus();
  return absl::InvalidArgumentError(
      StrCat("Connect-Protocol-Version is \"",
             absl::CHexEscape(std::string(*version)), "\"; this is \"1\""));
}

absl::StatusOr<std::optional<std::int64_t>> TimeoutOf(const Headers& headers) {
  const auto text = FindHeader(headers, "connect-timeout-ms");
  if (!text.has_value()) return std::optional<std::int64_t>();
  std::int64_t ms = 0;
  const bool good =
      !text->empty() && text->size() <= kTimeoutDigitsMax &&
      text->find_first_not_of("0123456789") == std::string_view::npos &&
      absl::SimpleAtoi(AbslView(*text), &ms);
  if (good) return std::optional<std::int64_t>(ms);
  return absl::InvalidArgumentError(
      StrCat("Connect-Timeout-Ms is \"", absl::CHexEscape(std::string(*text)),
             "\": it has 1 to ", kTimeoutDigitsMax, " digits"));
}

// A message as it came, `encoding` being what the caller says of it.
absl::StatusOr<std::string> Decompressed(std::string_view message,
                                         std::string_view encoding,
                                         std::size_t bytes_max) {
  if (encoding.empty() || encoding == "identity") {
    if (message.size() <= bytes_max) return std::string(message);
    return absl::ResourceExhaustedError(StrCat(
        "a message has ", message.size(), " bytes; it may have ", bytes_max));
  }
  // Some clients send nothing for nothing.
  if (encoding == "gzip" && message.empty()) return std::string();
  if (encoding == "gzip") return Gunzip(message, bytes_max);
  return absl::UnimplementedError(
      StrCat("the compression \"", absl::CHexEscape(std::string(encoding)),
             "\" is not known; identity and gzip are"));
}

// The one message of a stream of requests.
absl::StatusOr<std::string> OnlyMessage(const HttpRequest& request,
                                        std::size_t bytes_max) {
  const std::string_view encoding =
      FindHeader(request.headers, "connect-content-encoding").value_or("");
  std::string_view left = request.body;
  if (left.empty()) {
    return absl::UnimplementedError("the call has no message; it takes one");
  }
  ASSIGN_OR_RETURN(const Envelope envelope, TakeEnvelope(left));
  if ((envelope.flags & kEndOfStream) != 0) {
    return absl::InvalidArgumentError("only a server ends a stream in words");
  }
  if (!left.empty()) {
    return absl::UnimplementedError("the call has messages; it takes one");
  }
  const bool compressed = (envelope.flags & kCompressed) != 0;
  if (compressed && (encoding.empty() || encoding == "identity")) {
    return absl::InternalError(
        "a message is compressed, and Connect-Content-Encoding does not say "
        "how");
  }
  // A compression that is not known is refused though it is not used.
  if (!compressed) {
    RETURN_IF_ERROR(Decompressed("", encoding, bytes_max).status());
  }
  return Decompressed(envelope.message, compressed ? encoding : "", bytes_max);
}

absl::StatusOr<std::string> InBytes(absl::StatusOr<std::string> message,
                                    const CallRequest& call) {
  if (!message.ok()) return message;
  const google::protobuf::Descriptor& type = *call.method->input_type();
  if (call.form.json) return JsonToBytes(*message, type);
  RETURN_IF_ERROR(CheckBytes(*message, type));
  return message;
}

// What all calls have.
absl::Status ReadCommon(const HttpRequest& request, CallRequest& call) {
  RETURN_IF_ERROR(CheckVersion(request.headers));
  ASSIGN_OR_RETURN(call.timeout_ms, TimeoutOf(request.headers));
  ASSIGN_OR_RETURN(call.metadata, MetadataOf(request.headers));
  return absl::OkStatus();
}

absl::Status ReadPost(const HttpRequest& request, std::size_t bytes_max,
                      CallRequest& call) {
  RETURN_IF_ERROR(ReadCommon(request, call));
  if (call.method->client_streaming()) {
    return absl::UnimplementedError(
        StrCat(call.method->full_name(),
               " takes a stream, which HTTP/1.1 cannot carry: use gRPC"));
  }
  ASSIGN_OR_RETURN(
      call.message,
      InBytes(call.form.streaming
                  ? OnlyMessage(request, bytes_max)
                  : Decompressed(request.body,
                                 FindHeader(request.headers, "content-encoding")
                                     .value_or(""),
                                 bytes_max),
              call));
  return absl::OkStatus();
}

bool IsHexDigit(char c) {
  return absl::ascii_isxdigit(static_cast<unsigned char>(c));
}

absl::StatusOr<std::string> PercentDecoded(absl::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const absl::string_view digits = text.substr(i + 1, 2);
    if (digits.size() < 2 || !IsHexDigit(digits[0]) || !IsHexDigit(digits[1])) {
      return absl::InvalidArgumentError("the query has a stray '%'");
    }
    out += absl::HexStringToBytes(digits);
    i += 2;
  }
  return out;
}

absl::StatusOr<Headers> ReadQuery(std::string_view query) {
  Headers parameters;
  for (const absl::string_view each :
       absl::StrSplit(AbslView(query), '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(each, absl::MaxSplits('=', 1));
    ASSIGN_OR_RETURN(std::string value, PercentDecoded(parts.second));
    parameters.emplace_back(std::string(parts.first), std::move(value));
  }
  return parameters;
}

absl::Status ReadGet(const HttpRequest& request, std::string_view query,
                     std::size_t bytes_max, CallRequest& call) {
  ASSIGN_OR_RETURN(const Headers parameters, ReadQuery(query));
  const auto encoding = FindHeader(parameters, "encoding");
  call.form.json = encoding == "json";
  RETURN_IF_ERROR(ReadCommon(request, call));
  if (encoding != "json" && encoding != "proto") {
    return absl::InvalidArgumentError(
        "the query must have encoding=json or encoding=proto");
  }
  if (FindHeader(parameters, "connect").value_or("v1") != "v1") {
    return absl::InvalidArgumentError("the query has connect other than v1");
  }
  const auto message = FindHeader(parameters, "message");
  if (!message.has_value()) {
    return absl::InvalidArgumentError("the query has no message");
  }
  std::string bytes(*message);
  if (FindHeader(parameters, "base64") == "1" &&
      !absl::WebSafeBase64Unescape(AbslView(*message), &bytes) &&
      !absl::Base64Unescape(AbslView(*message), &bytes)) {
    return absl::InvalidArgumentError("the query's message is not base64");
  }
  ASSIGN_OR_RETURN(
      call.message,
      InBytes(Decompressed(bytes,
                           FindHeader(parameters, "compression").value_or(""),
                           bytes_max),
              call));
  return absl::OkStatus();
}

}  // namespace

AnswerForm FormOf(const Headers& headers) {
  const std::string type =
      MediaType(FindHeader(headers, "content-type").value_or(""));
  AnswerForm form;
  form.streaming =
      type == "application/connect+proto" || type == "application/connect+json";
  form.json = type == "application/json" || type == "application/connect+json";
  form.gzip = HasToken(
      headers, form.streaming ? "connect-accept-encoding" : "accept-encoding",
      "gzip");
  return form;
}

std::variant<CallRequest, Refused, HttpResponse> ReadCall(
    const HttpRequest& request, std::size_t message_bytes_max) {
  const std::string_view target = request.target;
  const std::size_t end = target.find('?');
  CallRequest call;
  call.method = MethodAt(target.substr(0, end));
  if (call.method == nullptr) return WithStatus(404);
  const bool streams =
      call.method->client_streaming() || call.method->server_streaming();
  call.form = FormOf(request.headers);

  absl::Status status;
  if (request.verb == "GET" && !streams && IsFree(*call.method)) {
    call.form.streaming = false;
    status = ReadGet(
        request, end == std::string_view::npos ? "" : target.substr(end + 1),
        message_bytes_max, call);
  } else if (request.verb != "POST") {
    return ByHttp(405, "allow",
                  !streams && IsFree(*call.method) ? "GET, POST" : "POST");
  } else if (const std::string type = MediaType(
                 FindHeader(request.headers, "content-type").value_or(""));
             streams != call.form.streaming ||
             (!streams && type != "application/proto" &&
              type != "application/json")) {
    return ByHttp(415, "accept-post", streams ? kStreamTypes : kUnaryTypes);
  } else {
    status = ReadPost(request, message_bytes_max, call);
  }
  if (!status.ok()) return Refused{call.form, std::move(status)};
  return call;
}

}  // namespace chasqui::connect
