import { get } from '../api'
import type { AreaRef, EditionRef } from '../api'

export interface HomeBuilding { id: number; number: string | null; name: string | null; compound: string | null; address: string | null }
export interface Member {
  id: number
  name: string
  phone: string | null
  kind: string | null
  home: { building: HomeBuilding | null; chain: AreaRef[] }
  duty: AreaRef | null
}
export interface MemberPage { edition: EditionRef; members: Member[]; next: string | null }
export interface MemberCount { area: AreaRef; count: number | null; suppressed: boolean; by_kind: Record<string, number> | null }
export interface MemberCounts { edition: EditionRef; suppress_below: number; rows: MemberCount[] }

export interface Asked { area: number; kind: string; q: string; full: boolean; edition: number }
const PAGE = 50

export const client = {
  list: ({ full, ...asked }: Asked, abort?: AbortSignal) =>
    get<MemberPage>('/members', { ...asked, limit: PAGE, ...(full ? { full: 'true' } : {}) }, abort),
  more: (next: string, abort?: AbortSignal): Promise<MemberPage> => {
    const { pathname, search } = new URL(next, location.href)
    return get<MemberPage>(pathname + search, {}, abort)
  },
  counts: (level: string, parent: number | null, edition: number, abort?: AbortSignal) =>
    get<MemberCounts>('/members/counts', { level, parent, edition }, abort),
}
