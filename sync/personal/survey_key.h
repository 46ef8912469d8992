// A survey's key: what the keys of its records are wrapped by. It comes from
// outside, and is kept nowhere by the server.

#ifndef CHASQUI_SYNC_PERSONAL_SURVEY_KEY_H_
#define CHASQUI_SYNC_PERSONAL_SURVEY_KEY_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "sync/ids.h"
#include "sync/personal/record_key.h"
#include "sync/personal/secret.h"
#include "sync/value.h"

namespace chasqui::personal {

// Immutable; thread-safe.
class SurveyKey {
 public:
  static SurveyKey Draw();
  explicit SurveyKey(const Secret& secret);

  // As it is written down: 64 lower-case hexadecimal digits.
  std::string ToHex() const;
  // InvalidArgument, without repeating it, for anything else.
  static absl::StatusOr<SurveyKey> FromHex(std::string_view digits);

  //   wrapped = nonce:24 AEAD-XChaCha20-Poly1305(record key)
  //
  // with the names of survey and record as associated data.
  std::string Wrap(std::string_view survey, const RecordId& record,
                   const RecordKey& key) const;
  // DataLoss unless it was wrapped so, by this key.
  absl::StatusOr<RecordKey> Unwrap(std::string_view survey,
                                   const RecordId& record,
                                   std::string_view wrapped) const;

  // What stands for an answer where nobody may read it: the same in the same
  // field, whichever the record and export. 32 hexadecimal digits.
  std::string Pseudonym(std::uint32_t field, const Value& value) const;

 private:
  Secret secret_;
  Secret wrapping_key_;
  Secret pseudonym_key_;
};

}  // namespace chasqui::personal

#endif  // CHASQUI_SYNC_PERSONAL_SURVEY_KEY_H_
