// Records and rows as they are stored. Decoding takes any bytes: what is no
// record is DataLoss. The ids are those of the key.

#ifndef CHASQUI_STORAGE_RECORD_CODEC_H_
#define CHASQUI_STORAGE_RECORD_CODEC_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "sync/bytes.h"
#include "sync/ids.h"
#include "sync/record.h"

namespace chasqui::storage {

// Both append to `out`.
void EncodeRecord(const Record& record, std::string& out);
void EncodeRow(const Row& row, std::string& out);

absl::StatusOr<Record> DecodeRecord(const RecordId& id, std::string_view bytes);
absl::StatusOr<Row> DecodeRow(const RowId& id, std::string_view bytes);

// Where a field is, as part of other values (grammar in the .cc).
void WriteAddress(const FieldAddress& address, ByteWriter& out);
void ReadAddress(ByteReader& in, FieldAddress& address);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_RECORD_CODEC_H_
