#!/bin/sh
# install-optional.sh NAME PACKAGE... : installs a tool that the lab can live without.
# What could not be had is written to /etc/chapterhouse/missing, for checks and pages to read.
set -u
name=$1
shift
if apt-get update && apt-get install -y "$@"; then
  echo "$name" >> /etc/chapterhouse/optional
else
  echo "$name: could not be installed from today's packages" >> /etc/chapterhouse/missing
fi
apt-get clean
rm -rf /var/lib/apt/lists/*
