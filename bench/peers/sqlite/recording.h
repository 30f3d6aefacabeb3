// A recording of the statements that a connection has run: marks, each followed by what it needs.
//   STATEMENT  uint32 connection, uint32 number, uint32 bytes, SQL with its parameters
//   RUN        uint32 connection, uint32 number, uint32 parameters, that many values
// A value is a type of SQLite, then int64, double, or uint32 bytes and these.
#pragma once

enum { RECORDED_STATEMENT = 'S', RECORDED_RUN = 'R' };
