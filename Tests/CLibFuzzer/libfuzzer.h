#pragma once
#include <stddef.h>
#include <stdint.h>

// libFuzzer, which the compiler links and has no header for: fuzzes the function with the options
// and folders that are in the arguments, and returns the exit code.
int LLVMFuzzerRunDriver(int *argument_count, char ***arguments,
                        int (*test_one)(const uint8_t *data, size_t size));
