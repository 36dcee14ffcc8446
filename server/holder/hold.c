/*
 * Holds shells beside whoever looks at them: they outlive every connection, and what they print is kept until somebody
 * has taken it. PROTOCOL.md tells what goes over a line.
 *
 *   hold (--port N | --socket PATH) [--owner UID:GID] [--ready] -- PROGRAM [ARGUMENT ...]
 *
 * CHAPTERHOUSE_SHELL_TOKEN is what a line must say first; a port is not opened without one.
 */
#define _GNU_SOURCE
#include "hold.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static volatile sig_atomic_t has_child_ended;

static void child_ended(int signal) {
  (void)signal;
  has_child_ended = 1;
}

static void serve(int listener, const sigset_t *awake) {
  struct pollfd polled[1 + MAX_LINES + MAX_SHELLS];
  for (;;) {
    polled[0] = (struct pollfd){.fd = listener, .events = POLLIN};
    for (int at = 0; at < MAX_LINES; at++) {
      int fd = line_fd(at);
      short events = fd < 0 ? 0 : POLLIN | (line_waits(at) ? POLLOUT : 0);
      polled[1 + at] = (struct pollfd){.fd = fd, .events = events};
    }
    for (int at = 0; at < MAX_SHELLS; at++) {
      struct shell *shell = shell_at(at);
      short events = 0;
      if (shell->used && shell->master >= 0) {
        events = (shell_appetite(shell) > 0 ? POLLIN : 0) | (shell->input.length > 0 ? POLLOUT : 0);
      }
      /* A pty that nobody holds open any more would wake us for ever while it may not be read. */
      polled[1 + MAX_LINES + at] = (struct pollfd){.fd = events ? shell->master : -1, .events = events};
    }
    int wait_ms = shells_hurry();
    struct timespec wait = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000L};
    if (ppoll(polled, 1 + MAX_LINES + MAX_SHELLS, wait_ms < 0 ? NULL : &wait, awake) < 0 && errno != EINTR) return;
    if (has_child_ended) {
      has_child_ended = 0;
      shells_reap();
    }
    for (int at = 0; at < MAX_SHELLS; at++) {
      struct shell *shell = shell_at(at);
      if (!shell->used || shell->master < 0) continue;
      if (polled[1 + MAX_LINES + at].revents & POLLOUT) shell_feed(shell);
      if (polled[1 + MAX_LINES + at].revents & (POLLIN | POLLHUP | POLLERR) || shell->has_ended) shell_read(shell);
    }
    for (int at = 0; at < MAX_LINES; at++) {
      if (line_fd(at) < 0) continue;
      int is_heard = polled[1 + at].revents & (POLLIN | POLLHUP | POLLERR);
      if (is_heard && !line_read(at)) {
        line_close(at);
      } else if (!line_write(at)) {
        /* Who went away may have said something last. */
        line_read(at);
        line_close(at);
      }
    }
    if (polled[0].revents & POLLIN) line_take(listener);
  }
}

static int listen_on_port(uint16_t port) {
  struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_ANY_INIT};
  struct sockaddr_in any4 = {.sin_family = AF_INET, .sin_port = htons(port)};
  int on = 1, off = 0;
  int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd >= 0) {
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&any, sizeof any) == 0) return fd;
    if (errno == EADDRINUSE) return -1;
    close(fd);
  }
  fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  return bind(fd, (struct sockaddr *)&any4, sizeof any4) == 0 ? fd : -1;
}

static int listen_on_path(const char *path) {
  struct sockaddr_un place = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof place.sun_path) return -1;
  strcpy(place.sun_path, path);
  unlink(path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  umask(0177);
  int is_bound = fd >= 0 && bind(fd, (struct sockaddr *)&place, sizeof place) == 0;
  umask(022);
  return is_bound ? fd : -1;
}

static int complain(const char *what) {
  fprintf(stderr, "hold: %s\n", what);
  return 2;
}

int main(int count, char **words) {
  int port = 0, is_ready_wanted = 0, at = 1;
  const char *path = NULL, *token = "";
  struct program program = {0};
  for (; at < count && strcmp(words[at], "--") != 0; at++) {
    if (strcmp(words[at], "--ready") == 0) is_ready_wanted = 1;
    else if (at + 1 >= count) return complain("a word is missing");
    else if (strcmp(words[at], "--port") == 0) port = atoi(words[++at]);
    else if (strcmp(words[at], "--socket") == 0) path = words[++at];
    else if (strcmp(words[at], "--owner") == 0)
      program.has_owner = sscanf(words[++at], "%u:%u", &program.uid, &program.gid) == 2;
    else return complain("unknown option");
  }
  if (at + 1 >= count) return complain("no program to run");
  program.argv = words + at + 1;
  const char *given = getenv("CHAPTERHOUSE_SHELL_TOKEN");
  if (given != NULL && strlen(given) <= 128) token = strdup(given);
  unsetenv("CHAPTERHOUSE_SHELL_TOKEN");
  if (path == NULL && token[0] == '\0') return complain("a port needs a token");
  int listener = path == NULL ? listen_on_port((uint16_t)port) : listen_on_path(path);
  if (listener < 0 || listen(listener, 128) < 0) return complain(strerror(errno));
  if (is_ready_wanted && write(STDOUT_FILENO, "ready\n", 6) < 0) return 1;
  setsid();
  signal(SIGPIPE, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  sigset_t child, awake;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, &awake);
  struct sigaction heard = {.sa_handler = child_ended};
  sigaction(SIGCHLD, &heard, NULL);
  lines_serve(&program, token);
  serve(listener, &awake);
  return 1;
}
