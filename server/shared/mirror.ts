/** Bytes of an archive of images that an admin uploads, at most. */
export const LARGEST_ARCHIVE_BYTES = 4 * 1024 ** 3;
