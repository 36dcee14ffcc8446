/* What the two halves of the holder know of each other. PROTOCOL.md says what goes over a line. */
#ifndef HOLD_H
#define HOLD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Output that nobody has taken yet: past it a program stands still until somebody does. Nothing is ever dropped. */
#define KEEP_BYTES (1024 * 1024)
/* Keys that a program has not read yet. Whoever sends more than was granted breaks the rules. */
#define INPUT_BYTES (64 * 1024)
#define MAX_SHELLS 32
#define MAX_LINES 64
#define NAME_BYTES 40
#define ID_BYTES 16

struct buffer {
  unsigned char *data;
  size_t start, length, room;
};

/* Room for `wanted` more bytes at the end; NULL when there is no memory. */
unsigned char *buffer_reserve(struct buffer *buffer, size_t wanted);
/* 0 when there is no memory. */
int buffer_append(struct buffer *buffer, const unsigned char *bytes, size_t count);
void buffer_drop(struct buffer *buffer, size_t count);

struct line;

struct shell {
  int used;
  char name[NAME_BYTES + 1];
  unsigned char id[ID_BYTES];
  pid_t pid;
  /* The pty's own side; -1 once there is nothing more to read. */
  int master;
  /* Offset of the first byte in `output`; everything before is safe elsewhere. */
  uint64_t kept;
  struct buffer output;
  /* Offset of the next key to come, and the keys that the pty has not taken. */
  uint64_t received;
  struct buffer input;
  int has_ended;
  /* As waitpid(2) has it. */
  int status;
  /* When a shell that was hung up is ended by force; 0 otherwise. Monotonic milliseconds. */
  int64_t kill_at;
  struct line *line;
};

struct program {
  char **argv;
  /* Who owns its terminal. */
  uid_t uid;
  gid_t gid;
  int has_owner;
};

int64_t now_ms(void);

struct shell *shell_find(const char *name, size_t length);
/* NULL when there are too many or none can be made. */
struct shell *shell_begin(const char *name, size_t length, const unsigned char *id, uint16_t rows, uint16_t cols,
                          const struct program *program);
void shell_resize(struct shell *shell, uint16_t rows, uint16_t cols);
/* How many bytes may be read from the pty now. */
size_t shell_appetite(const struct shell *shell);
void shell_read(struct shell *shell);
void shell_feed(struct shell *shell);
void shell_hang_up(struct shell *shell);
void shell_forget(struct shell *shell);
void shells_reap(void);
/* Ends those that were hung up and did not go; answers in how many milliseconds to look again, or -1. */
int shells_hurry(void);
struct shell *shell_at(int index);

/* What is run for a shell, and what a line must say first. */
void lines_serve(const struct program *served, const char *secret);
/* Lines have places from 0 to MAX_LINES; an empty one has no file. */
int line_fd(int at);
void line_take(int listener);
/* Whether there is something to write to it. */
int line_waits(int at);
/* Both answer 0 when the line is over; writing stops where the network takes no more. */
int line_read(int at);
int line_write(int at);
void line_close(int at);
/* The end of the output that a line may have by now. */
uint64_t line_limit(const struct line *line);

#endif
