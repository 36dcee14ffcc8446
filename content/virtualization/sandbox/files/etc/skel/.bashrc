case $- in
  *i*) ;;
  *) return ;;
esac

HISTCONTROL=ignoredups
HISTSIZE=5000
shopt -s histappend checkwinsize

if [ "$(id -u)" = 0 ]; then
  PS1='\[\e[31m\]\u@\h\[\e[0m\]:\[\e[34m\]\w\[\e[0m\]# '
else
  PS1='\[\e[32m\]\u@\h\[\e[0m\]:\[\e[34m\]\w\[\e[0m\]$ '
fi

alias ls='ls --color=auto'
alias ll='ls -l'
alias grep='grep --color=auto'

if [ -r /usr/share/bash-completion/bash_completion ]; then
  . /usr/share/bash-completion/bash_completion
fi
