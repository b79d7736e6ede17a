/** Arrays with a shape: what goes into a machine and what comes out of it. Plain data, never a view of wasm memory. */
import { mismatch, NTMError, show, tag, unexpected, wrongShape } from "./errors.js";

/** A row-major float32 array: entry `[i, j, …]` of shape `[I, J, …]` is `data[(i * J + j) * … ]`. */
export interface Tensor<Shape extends number[] = number[]> {
  /** The entries in row-major order, as many as the product of `shape`; the array and its buffer are the receiver's own. */
  data: Float32Array<ArrayBuffer>;
  /** The size of each dimension, the outermost first. */
  shape: Shape;
}

/** Arrays within arrays, all of one length at each depth, with numbers at the bottom; the innermost may be typed arrays. */
export type Nested = readonly (number | Nested | Float32Array | Float64Array)[];

/** What is accepted where an array goes in: a {@link Tensor}, the same with a plain array as data, or nested arrays. */
export type TensorLike =
  | {
      /** The entries in row-major order; rounded to float32. */
      readonly data: Float32Array | Float64Array | readonly number[];
      /** The size of each dimension, the outermost first. */
      readonly shape: readonly number[];
    }
  | Nested;

/**
 * A {@link Tensor} of nested arrays, `tensor([[1, 2], [3, 4]])`, or of a flat array and a shape,
 * `tensor([1, 2, 3, 4], [2, 2])`. The data is copied and rounded to float32.
 *
 * @throws {NTMError} `shape` where lengths disagree, `option` where an entry is not a number.
 */
export function tensor(values: Nested | Float32Array | Float64Array, shape?: readonly number[]): Tensor {
  const given = shape === undefined && !ArrayBuffer.isView(values) ? values : { data: values, shape };
  const { data, shape: resolved } = asTensor(given, "tensor");
  return { data: data.slice(), shape: resolved };
}

/** A tensor from outside, checked: its numbers are the caller's. @internal */
export interface Given {
  readonly data: Float32Array;
  readonly shape: number[];
}

/**
 * What was given, as a tensor; `of` says which, for a message. `data` is the given array itself where that already is a `Float32Array`: it is read, never kept.
 *
 * @internal
 */
export function asTensor(value: unknown, where: string, of = ""): Given {
  if (Array.isArray(value)) return flatten(value, where);
  if (typeof value !== "object" || value === null || !("data" in value) || !("shape" in value))
    throw unexpected(where, `a tensor { data, shape } or nested arrays${of}`, value);
  const shape = asShape(value.shape, `${where}.shape`);
  const { data } = value;
  if (!isRow(data)) throw unexpected(`${where}.data`, "a Float32Array, a Float64Array or an array", data);
  const length = elements(shape);
  if (data.length !== length)
    throw new NTMError(
      "shape",
      `${where}: shape [${shape.join(", ")}] needs ${length} numbers, but data has ${data.length}`,
      { where, expected: `${length} numbers`, received: `${data.length} numbers` },
    );
  return { data: asFloat32(data, length, `${where}.data`), shape };
}

/**
 * The data of what was given, when its shape is the expected one. `sizes` names what is expected: a number is exactly
 * that, a string is any size of at least 1, by that name.
 *
 * @returns the data and the sizes found, in order.
 * @throws {NTMError} `shape`, naming `where`.
 *
 * @internal
 */
export function shaped(value: unknown, where: string, sizes: readonly (number | string)[]): Given {
  const expected = `[${sizes.join(", ")}]`;
  const given = asTensor(value, where, ` of shape ${expected}`);
  const fits =
    given.shape.length === sizes.length &&
    given.shape.every((size, axis) => (typeof sizes[axis] === "number" ? size === sizes[axis] : size > 0));
  if (!fits) throw wrongShape(where, expected, given.shape);
  return given;
}

/**
 * The arrays of one call have fewer numbers than this together: 2 GiB is more than Rust allocates at once (`isize::MAX` bytes), and
 * half of what wasm can address. The other half is for what comes of them.
 *
 * @internal
 */
export const tooManyNumbers = 2 ** 29;

/**
 * Throws unless wasm can hold these arrays, named `where`: past that the attempt to copy them there would end the instance. Gives how
 * many numbers they have.
 *
 * @throws {NTMError} `memory`
 *
 * @internal
 */
export function assertAddressable(where: string, ...arrays: readonly (Float32Array | undefined)[]): number {
  const numbers = arrays.reduce((sum, array) => sum + (array?.length ?? 0), 0);
  if (numbers < tooManyNumbers) return numbers;
  throw mismatch("memory", where, `less than ${mebibytes(tooManyNumbers)} in one call`, mebibytes(numbers));
}

/** The size of some float32 numbers, rounded up. @internal */
export function mebibytes(numbers: number): string {
  return `${Math.ceil((4 * numbers) / 2 ** 20)} MiB`;
}

/** Throws unless every number is finite. @internal */
export function assertFinite(data: Float32Array, where: string): void {
  for (let index = 0; index < data.length; index++)
    if (!Number.isFinite(data[index])) throw unexpected(`${where}[${index}]`, "a finite number", data[index]);
}

/** Throws where an array has another shape. @throws {NTMError} `shape` @internal */
export function assertShape(where: string, expected: readonly number[], shape: readonly number[]): void {
  if (expected.length !== shape.length || expected.some((size, axis) => size !== shape[axis]))
    throw wrongShape(where, `[${expected.join(", ")}]`, shape);
}

/** The number of entries of a shape: the product of its sizes, 1 of the empty shape. @internal */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function asShape(value: unknown, where: string): number[] {
  if (!Array.isArray(value)) throw unexpected(where, "an array of sizes", value);
  return Array.from(value, (size: unknown, axis) => {
    if (typeof size !== "number" || !Number.isInteger(size) || size < 0 || size >= 2 ** 32)
      throw unexpected(`${where}[${axis}]`, "an integer from 0 on", size);
    return size;
  });
}

function asFloat32(row: Row, length: number, where: string): Float32Array {
  if (tag(row) === "Float32Array") return row as Float32Array;
  const numbers = new Float32Array(length);
  for (let index = 0; index < length; index++) {
    const entry = row[index];
    numbers[index] = typeof entry === "number" ? entry : asNumber(entry, `${where}[${index}]`);
  }
  return numbers;
}

function asNumber(value: unknown, where: string): number {
  if (typeof value !== "number") throw unexpected(where, "a number", value);
  return value;
}

/** How deep nested arrays may go: more than any shape here has. */
const deepest = 8;

function flatten(nested: readonly unknown[], where: string): Given {
  const shape: number[] = [];
  for (let level: unknown = nested; isRow(level); level = level[0])
    if (shape.push(level.length) > deepest)
      throw mismatch("shape", where, `arrays at most ${deepest} deep`, "deeper ones");
  const numbers: number[] = [];
  const collect = (level: Row, axis: number, place: string): void => {
    if (level.length !== shape[axis])
      throw mismatch("shape", place, `${shape[axis]} entries as in the first`, String(level.length));
    for (let index = 0; index < level.length; index++) {
      const entry = level[index];
      if (axis + 1 === shape.length) numbers.push(asFinite(entry, `${place}[${index}]`));
      else if (isRow(entry)) collect(entry, axis + 1, `${place}[${index}]`);
      else throw unexpected(`${place}[${index}]`, "an array, as the first is", entry);
    }
  };
  collect(nested, 0, where);
  return { data: Float32Array.from(numbers), shape };
}

type Row = ArrayLike<unknown>;

function isRow(value: unknown): value is Row {
  return Array.isArray(value) || ["Float32Array", "Float64Array"].includes(tag(value));
}

/** The core would name the place in the flat data, which is not how nested arrays are written. */
function asFinite(value: unknown, where: string): number {
  const rounded = Math.fround(asNumber(value, where));
  if (!Number.isFinite(rounded))
    throw unexpected(where, `a finite ${Number.isFinite(value) ? "float32" : "number"}`, value);
  return rounded;
}

/** The named tensors of a `Map`, checked to be one with strings for keys. @internal */
export function asEntries(value: unknown, where: string): [name: string, value: unknown][] {
  if (tag(value) !== "Map") throw unexpected(where, "a Map of names to tensors", value);
  return [...(value as Map<unknown, unknown>)].map(([name, entry]) => {
    if (typeof name !== "string") throw unexpected(where, "names that are strings", show(name));
    return [name, entry];
  });
}
