// What is remembered of devices' calls, and when it is kept.

#include "server/access/contacts.h"

#include <memory>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/catalog.h"
#include "storage/kv_notes.h"
#include "storage/memory_kv.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::access {
namespace {

using chasqui::testing::StatusIs;
using ::testing::IsEmpty;
using ::testing::SizeIs;

v1::Contact CalledAt(std::int64_t ms, const std::string& survey = "") {
  v1::Contact contact;
  contact.set_called_ms(ms);
  if (!survey.empty()) {
    v1::SurveyContact& in = *contact.add_surveys();
    in.set_survey(survey);
    in.set_called_ms(ms);
  }
  return contact;
}

class ContactsTest : public ::testing::Test {
 protected:
  ContactsTest() { Open(); }

  void Open() {
    notes_ = storage::OpenNotes(*kv_, storage::kOrganisationNumber);
    contacts_ = *Contacts::Open(*notes_);
  }
  // The server stops without a word.
  void Crash() {
    auto kept = kv_->Copy();
    contacts_.reset();
    kv_ = std::move(kept);
    Open();
  }

  std::unique_ptr<storage::MemoryKv> kv_ =
      std::make_unique<storage::MemoryKv>();
  std::unique_ptr<Notes> notes_;
  std::unique_ptr<Contacts> contacts_;
};

TEST_F(ContactsTest, WhatIsNotSaidStaysAsItWas) {
  v1::Contact first = CalledAt(1, "wells");
  first.set_app("collect 2");
  first.set_battery_percent(80);
  contacts_->Note("tablet", first);
  v1::Contact second = CalledAt(2, "schools");
  second.set_battery_percent(0);
  contacts_->Note("tablet", second);
  const auto known = contacts_->All();
  ASSERT_THAT(known, SizeIs(1));
  const v1::Contact& tablet = known.at("tablet");
  EXPECT_EQ(tablet.called_ms(), 2);
  EXPECT_EQ(tablet.app(), "collect 2");
  EXPECT_EQ(tablet.battery_percent(), 0U);
  EXPECT_TRUE(tablet.has_battery_percent());
  EXPECT_FALSE(tablet.has_storage_free_mib());
  ASSERT_EQ(tablet.surveys_size(), 2);
  EXPECT_EQ(tablet.surveys(0).called_ms(), 1);
}

TEST_F(ContactsTest, AServerThatStartsAgainKnowsThem) {
  contacts_->Note("tablet", CalledAt(1'000, "wells"));
  contacts_.reset();
  Open();
  EXPECT_EQ(contacts_->All().at("tablet").called_ms(), 1'000);
}

// The last few seconds may be lost, and no more.
TEST_F(ContactsTest, ACrashTakesBackTheLastSeconds) {
  const std::int64_t start = 1'700'000'000'000;
  contacts_->Note("tablet", CalledAt(start));
  contacts_->Note("tablet", CalledAt(start + Contacts::kKeepMs - 1));
  Crash();
  EXPECT_EQ(contacts_->All().at("tablet").called_ms(), start);
  contacts_->Note("tablet", CalledAt(start + Contacts::kKeepMs));
  Crash();
  EXPECT_EQ(contacts_->All().at("tablet").called_ms(),
            start + Contacts::kKeepMs);
}

TEST_F(ContactsTest, OfManySurveysTheLatestAreKnown) {
  for (int i = 0; i <= Contacts::kSurveysMax; ++i) {
    contacts_->Note("tablet", CalledAt(i + 1, "survey-" + std::to_string(i)));
  }
  const v1::Contact tablet = contacts_->All().at("tablet");
  ASSERT_EQ(tablet.surveys_size(), Contacts::kSurveysMax);
  for (const v1::SurveyContact& survey : tablet.surveys()) {
    EXPECT_NE(survey.survey(), "survey-0");
  }
}

TEST_F(ContactsTest, TheNameOfAnAppHasALimit) {
  v1::Contact news = CalledAt(1);
  news.set_app(std::string(Contacts::kAppMax, 'a'));
  contacts_->Note("fits", news);
  news.set_app(news.app() + "a");
  contacts_->Note("does-not", news);
  EXPECT_TRUE(contacts_->All().at("fits").has_app());
  EXPECT_FALSE(contacts_->All().at("does-not").has_app());
}

TEST_F(ContactsTest, ADamagedNoteIsDataLoss) {
  ASSERT_OK(notes_->Keep({{"tablet", "\xff\xff"}}));
  contacts_.reset();
  EXPECT_THAT(Contacts::Open(*notes_),
              StatusIs(absl::StatusCode::kDataLoss,
                       "what is noted of device tablet cannot be read"));
}

}  // namespace
}  // namespace chasqui::access
