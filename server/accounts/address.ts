/** Set by our HTTP server from the socket; what a client claims is overwritten there. */
export const ADDRESS_HEADER = 'x-chapterhouse-address';

/** The browser's address, for limits on wrong codes. */
export const addressOf = (headers: Headers | undefined): string => headers?.get(ADDRESS_HEADER) ?? 'unknown';
