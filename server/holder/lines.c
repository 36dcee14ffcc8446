/* The lines: what whoever looks at a shell says and hears. PROTOCOL.md has it in words. */
#define _GNU_SOURCE
#include "hold.h"
#include "numbers.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define HEAD_BYTES 5
#define FRAME_BYTES (32 * 1024)
#define LARGEST_FRAME (INPUT_BYTES + 64)
#define CONTROL_BYTES 4096
#define TAKEN_EVERY (INPUT_BYTES / 4)
#define HELLO_BYTES 30

struct line {
  int fd;
  uint64_t number;
  struct shell *shell;
  struct buffer in, control;
  unsigned char head[HEAD_BYTES];
  size_t head_left, frame_left;
  uint64_t sent, limit, told_taken;
  int told_exit;
};

static struct line *lines[MAX_LINES];
static const struct program *program;
static const char *token = "";
static uint64_t lines_begun;

uint64_t line_limit(const struct line *line) {
  return line->limit;
}

int line_fd(int at) {
  return lines[at] == NULL ? -1 : lines[at]->fd;
}

void line_close(int at) {
  struct line *line = lines[at];
  if (line->shell != NULL && line->shell->line == line) line->shell->line = NULL;
  close(line->fd);
  free(line->in.data);
  free(line->control.data);
  free(line);
  lines[at] = NULL;
}

/* 0 when the other side asks more than it hears. */
static int say(struct line *line, char type, const void *payload, size_t length) {
  if (line->control.length + HEAD_BYTES + length > CONTROL_BYTES) return 0;
  unsigned char *place = buffer_reserve(&line->control, HEAD_BYTES + length);
  if (place == NULL) return 0;
  place[0] = (unsigned char)type;
  write_number(place + 1, 4, length);
  if (length > 0) memcpy(place + HEAD_BYTES, payload, length);
  line->control.length += HEAD_BYTES + length;
  return 1;
}

static int say_number(struct line *line, char type, uint64_t number) {
  unsigned char payload[8];
  write_number(payload, 8, number);
  return say(line, type, payload, 8);
}

void lines_serve(const struct program *served, const char *secret) {
  program = served;
  token = secret;
}

static int is_name(const char *name, size_t length) {
  if (length == 0 || length > NAME_BYTES) return 0;
  for (size_t at = 0; at < length; at++) {
    char one = name[at];
    int fits = (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9') || one == '-';
    if (!fits) return 0;
  }
  return 1;
}

static int is_token(const unsigned char *said, size_t length) {
  unsigned char differs = length != strlen(token);
  for (size_t at = 0; at < length && !differs; at++) differs |= said[at] ^ (unsigned char)token[at];
  return !differs;
}

/* may-begin, rows, columns, credit, id, token's length; then the token and the shell's name. */
static int hear_hello(struct line *line, const unsigned char *said, size_t length) {
  if (line->shell != NULL || length < HELLO_BYTES) return 0;
  size_t token_length = said[HELLO_BYTES - 1];
  if (length < HELLO_BYTES + token_length || !is_token(said + HELLO_BYTES, token_length)) return 0;
  const char *name = (const char *)said + HELLO_BYTES + token_length;
  size_t name_length = length - HELLO_BYTES - token_length;
  if (!is_name(name, name_length)) return 0;
  uint16_t rows = (uint16_t)read_number(said + 1, 2), columns = (uint16_t)read_number(said + 3, 2);
  struct shell *shell = shell_find(name, name_length);
  if (shell == NULL && said[0]) shell = shell_begin(name, name_length, said + 13, rows, columns, program);
  if (shell == NULL) return say(line, 'N', NULL, 0);
  for (int at = 0; at < MAX_LINES; at++) {
    if (lines[at] != NULL && lines[at] != line && lines[at]->shell == shell) line_close(at);
  }
  shell_resize(shell, rows, columns);
  shell->line = line;
  line->shell = shell;
  line->sent = shell->kept;
  line->limit = shell->kept + read_number(said + 5, 8);
  line->told_taken = shell->received - shell->input.length;
  unsigned char welcome[ID_BYTES + 16];
  memcpy(welcome, shell->id, ID_BYTES);
  write_number(welcome + ID_BYTES, 8, shell->kept);
  write_number(welcome + ID_BYTES + 8, 8, shell->received);
  return say(line, 'W', welcome, sizeof welcome);
}

static int hear_input(struct line *line, const unsigned char *said, size_t length) {
  struct shell *shell = line->shell;
  if (length < 8) return 0;
  uint64_t offset = read_number(said, 8), count = length - 8;
  if (offset > shell->received) return 0;
  uint64_t known = shell->received - offset;
  if (known >= count) return 1;
  count -= known;
  if (shell->input.length + count > INPUT_BYTES) return 0;
  shell->received += count;
  if (shell->master < 0) return 1;
  if (!buffer_append(&shell->input, said + 8 + known, count)) return 0;
  shell_feed(shell);
  return 1;
}

static int hear_taken(struct line *line, const unsigned char *said, size_t length) {
  struct shell *shell = line->shell;
  if (length != 16) return 0;
  uint64_t kept = read_number(said, 8), limit = read_number(said + 8, 8);
  if (kept > line->sent) return 0;
  if (kept > shell->kept) {
    buffer_drop(&shell->output, kept - shell->kept);
    shell->kept = kept;
  }
  if (limit > line->limit) line->limit = limit;
  return 1;
}

/* 0 when the line breaks the rules and is to be closed. */
static int hear(struct line *line, char type, const unsigned char *said, size_t length) {
  if (type == 'H') return hear_hello(line, said, length);
  if (line->shell == NULL) return 0;
  switch (type) {
    case 'I':
      return hear_input(line, said, length);
    case 'A':
      return hear_taken(line, said, length);
    case 'R':
      if (length != 4) return 0;
      shell_resize(line->shell, (uint16_t)read_number(said, 2), (uint16_t)read_number(said + 2, 2));
      return 1;
    case 'P':
      return say(line, 'P', NULL, 0);
    case 'K':
      shell_hang_up(line->shell);
      return 1;
    case 'F':
      if (line->told_exit) shell_forget(line->shell);
      return 0;
    default:
      return 0;
  }
}

int line_read(int at) {
  struct line *line = lines[at];
  unsigned char bytes[FRAME_BYTES];
  ssize_t count = read(line->fd, bytes, FRAME_BYTES);
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  if (count == 0 || !buffer_append(&line->in, bytes, (size_t)count)) return 0;
  while (line->in.length >= HEAD_BYTES) {
    const unsigned char *frame = line->in.data + line->in.start;
    size_t length = read_number(frame + 1, 4);
    if (length > LARGEST_FRAME) return 0;
    if (line->in.length < HEAD_BYTES + length) return 1;
    if (!hear(line, (char)frame[0], frame + HEAD_BYTES, length)) return 0;
    buffer_drop(&line->in, HEAD_BYTES + length);
  }
  return 1;
}

static int output_waits(const struct line *line) {
  const struct shell *shell = line->shell;
  return shell != NULL && line->sent < shell->kept + shell->output.length && line->sent < line->limit;
}

static void begin_frame(struct line *line) {
  uint64_t end = line->shell->kept + line->shell->output.length;
  if (end > line->limit) end = line->limit;
  line->frame_left = end - line->sent < FRAME_BYTES ? (size_t)(end - line->sent) : FRAME_BYTES;
  line->head[0] = 'O';
  write_number(line->head + 1, 4, line->frame_left);
  line->head_left = HEAD_BYTES;
}

static ssize_t send_frame(struct line *line) {
  struct shell *shell = line->shell;
  unsigned char *output = shell->output.data + shell->output.start + (line->sent - shell->kept);
  struct iovec parts[2] = {
    {.iov_base = line->head + HEAD_BYTES - line->head_left, .iov_len = line->head_left},
    {.iov_base = output, .iov_len = line->frame_left},
  };
  ssize_t count = writev(line->fd, parts, 2);
  if (count <= 0) return count;
  size_t of_head = (size_t)count < line->head_left ? (size_t)count : line->head_left;
  size_t of_frame = (size_t)count - of_head;
  line->head_left -= of_head;
  line->frame_left -= of_frame;
  line->sent += of_frame;
  return count;
}

/* What else there is to say once all output has gone. */
static int next_words(struct line *line) {
  struct shell *shell = line->shell;
  if (shell == NULL) return 1;
  uint64_t taken = shell->received - shell->input.length;
  if (taken >= line->told_taken + TAKEN_EVERY) {
    line->told_taken = taken;
    return say_number(line, 'T', taken);
  }
  int is_over = shell->has_ended && shell->master < 0 && line->sent == shell->kept + shell->output.length;
  if (!is_over || line->told_exit) return 1;
  line->told_exit = 1;
  unsigned char end[2] = {0, 0};
  if (WIFEXITED(shell->status)) end[0] = (unsigned char)WEXITSTATUS(shell->status);
  if (WIFSIGNALED(shell->status)) end[1] = (unsigned char)WTERMSIG(shell->status);
  return say(line, 'X', end, 2);
}

int line_write(int at) {
  struct line *line = lines[at];
  for (;;) {
    ssize_t count;
    if (line->head_left + line->frame_left > 0) {
      count = send_frame(line);
    } else if (line->control.length > 0 || (next_words(line) && line->control.length > 0)) {
      count = write(line->fd, line->control.data + line->control.start, line->control.length);
      if (count > 0) buffer_drop(&line->control, (size_t)count);
    } else if (output_waits(line)) {
      begin_frame(line);
      continue;
    } else {
      return 1;
    }
    if (count < 0 && errno != EINTR) return errno == EAGAIN;
    if (count == 0) return 0;
  }
}

int line_waits(int at) {
  const struct line *line = lines[at];
  return line->head_left + line->frame_left + line->control.length > 0 || output_waits(line);
}

void line_take(int listener) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  int place = -1, oldest = -1;
  for (int at = 0; at < MAX_LINES && place < 0; at++) {
    if (lines[at] == NULL) place = at;
    else if (lines[at]->shell == NULL && (oldest < 0 || lines[at]->number < lines[oldest]->number)) oldest = at;
  }
  if (place < 0 && oldest >= 0) {
    line_close(oldest);
    place = oldest;
  }
  struct line *line = place < 0 ? NULL : calloc(1, sizeof *line);
  if (line == NULL) {
    close(fd);
    return;
  }
  line->fd = fd;
  line->number = lines_begun++;
  lines[place] = line;
}
