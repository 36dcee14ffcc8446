/** How a class code is written on the board: letters and digits apart, `KITE-42`. */
export function formatCode(code: string): string {
  if (code.includes('-')) return code.toUpperCase();
  const plain = plainCode(code);
  const split = /^([A-Z]{2,})([0-9]+)$/.exec(plain);
  return split ? `${split[1]}-${split[2]}` : plain;
}

/** A code as it is compared: case, spaces and dashes do not matter. */
export function plainCode(typed: string): string {
  return typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
}
