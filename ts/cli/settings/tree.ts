// Settings as plain data: objects in objects, as a JSON file has them.

export type Tree = { readonly [key: string]: unknown };

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is at the path, or undefined. */
export function valueAt(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isTree(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    tree,
  );
}

export function withValue(tree: Tree, [key = "", ...rest]: readonly string[], value: unknown): Tree {
  const inner = Object.hasOwn(tree, key) ? tree[key] : undefined;
  return { ...tree, [key]: rest.length === 0 ? value : withValue(isTree(inner) ? inner : {}, rest, value) };
}

/**
 * `upper` over `lower`, key by key. What is of another kind (an optimiser over another, a schedule) and a clip, which is by
 * value or by norm, replace what was there.
 */
export function over(lower: unknown, upper: unknown, key = ""): unknown {
  if (upper === undefined) return lower;
  if (!isTree(lower) || !isTree(upper) || key === "clip") return upper;
  const [old, own] = [lower["kind"], upper["kind"]];
  if (old !== undefined && own !== undefined && old !== own) return upper;
  const keys = [...new Set([...Object.keys(lower), ...Object.keys(upper)])];
  return Object.fromEntries(keys.map((each) => [each, over(valueAt(lower, [each]), valueAt(upper, [each]), each)]));
}

/** Where a key of that name is within the tree's branches. */
export function pathsTo(name: string, tree: Tree): readonly string[] {
  return Object.entries(tree).flatMap(([key, inner]) => {
    if (!isTree(inner)) return [];
    const here = Object.hasOwn(inner, name) ? [`${key}.${name}`] : [];
    return [...here, ...pathsTo(name, inner).map((path) => `${key}.${path}`)];
  });
}

/** The paths at which two trees differ. */
export function differences(a: unknown, b: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (!isTree(a) || !isTree(b) || path.at(-1) === "clip") return JSON.stringify(a) === JSON.stringify(b) ? [] : [path];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key) => differences(valueAt(a, [key]), valueAt(b, [key]), [...path, key]));
}
