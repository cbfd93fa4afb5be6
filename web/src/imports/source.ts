/** Whose rows a file has, by its name. Pure. */

/** A name without its ending and without the date at its end: next month's file has the same. */
export function sourceOf(name: string): string {
  const stem = name.replace(/\.[^.]+$/, '')
  return stem.replace(/[\s_\-（(]*(19|20)\d{2}[\d年月日_\-.]*[）)]?$/, '') || stem
}
