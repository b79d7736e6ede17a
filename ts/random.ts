/**
 * The generator of every random number in the package: xoshiro128** (Blackman & Vigna), seeded by splitmix32. The core has the
 * same; a seed gives the same numbers here, there and on every host. It uses none of the host's `Math` but `imul` and `floor`.
 */
import { mismatch, show, unexpected } from "./errors.js";
import { integer } from "./options.js";

/** How many words there are: 2^32, as a literal, because a host's power is as little to be relied on as its cosine. */
const words = 0x100000000;

/** Where a generator stands: four unsigned 32-bit words, not all zero. */
export type RandomState = readonly [number, number, number, number];

/** A stream of random numbers. {@link random} makes one. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** A generator that goes on from `state`. @throws {NTMError} `option` where it is none */
  constructor(state: RandomState) {
    [this.#a, this.#b, this.#c, this.#d] = checked(state);
  }

  /** The next 32 bits, as an integer from 0 to 2^32 - 1. */
  next(): number {
    const b = this.#b;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    this.#c ^= this.#a;
    this.#d ^= b;
    this.#b = b ^ this.#c;
    this.#a ^= this.#d;
    this.#c ^= b << 9;
    this.#d = rotate(this.#d, 11);
    return result;
  }

  /** A fair coin: 0 or 1. */
  bit(): 0 | 1 {
    return (this.next() >>> 31) as 0 | 1;
  }

  /** A multiple of 2^-24 in [0, 1), all equally likely. */
  uniform(): number {
    return (this.next() >>> 8) / 0x1000000;
  }

  /**
   * An integer from `min` to `max`, both included, all equally likely.
   *
   * @throws {NTMError} `option` unless both are safe integers, `min` ≤ `max` and there are at most 2^32 of them.
   */
  integer(min: number, max: number): number {
    const span = [min, max].every(Number.isSafeInteger) ? max - min + 1 : 0;
    if (!(span >= 1 && span <= words))
      throw mismatch("option", "random.integer", "integers min ≤ max", `${show(min)} and ${show(max)}`);
    // The last, incomplete round of `span` numbers below 2^32 would favour the lesser ones: it is drawn again.
    const limit = words - (words % span);
    let drawn = this.next();
    while (drawn >= limit) drawn = this.next();
    return min + (drawn % span);
  }

  /** Where the generator stands, to go on from later. */
  state(): RandomState {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#d >>> 0];
  }

  /** Goes on from `state`. @throws {NTMError} `option` where it is none */
  restore(state: RandomState): void {
    [this.#a, this.#b, this.#c, this.#d] = checked(state);
  }
}

/**
 * The generator of a seed. Streams of one seed are independent of each other: a machine's stream 0 draws its parameters,
 * stream 1 its training data.
 *
 * @param seed an integer from 0 to 2^32 - 1
 * @param stream the same
 * @throws {NTMError} `option`
 */
export function random(seed: number, stream = 0): Random {
  const draw = splitmix32(integer()(seed, "seed"));
  const word = splitmix32((draw() + Math.imul(integer()(stream, "stream"), 0x85ebca6b)) >>> 0);
  const [a, b, c, d] = [word(), word(), word(), word()];
  return new Random([(a | b | c | d) === 0 ? 1 : a, b, c, d]);
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function checked(state: unknown): RandomState {
  const word = integer();
  if (!Array.isArray(state) || state.length !== 4) throw unexpected("random.state", "four 32-bit words", state);
  for (const [index, each] of state.entries()) word(each, `random.state[${index}]`);
  if (state.every((each) => each === 0)) throw unexpected("random.state", "words that are not all zero", state);
  return state as unknown as RandomState;
}
