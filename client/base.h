// What the form showed when it was opened (rules 4).

#ifndef CHASQUI_CLIENT_BASE_H_
#define CHASQUI_CLIENT_BASE_H_

#include <optional>
#include <utility>
#include <vector>

#include "client/local_state.h"
#include "sync/change.h"
#include "sync/ids.h"
#include "sync/lineage.h"

namespace chasqui::client {

// A field that a pending write of one's own hides, and that write's base.
using HiddenField = std::pair<FieldAddress, Position>;

// The base of a record held as `record`: its seq as received or, if later,
// `complete` of a bucket that holds it, where the digests agreed. Never a page.
Position BaseOfCopy(const StoredRecord& record, const SurveyState& state,
                    const Lineage& lineage);

// The base of a creation: the lowest `complete`, digests agreed, of the buckets
// followed; none if nothing is followed, or something has never been complete.
Position BaseOfCreation(const SurveyState& state, const Lineage& lineage);

// Where an op writes: of a status the status field, of rows and records their
// existence.
FieldAddress AddressOf(const Op& op);

// The fields that `pending` writes, each with the base of its write there: the
// later of two keeps the earlier's, since that is what it hid behind.
std::vector<HiddenField> HiddenFields(const std::vector<Change>& pending);

// Gives `change` its bases: `base`, or for a field that is hidden the base of
// what hides it; positions[0] is the lowest of all in the record.
void StampBases(const Position& base, const std::vector<HiddenField>& hidden,
                const Lineage& lineage, Change& change);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_BASE_H_
