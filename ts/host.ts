/** What is Node's alone. Asked for in this way, a bundler for browsers finds no Node module to choke on. */

/** A built-in module of Node by name, where there is one. @internal */
export function nodeModule(name: string): unknown {
  const host = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  return host.process?.getBuiltinModule?.(name);
}
