/** Moments as the town's clocks say them. Pure. */

/** "2026-11-21 09:12" in a time zone. */
export function moment(iso: string, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).formatToParts(new Date(iso))
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`
}

/** The same without a year that is the present one. */
export function short(iso: string, zone: string, now = new Date().toISOString()): string {
  const [said, today] = [moment(iso, zone), moment(now, zone)]
  return said.slice(0, 5) === today.slice(0, 5) ? said.slice(5) : said.slice(0, 10)
}
