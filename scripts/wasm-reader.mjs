/** Reads what WebAssembly's binary format is made of, from the first section on. */
export class WasmReader {
  position = 8;
  /** @type {Buffer} */
  #bytes;

  /** @param {Buffer} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
  }

  byte() {
    const byte = this.#bytes[this.position++];
    if (byte === undefined) throw new Error("the WebAssembly is cut short");
    return byte;
  }

  /** An unsigned integer, seven bits a byte (LEB128). */
  number() {
    for (let value = 0, shift = 1; ; shift *= 128) {
      const byte = this.byte();
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  }

  text() {
    const length = this.number();
    this.position += length;
    return this.#bytes.toString("utf8", this.position - length, this.position);
  }
}
