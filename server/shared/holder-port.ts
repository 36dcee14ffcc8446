/** Where the holder of a container's shells listens (server/holder/hold-shells.sh): above what programs get by chance. */
export const HOLDER_PORT = 61_616;
