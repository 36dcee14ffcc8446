# Helpers for checks. A check runs as root of the sandbox, outside the student's shell, and ends with pass or fail.
# It looks at effects; what the student typed (CH_COMMANDS_FILE) is evidence only where there is no effect.

# t 'English' 'français': the words in the student's language.
t() { if [ "${CH_LANG:-en}" = fr ] && [ -n "${2:-}" ]; then printf '%s' "$2"; else printf '%s' "$1"; fi; }

# Without a process: a check says a dozen such lines while a student waits.
one_line() {
  local - words
  set -f
  # shellcheck disable=SC2206
  words=($1)
  words="${words[*]}"
  printf '%s' "${words:0:240}"
}

# pass 'message'
pass() {
  printf 'message: %s\n' "$(one_line "$1")"
  exit 0
}

# fail ['--hint' key] 'message' 'what was seen' 'what was wanted': the key names a hint of the step for what was seen.
fail() {
  if [ "$1" = --hint ]; then
    printf 'hint: %s\n' "$2"
    shift 2
  fi
  printf 'message: %s\nseen: %s\nwanted: %s\n' "$(one_line "$1")" "$(one_line "${2:-}")" "$(one_line "${3:-}")"
  exit 1
}

# part ['--hint' key] 'what it is' 'what was seen' 'what was wanted' command...: a part of the step, done when the command
# succeeds. For `not`, write [ ... ] or a function: `! command` is no command.
part() {
  local hint= name seen wanted
  if [ "$1" = --hint ]; then
    hint=$2
    shift 2
  fi
  name=$(one_line "$1")
  seen=$(one_line "$2")
  wanted=$(one_line "$3")
  shift 3
  if "$@" > /dev/null 2>&1; then
    ch_parts+="part: done $name"$'\n'
    return
  fi
  ch_parts+="part: open $name"$'\n'"part_seen: $seen"$'\n'"part_wanted: $wanted"$'\n'
  [ -z "$ch_open" ] || return 0
  ch_open="seen: ${seen:--}"$'\n'"wanted: ${wanted:-$name}"$'\n'
  [ -z "$hint" ] || ch_open="hint: $hint"$'\n'"$ch_open"
}
ch_parts='' ch_open=''

# all_parts 'message when each part is done' 'message when some are not': ends the check.
all_parts() {
  [ -n "$ch_parts" ] || return 0
  if [ -z "$ch_open" ]; then
    printf 'message: %s\n%s' "$(one_line "$1")" "$ch_parts"
    exit 0
  fi
  printf 'message: %s\n%s%s' "$(one_line "$2")" "$ch_open" "$ch_parts"
  exit 1
}

# commands_run: one line for each command that the shells reported since the step began, as `<exit code> <command>`, oldest first.
commands_run() {
  [ -r "${CH_COMMANDS_FILE:-}" ] || return 0
  sed -nE 's/^.*"command": ?"(([^"\\]|\\.)*)".*"exitCode": ?(null|-?[0-9]+).*$/\3 \1/p' "$CH_COMMANDS_FILE" |
    sed -E 's/\\n/;/g; s/\\t/ /g; s/\\(["\\/])/\1/g'
}

# The step began at $CH_SINCE, in Unix seconds with a fraction: when the step before it was passed, or done by the course
# on the way back to the start of this one; 1 when there was none. What happened before it is not this step's work.

# since_step 'Unix seconds': true for a time after the step began.
since_step() { awk -v t="$1" -v since="${CH_SINCE:-1}" 'BEGIN { exit !(t + 0 > since + 0) }'; }

# changed_since_step PATH: true for a file or folder that was written, moved there or given other rights since.
changed_since_step() { [ -n "$(find "$1" -maxdepth 0 -newerct "@${CH_SINCE:-1}" 2> /dev/null)" ]; }

# command_was_run 'extended regex' ['exit code']: among the commands since the step began; the whole command is looked through, whatever
# stands before or after it.
command_was_run() { commands_run | grep -qE "^${2:-[^ ]+} (.*[;&|( ])?($1)"; }

# last_command 'extended regex': the newest command that matches, for `seen`.
last_command() { commands_run | sed -E 's/^[^ ]+ //' | grep -E -- "${1:-.}" | tail -n 1; }

# Docker -------------------------------------------------------------------------------------------------------------

need_docker() {
  systemctl is-active --quiet docker 2> /dev/null && return
  fail "$(t 'Docker is not running in this sandbox.' "Docker ne tourne pas dans ce bac à sable.")" \
    "docker.service: $(systemctl is-active docker 2> /dev/null)" \
    "$(t 'docker.service: active. If you are an administrator: sudo systemctl start docker' \
      "docker.service : active. Si vous êtes administrateur : sudo systemctl start docker")"
}

# `docker.io/library/alpine:latest`, `alpine:latest` and `alpine` are one image: the field is given its short name.
short_image_in_field() {
  awk -F'|' -v OFS='|' -v field="$1" '{
    sub(/^(index\.)?docker\.io\//, "", $field); sub(/^library\//, "", $field); sub(/:latest$/, "", $field); print
  }'
}

# containers: one line each, newest first: id|name|image|state|exit code|tty|published ports as `host>container/tcp `
containers() {
  local ids
  ids=$(docker ps -aq --no-trunc) || return
  [ -z "$ids" ] && return
  # shellcheck disable=SC2086
  docker inspect --type container --format '{{.Id}}|{{slice .Name 1}}|{{.Config.Image}}|{{.State.Status}}|{{.State.ExitCode}}|{{.Config.Tty}}|{{range $p, $bs := .HostConfig.PortBindings}}{{range $bs}}{{.HostPort}}>{{$p}} {{end}}{{end}}' $ids 2> /dev/null |
    short_image_in_field 3
}

# docker_events ["$CH_SINCE"]: what the daemon remembers, or what happened since then, oldest first: type|action|id|image|name
docker_events() {
  docker events --since "${1:-1}" --until "$(date +%s.%N)" \
    --format '{{.Type}}|{{.Action}}|{{.Actor.ID}}|{{index .Actor.Attributes "image"}}|{{index .Actor.Attributes "name"}}' |
    short_image_in_field 4
}

# has_image NAME
has_image() { docker image inspect --format x "$1" > /dev/null 2>&1; }

# list_of 'lines': for `seen`: commas between, `nothing` when empty.
list_of() {
  local joined
  joined=$(printf '%s' "$1" | grep -v '^$' | paste -sd, - | sed 's/,/, /g')
  printf '%s' "${joined:-$(t nothing rien)}"
}

# Machines -----------------------------------------------------------------------------------------------------------

student_home() { getent passwd "${CH_STUDENT:-student}" | cut -d: -f6; }

# vm_file: the settings of the machine Ubuntu20.04 where it is registered. Reading files takes no second, as asking
# VBoxManage does.
vm_file() {
  sed -n 's/.*<MachineEntry .*src="\([^"]*\)".*/\1/p' "$(student_home)/.config/VirtualBox/VirtualBox.xml" 2> /dev/null |
    while IFS= read -r file; do
      if grep -qs '<Machine .*name="Ubuntu20.04"' "$file"; then printf '%s\n' "$file"; fi
    done | head -n 1
}

# vm_part NAME: the opening tags of that name in the settings, a line each.
vm_part() { grep -oE "<$1( [^>]*)?>" "$(vm_file)" 2> /dev/null; }

# attribute NAME: of the first tag that is read.
attribute() { sed -n "s/.*[ ]$1=\"\([^\"]*\)\".*/\1/p" | head -n 1; }

need_vm() {
  [ -n "$(vm_file)" ] && return
  fail "$(t 'There is no machine Ubuntu20.04 yet: create it first.' "Il n'y a pas encore de machine Ubuntu20.04 : créez-la d'abord.")" \
    "$(t 'no registered machine of that name' "aucune machine enregistrée de ce nom")" \
    'VBoxManage createvm --name Ubuntu20.04 --register'
}

# Namespaces ---------------------------------------------------------------------------------------------------------

# need_own_view KIND FILE WANTED: the file must name a namespace of that kind which is not the one of the whole sandbox.
need_own_view() {
  local file number
  file=$(student_home)/$2
  number=$(grep -aoE "^$1:\[[0-9]+\]$" "$file" 2> /dev/null | tail -n 1)
  if [ -z "$number" ]; then
    fail "$(t "There is no number of a namespace in $2 yet." "Il n'y a pas encore de numéro d'espace de noms dans $2.")" \
      "$(list_of "$(head -n 3 "$file" 2> /dev/null)")" "$3"
  elif [ "$number" = "$(readlink "/proc/self/ns/$1")" ]; then
    fail "$(t "That is the same view as outside: it was written in no new namespace." \
      "C'est la même vue que dehors : cela n'a été écrit dans aucun nouvel espace de noms.")" "$number" "$3"
  fi
}
