#!/bin/sh
# install-optional.sh NAME [PACKAGE...] : installs a tool that the lab can live without, and tries it. Where there is a
# script optional/NAME.sh it does what packages alone do not, throws out what no lesson needs, and fails where the tool
# does not work. What could not be had is written to /etc/chapterhouse/missing, for checks and pages to read.
set -u
name=$1
shift
more=/usr/local/lib/chapterhouse/optional/$name.sh
if apt-get update && { [ $# = 0 ] || apt-get install -y "$@"; } && { [ ! -e "$more" ] || sh "$more"; }; then
  echo "$name" >> /etc/chapterhouse/optional
else
  echo "$name: could not be installed from today's packages" >> /etc/chapterhouse/missing
fi
apt-get clean
rm -rf /var/lib/apt/lists/*
