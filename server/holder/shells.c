/* The shells and their ptys. */
#define _GNU_SOURCE
#include "hold.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#define READ_BYTES 4096
#define READS_A_TURN 16
#define SMALL_ROOM 256
#define HANG_UP_MS 500

static struct shell shells[MAX_SHELLS];

int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

unsigned char *buffer_reserve(struct buffer *buffer, size_t wanted) {
  if (buffer->start > 0 && buffer->start + buffer->length + wanted > buffer->room) {
    memmove(buffer->data, buffer->data + buffer->start, buffer->length);
    buffer->start = 0;
  }
  size_t needed = buffer->start + buffer->length + wanted;
  if (needed > buffer->room) {
    size_t room = buffer->room ? buffer->room : SMALL_ROOM;
    while (room < needed) room *= 2;
    unsigned char *data = realloc(buffer->data, room);
    if (data == NULL) return NULL;
    buffer->data = data;
    buffer->room = room;
  }
  return buffer->data + buffer->start + buffer->length;
}

int buffer_append(struct buffer *buffer, const unsigned char *bytes, size_t count) {
  unsigned char *place = buffer_reserve(buffer, count);
  if (place == NULL) return 0;
  memcpy(place, bytes, count);
  buffer->length += count;
  return 1;
}

void buffer_drop(struct buffer *buffer, size_t count) {
  buffer->start += count;
  buffer->length -= count;
  if (buffer->length > 0) return;
  buffer->start = 0;
  free(buffer->data);
  buffer->data = NULL;
  buffer->room = 0;
}

struct shell *shell_at(int index) {
  return index < MAX_SHELLS ? &shells[index] : NULL;
}

struct shell *shell_find(const char *name, size_t length) {
  for (int at = 0; at < MAX_SHELLS; at++) {
    struct shell *shell = &shells[at];
    if (shell->used && strlen(shell->name) == length && memcmp(shell->name, name, length) == 0) return shell;
  }
  return NULL;
}

/* In the child: from here on it is the program. */
static void become(const struct program *program) {
  /* Whoever began us in the background had Ctrl-C ignored, and a shell hands that on to all it runs. */
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execvp(program->argv[0], program->argv);
  static const char said[] = "the shell could not be started\r\n";
  if (write(STDERR_FILENO, said, sizeof said - 1) < 0) _exit(126);
  _exit(127);
}

struct shell *shell_begin(const char *name, size_t length, const unsigned char *id, uint16_t rows, uint16_t cols,
                          const struct program *program) {
  struct shell *shell = NULL;
  for (int at = 0; at < MAX_SHELLS && shell == NULL; at++) {
    if (!shells[at].used) shell = &shells[at];
  }
  if (shell == NULL) return NULL;
  struct winsize size = {.ws_row = rows, .ws_col = cols};
  int master, slave;
  if (openpty(&master, &slave, NULL, NULL, &size) < 0) return NULL;
  struct termios terminal;
  if (tcgetattr(slave, &terminal) == 0) {
    terminal.c_iflag |= IUTF8;
    tcsetattr(slave, TCSANOW, &terminal);
  }
  /* tty(1), screen and the like open it by its name, as the one who works in it. */
  if (program->has_owner && fchown(slave, program->uid, program->gid) < 0) {
    close(master);
    close(slave);
    return NULL;
  }
  pid_t pid = fork();
  if (pid < 0) {
    close(master);
    close(slave);
    return NULL;
  }
  if (pid == 0) {
    login_tty(slave);
    become(program);
  }
  close(slave);
  fcntl(master, F_SETFL, O_NONBLOCK);
  fcntl(master, F_SETFD, FD_CLOEXEC);
  memset(shell, 0, sizeof *shell);
  shell->used = 1;
  memcpy(shell->name, name, length);
  memcpy(shell->id, id, ID_BYTES);
  shell->pid = pid;
  shell->master = master;
  return shell;
}

void shell_resize(struct shell *shell, uint16_t rows, uint16_t cols) {
  struct winsize now, size = {.ws_row = rows, .ws_col = cols};
  if (shell->master < 0) return;
  if (ioctl(shell->master, TIOCGWINSZ, &now) == 0 && now.ws_row == rows && now.ws_col == cols) return;
  ioctl(shell->master, TIOCSWINSZ, &size);
}

size_t shell_appetite(const struct shell *shell) {
  if (shell->master < 0) return 0;
  uint64_t end = shell->kept + shell->output.length;
  uint64_t until = shell->kept + KEEP_BYTES;
  /* While somebody looks, nothing is read ahead: what stands in the pty is thrown away by Ctrl-C, what was read is not. */
  if (shell->line != NULL && line_limit(shell->line) < until) until = line_limit(shell->line);
  return end < until ? (size_t)(until - end) : 0;
}

static void shell_closed(struct shell *shell) {
  close(shell->master);
  shell->master = -1;
  buffer_drop(&shell->input, shell->input.length);
}

void shell_read(struct shell *shell) {
  for (int reads = 0; reads < READS_A_TURN; reads++) {
    size_t room = shell_appetite(shell);
    if (room == 0) return;
    unsigned char bytes[READ_BYTES];
    ssize_t count = read(shell->master, bytes, room < READ_BYTES ? room : READ_BYTES);
    if (count > 0) {
      /* Without memory nothing can be held any more, and nothing is pretended: the shells end. */
      if (!buffer_append(&shell->output, bytes, (size_t)count)) abort();
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    /* EIO: nobody has the terminal open any more. Somebody in the background may, after the shell itself has gone. */
    if (count == 0 || errno != EAGAIN || shell->has_ended) shell_closed(shell);
    return;
  }
}

void shell_feed(struct shell *shell) {
  while (shell->master >= 0 && shell->input.length > 0) {
    ssize_t count = write(shell->master, shell->input.data + shell->input.start, shell->input.length);
    if (count < 0 && errno == EINTR) continue;
    /* Nobody is there to read it. */
    if (count < 0 && errno != EAGAIN) buffer_drop(&shell->input, shell->input.length);
    if (count <= 0) return;
    buffer_drop(&shell->input, (size_t)count);
  }
}

void shell_hang_up(struct shell *shell) {
  if (shell->master >= 0) shell_closed(shell);
  if (shell->has_ended) return;
  kill(-shell->pid, SIGHUP);
  kill(-shell->pid, SIGCONT);
  shell->kill_at = now_ms() + HANG_UP_MS;
}

void shell_forget(struct shell *shell) {
  if (shell->master >= 0) close(shell->master);
  free(shell->output.data);
  free(shell->input.data);
  memset(shell, 0, sizeof *shell);
}

void shells_reap(void) {
  int status;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    for (int at = 0; at < MAX_SHELLS; at++) {
      struct shell *shell = &shells[at];
      if (!shell->used || shell->has_ended || shell->pid != pid) continue;
      shell->has_ended = 1;
      shell->status = status;
      shell->kill_at = 0;
    }
  }
}

int shells_hurry(void) {
  int64_t now = now_ms(), next = -1;
  for (int at = 0; at < MAX_SHELLS; at++) {
    struct shell *shell = &shells[at];
    if (!shell->used || shell->kill_at == 0) continue;
    if (shell->kill_at <= now) {
      kill(-shell->pid, SIGKILL);
      shell->kill_at = now + HANG_UP_MS;
    }
    int64_t left = shell->kill_at - now;
    if (next < 0 || left < next) next = left;
  }
  return (int)next;
}
