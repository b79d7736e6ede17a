/**
 * The header of a safetensors file: JSON of one narrow form, read by a parser that knows no other. Unlike `JSON.parse` it sees
 * a key that comes twice, does not recurse, and makes no objects whose keys could mean something to JavaScript.
 */

/** A tensor as the header describes it. */
export interface Description {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** From the first byte of the data to behind the last. */
  readonly offsets: readonly [begin: number, end: number];
}

/** A header. */
export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order of the header. */
  readonly tensors: ReadonlyMap<string, Description>;
}

/** Reads a header. @throws {Error} that says what is wrong and at which letter */
export function parseHeader(text: string): Header {
  const reader = new Reader(text);
  let metadata: ReadonlyMap<string, string> | undefined;
  const tensors = new Map<string, Description>();
  reader.object((name) => {
    if (name === "__metadata__") {
      if (metadata) throw reader.error("__metadata__ comes twice");
      metadata = strings(reader);
    } else {
      if (tensors.has(name)) throw reader.error(`the tensor ${JSON.stringify(name)} comes twice`);
      tensors.set(name, description(reader));
    }
  });
  reader.end();
  return { metadata: metadata ?? new Map(), tensors };
}

function strings(reader: Reader): Map<string, string> {
  const found = new Map<string, string>();
  reader.object((key) => {
    if (found.has(key)) throw reader.error(`the key ${JSON.stringify(key)} comes twice`);
    found.set(key, reader.string());
  });
  return found;
}

function description(reader: Reader): Description {
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  reader.object((key) => {
    if (key === "dtype" && dtype === undefined) dtype = reader.string();
    else if (key === "shape" && !shape) shape = reader.integers();
    else if (key === "data_offsets" && !offsets) offsets = reader.integers();
    else throw reader.error(`unknown or repeated key ${JSON.stringify(key)}`);
  });
  if (dtype === undefined || !shape || offsets?.length !== 2)
    throw reader.error("a tensor needs dtype, shape and two data_offsets");
  return { dtype, shape, offsets: offsets as [number, number] };
}

/** Goes through a text from left to right. */
class Reader {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  error(problem: string): Error {
    return new Error(`${problem}, at letter ${this.#at} of the header`);
  }

  /** `{ "key": …, … }`: `value` is called behind each colon and reads on from there. */
  object(value: (key: string) => void): void {
    this.#expect("{");
    if (this.#skip("}")) return;
    do {
      const key = this.string();
      this.#expect(":");
      value(key);
    } while (this.#skip(","));
    this.#expect("}");
  }

  /** `[1, 2, …]` */
  integers(): number[] {
    const found: number[] = [];
    this.#expect("[");
    if (this.#skip("]")) return found;
    do found.push(this.#integer());
    while (this.#skip(","));
    this.#expect("]");
    return found;
  }

  string(): string {
    this.#space();
    const start = this.#at;
    if (this.#text[start] !== '"') throw this.error("expected a string");
    for (this.#at++; this.#text[this.#at] !== '"'; this.#at++) {
      if (this.#at >= this.#text.length) throw this.error("a string does not end");
      if (this.#text[this.#at] === "\\") this.#at++;
    }
    this.#at++;
    try {
      return JSON.parse(this.#text.slice(start, this.#at)) as string;
    } catch {
      throw this.error("not a string of JSON");
    }
  }

  /** Nothing but white space may follow. */
  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw this.error("something follows the header");
  }

  #integer(): number {
    this.#space();
    const digits = /(?:0|[1-9]\d{0,15})(?![\d.eE])/y;
    digits.lastIndex = this.#at;
    const found = digits.exec(this.#text)?.[0];
    if (found === undefined || !Number.isSafeInteger(Number(found)))
      throw this.error("expected an integer from 0 to 2^53 - 1");
    this.#at += found.length;
    return Number(found);
  }

  #skip(letter: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== letter) return false;
    this.#at++;
    return true;
  }

  #expect(letter: string): void {
    if (!this.#skip(letter)) throw this.error(`expected ${letter}`);
  }

  #space(): void {
    while (" \t\n\r".includes(this.#text[this.#at] ?? ".")) this.#at++;
  }
}
