# Apptainer makes networks of its own for root only, which no lesson does: those plugins are half of what it brings.
set -eu
rm -rf /usr/lib/cni /etc/apptainer/network /etc/cni
apptainer --version
