// The values of a statement's parameters, read from its text with the values in their places.
#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>

// Writes how many parameters there are, and each value by its number.
void literals_write(FILE *, sqlite3_stmt *, const char *sql, const char *expanded);
