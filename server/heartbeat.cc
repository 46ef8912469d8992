#include "server/heartbeat.h"

#include <cstdint>

namespace chasqui::server {

access::v1::Contact ContactOf(const v1::SyncRequest& request,
                              const v1::SyncResponse& response) {
  const std::int64_t received_ms = response.received_ms();
  access::v1::Contact contact;
  contact.set_called_ms(received_ms);
  if (request.clock().wall_ms() != 0) {
    contact.set_clock_ahead_ms(request.clock().wall_ms() +
                               request.clock().round_trip_ms() / 2 -
                               received_ms);
  }
  const v1::Heartbeat& said = request.heartbeat();
  if (said.has_app()) contact.set_app(said.app());
  if (said.has_unsent()) contact.set_unsent(said.unsent());
  if (said.has_oldest_unsent_s()) {
    contact.set_oldest_unsent_s(said.oldest_unsent_s());
  }
  if (said.has_storage_free_mib()) {
    contact.set_storage_free_mib(said.storage_free_mib());
  }
  if (said.has_battery_percent()) {
    contact.set_battery_percent(said.battery_percent());
  }
  if (request.has_link()) {
    contact.set_bytes_per_s(request.link().bytes_per_s());
    contact.set_overhead_ms(request.link().overhead_ms());
    contact.set_drop_interval_ms(request.link().drop_interval_ms());
  }
  for (int i = 0; i < request.surveys_size(); ++i) {
    if (response.surveys(i).error_code() != 0) continue;
    access::v1::SurveyContact& survey = *contact.add_surveys();
    survey.set_survey(request.surveys(i).survey());
    survey.set_called_ms(received_ms);
    survey.set_forms(request.surveys(i).forms());
  }
  return contact;
}

void NoteContact(const Surroundings& around,
                 const access::CallingDevice& device,
                 const v1::SyncRequest& request,
                 const v1::SyncResponse& response) {
  const access::v1::Contact contact = ContactOf(request, response);
  if (device.person.empty() && contact.surveys().empty()) return;
  around.contacts.Note(device.name, contact);
}

void LinkToWire(const access::v1::Contact& contact, v1::LinkEstimate& wire) {
  wire.set_bytes_per_s(contact.bytes_per_s());
  wire.set_overhead_ms(contact.overhead_ms());
  wire.set_drop_interval_ms(contact.drop_interval_ms());
}

void ContactToWire(const access::v1::Contact& contact, v1::Device& wire) {
  wire.set_called_ms(contact.called_ms());
  wire.set_clock_ahead_ms(contact.clock_ahead_ms());
  v1::Heartbeat& said = *wire.mutable_heartbeat();
  if (contact.has_app()) said.set_app(contact.app());
  if (contact.has_unsent()) said.set_unsent(contact.unsent());
  if (contact.has_oldest_unsent_s()) {
    said.set_oldest_unsent_s(contact.oldest_unsent_s());
  }
  if (contact.has_storage_free_mib()) {
    said.set_storage_free_mib(contact.storage_free_mib());
  }
  if (contact.has_battery_percent()) {
    said.set_battery_percent(contact.battery_percent());
  }
  if (contact.bytes_per_s() > 0) LinkToWire(contact, *wire.mutable_link());
  for (const access::v1::SurveyContact& survey : contact.surveys()) {
    v1::DeviceSurvey& out = *wire.add_surveys();
    out.set_survey(survey.survey());
    out.set_called_ms(survey.called_ms());
    out.set_forms(survey.forms());
  }
}

}  // namespace chasqui::server
