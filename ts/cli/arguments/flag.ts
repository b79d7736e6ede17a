/** The flag of that name: maxLength → "--max-length" */
export function flagNamed(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
