// SQLite with owned handles and the project's errors: just what the run store needs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace p2c::run {

class Database;

// One prepared statement. Parameters are numbered from 1, columns from 0, as in SQLite itself.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);

  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, std::int64_t number);
  Statement& bind(int index, double number);
  Statement& bind_null(int index);

  // True while there is a row. Errors: see Database.
  bool step();
  // Makes the statement ready for new parameters.
  void reset();

  std::string text(int column) const;  // empty for NULL
  std::int64_t integer(int column) const;
  double real(int column) const;
  bool is_null(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Database& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// One connection; the caller sees to it that one thread at a time uses it.
// Errors of every function: disk_full; busy when another process holds the database for more than 10 s;
// bad_input when the file is damaged or no database; io.
class Database {
 public:
  Database(const std::filesystem::path& file, bool read_only);

  void execute(const std::string& sql);
  // The first column of the first row as an integer, 0 without a row.
  std::int64_t query_integer(std::string_view sql);

  const std::filesystem::path& file() const { return file_; }
  sqlite3* handle() const { return handle_.get(); }
  [[noreturn]] void fail(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::filesystem::path file_;
  std::unique_ptr<sqlite3, Close> handle_;
};

// Everything until commit(), or nothing.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace p2c::run
