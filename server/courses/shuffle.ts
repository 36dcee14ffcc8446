import { createHmac } from 'node:crypto';

/** A whole number from 0 to below `below`, the same each time for the same seed and name, and not to be guessed without the seed. */
export function seededNumber(seed: string, name: string, below: number): number {
  // 48 bits: exact as a number, and the bias for any list of ours is below one in a billion.
  return createHmac('sha256', seed).update(name).digest().readUIntBE(0, 6) % below;
}

/**
 * The places 0 … count-1 in an order that the seed decides. Never in their own order when there are two or more: what
 * is shown at first is not the answer.
 */
export function shuffled(count: number, seed: string, name: string): number[] {
  const places = Array.from({ length: count }, (_, place) => place);
  for (let last = count - 1; last > 0; last--) {
    const other = seededNumber(seed, `${name}:${last}`, last + 1);
    const [moved] = places.splice(other, 1);
    if (moved !== undefined) places.splice(last, 0, moved);
  }
  if (places.some((place, index) => place !== index)) return places;
  return [...places.slice(1), ...places.slice(0, 1)];
}
