# Tells the page where a prompt is (OSC 133 A/B), when a command starts and ends (C/D with its exit code)
# and which one it was (OSC 633;E), and in which folder the shell is (OSC 633;P). Terminals that do not know these sequences show nothing of them.

__chapterhouse_escape() {
  local text=$1 code char
  text=${text//'\'/'\\'}
  text=${text//' '/'\x20'}
  text=${text//';'/'\x3b'}
  text=${text//$'\n'/'\x0a'}
  text=${text//$'\t'/'\x09'}
  if [[ $text == *[$'\x01'-$'\x1f'$'\x7f']* ]]; then
    for code in 01 02 03 04 05 06 07 08 0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f 7f; do
      printf -v char '%b' "\\x$code"
      text=${text//"$char"/'\x'$code}
    done
  fi
  printf '%s' "$text"
}

# A shell is there before the system that it belongs to. Whoever is that quick waits for it with the first command.
__chapterhouse_await_system() {
  local tries
  # Where nothing boots there is nothing to wait for.
  [[ -e /run/chapterhouse/booted || ! -d /run/chapterhouse ]] && return 0
  for ((tries = 0; tries < 600; tries++)); do
    ((tries == 15)) && printf '\e[2m%s\e[0m\n' 'Your system is still starting …' > /dev/tty
    sleep 0.1
    [[ -e /run/chapterhouse/booted ]] && return 0
    ((tries % 20 == 19)) && [[ $(systemctl is-system-running 2> /dev/null) == @(running|degraded) ]] && return 0
  done
}

# Docker rests in a sandbox where nobody types. Whoever asks about it finds it awake; any other command only wakes it,
# once: on a busy machine the askers would keep it from ever being awake.
__chapterhouse_wake_docker() {
  [[ -s /run/chapterhouse/docker-rests && -S /run/docker.sock ]] || return 0
  # Once only: what is stopped by hand afterwards stays stopped.
  : 2> /dev/null > /run/chapterhouse/docker-rests
  if [[ $1 == *docker* ]]; then
    timeout 20 docker version &> /dev/null
  else
    (timeout 20 flock --nonblock /run/chapterhouse/docker-rests docker version &> /dev/null &)
  fi
}

__chapterhouse_preexec() {
  local entry
  entry=$(HISTTIMEFORMAT='' builtin history 1)
  [[ $entry =~ ^[[:space:]]*[0-9]+[*[:space:]][[:space:]]?(.*)$ ]] && entry=${BASH_REMATCH[1]}
  __chapterhouse_await_system
  __chapterhouse_wake_docker "$entry"
  printf '\e]633;E;%s\a\e]133;C\a' "$(__chapterhouse_escape "$entry")"
}

__chapterhouse_precmd() {
  local status=$?
  if [[ $__chapterhouse_ran == 1 ]]; then
    printf '\e]133;D;%s\a' "$status"
    __chapterhouse_ran=0
  fi
  # Where it is: files dropped on the terminal land there.
  if [[ $PWD == *[!A-Za-z0-9/._-]* ]]; then
    printf '\e]633;P;Cwd=%s\a' "$(__chapterhouse_escape "$PWD")"
  else
    printf '\e]633;P;Cwd=%s\a' "$PWD"
  fi
  # A shell's own start files may have set the prompt after us.
  if [[ $PS1 != *'133;A'* ]]; then
    PS1='\[\e]133;A\a\]'$PS1'\[\e]133;B\a\]'
  fi
  return "$status"
}

__chapterhouse_install() {
  [[ $- == *i* && -n ${BASH_VERSION-} && -z ${__chapterhouse_ran-} ]] || return 0
  case ${TERM-} in
    '' | dumb | linux) return 0 ;;
  esac
  __chapterhouse_ran=0
  __chapterhouse_nothing=
  # The odd substring is how the running shell, not a copy of it, notes that a command ran.
  PS0='${__chapterhouse_nothing:$((__chapterhouse_ran = 1, 0)):0}$(__chapterhouse_preexec)'
  PROMPT_COMMAND=(__chapterhouse_precmd "${PROMPT_COMMAND[@]}")
}

__chapterhouse_install
