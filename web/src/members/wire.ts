import { get } from '../api'
import type { AreaRef, EditionRef } from '../api'
import { send } from '../send'

export const KINDS = ['resident', 'in_service', 'mobile'] as const
export type Kind = (typeof KINDS)[number]
export interface Member {
  id: number
  name: string
  /** Masked unless asked in full. */
  phone: string | null
  kind: Kind | null
  /** null: serves here and lives elsewhere. */
  home: { building: number | null; name: string | null; chain: AreaRef[] } | null
  duty: AreaRef | null
}
export interface MemberPage { edition: EditionRef; members: Member[]; next: string | null }
export interface MemberCount {
  area: AreaRef
  /** null when it is not told: `low` then says "<5", or nothing. */
  count: number | null
  suppressed: boolean
  low: string | null
  by_kind: Partial<Record<Kind | 'unknown', number>> | null
}
export interface MemberCounts { edition: EditionRef; suppress_below: number; rows: MemberCount[] }

export interface Asked { area: number; kind: string; q: string; full: boolean }
const PAGE = 50

export const client = {
  forget: (id: number) => send('DELETE', `/members/${id}`),
  list: ({ full, ...asked }: Asked, abort?: AbortSignal) =>
    get<MemberPage>('/members', { ...asked, limit: PAGE, ...(full ? { full: 'true' } : {}) }, abort),
  more: (next: string, abort?: AbortSignal): Promise<MemberPage> => {
    const { pathname, search } = new URL(next, location.href)
    return get<MemberPage>(pathname + search, {}, abort)
  },
  counts: (level: string, parent: number | null, edition: number, abort?: AbortSignal) =>
    get<MemberCounts>('/members/counts', { level, parent, edition }, abort),
}
