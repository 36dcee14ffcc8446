/* Numbers as they go over a line: big-endian. */
#ifndef NUMBERS_H
#define NUMBERS_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t read_number(const unsigned char *bytes, size_t count) {
  uint64_t number = 0;
  while (count-- > 0) number = number << 8 | *bytes++;
  return number;
}

static inline void write_number(unsigned char *bytes, size_t count, uint64_t number) {
  while (count-- > 0) {
    bytes[count] = number & 0xff;
    number >>= 8;
  }
}

#endif
