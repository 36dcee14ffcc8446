# Where the machine keeps its FUSE device to itself, Apptainer unpacks images instead of mounting them.
if [ ! -w /dev/fuse ]; then
  export APPTAINER_UNSQUASH=1
fi
