// A server's store, and a directory for backups of it.

#ifndef CHASQUI_TESTS_STORAGE_BACKED_UP_STORE_H_
#define CHASQUI_TESTS_STORAGE_BACKED_UP_STORE_H_

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "storage/backup.h"
#include "storage/catalog.h"
#include "storage/durability.h"
#include "sync/lineage.h"
#include "tests/storage/small_survey.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {

class BackedUpStore : public ::testing::Test {
 protected:
  // Opens what is in `directory`, as a server does.
  void Open(const std::string& directory) {
    Close();
    auto store = OpenStore(directory, {});
    ASSERT_OK(store);
    store_ = *std::move(store);
    CatalogOptions options;
    options.durability = &backed_up_;
    auto catalog = OpenCatalog(*store_, clock_, options);
    ASSERT_OK(catalog);
    catalog_ = *std::move(catalog);
  }
  void Close() {
    catalog_.reset();
    store_.reset();
  }

  // A survey whose changes are durable only with a backup.
  void MakeSurvey() {
    SurveyConfig config = SmallConfig();
    config.accepted_is_durable = false;
    ASSERT_OK(catalog_->Create("census", config));
    std::vector<ServerEntry> form;
    form.emplace_back(SmallForm("1"));
    ASSERT_OK(SubmitAndWait(Survey(), std::move(form)));
  }
  SurveyStore& Survey() { return **catalog_->Find("census"); }
  Position Head() {
    const auto reader = *Survey().Snapshot();
    return {PresentName(reader->survey().lineage), reader->head()};
  }
  void AddRecord(std::uint64_t number) {
    ASSERT_OK(SubmitAndWait(
        Survey(), chain_.Next(Creation(RecordNumber(number), "north", "A"))));
  }
  absl::StatusOr<BackupReport> BackUpNow() {
    return BackUp(*store_, *catalog_, to_);
  }
  // Makes another byte of the one in the middle of `file`, and the same of it
  // when called again.
  static void Flip(const std::string& file) {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    const auto middle =
        static_cast<std::streamoff>(std::filesystem::file_size(file) / 2);
    bytes.seekg(middle);
    const char byte = static_cast<char>(bytes.get() ^ 1);
    bytes.seekp(middle);
    bytes.put(byte);
  }
  std::vector<std::string> FilesIn(const std::string& directory) {
    std::vector<std::string> files;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(directory)) {
      if (entry.is_regular_file()) files.push_back(entry.path().string());
    }
    return files;
  }

  testing::FreshDirectory directory_;
  const std::string data_ = directory_.File("data");
  const std::string to_ = directory_.File("backups");
  const std::string restored_ = directory_.File("restored");
  HandClock clock_;
  Chain chain_{"census", "tablet-1"};
  BackedUp backed_up_;
  std::unique_ptr<RocksStore> store_;
  std::unique_ptr<Catalog> catalog_;
};

}  // namespace chasqui::storage

#endif  // CHASQUI_TESTS_STORAGE_BACKED_UP_STORE_H_
