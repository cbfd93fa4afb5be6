/** Spans of time that are often asked for, as the first day of a filter. Pure. */

/** Days, today included. */
export const SPANS = [1, 7, 30, 365] as const
const DAY_MS = 86_400_000

/** The day in a time zone, as 2026-11-21. */
export function todayIn(zone: string, now = new Date()): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now)
}

/** The dates of a span such as "7"; "" is all time. */
export function datesOf(span: string, today: string): { from: string; to: string } {
  const days = Number(span)
  return { from: days ? new Date(Date.parse(today) - (days - 1) * DAY_MS).toISOString().slice(0, 10) : '', to: '' }
}

/** Which span the dates of a filter are: "" all time, "own" none of the usual. */
export function spanOf({ from, to }: { from: string; to: string }, today: string): string {
  if (!from && !to) return ''
  return String(SPANS.find((days) => !to && datesOf(String(days), today).from === from) ?? 'own')
}
