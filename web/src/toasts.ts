/** Short messages at the foot of the page, and errors put into words. */
import { signal } from '@preact/signals'
import { Problem } from './api'
import { t } from './words'

export interface Note { id: number; text: string }
export const notes = signal<readonly Note[]>([])

export function toast(text: string, lastsMs = 4000): void {
  const id = Date.now() + notes.peek().length
  notes.value = [...notes.peek().filter((note) => note.text !== text), { id, text }]
  setTimeout(() => { notes.value = notes.peek().filter((note) => note.id !== id) }, lastsMs)
}

/** What happened, what to do, and the code. */
export interface Trouble { title: string; what: string; code: string }

export function trouble(error: unknown): Trouble {
  if (!(error instanceof Problem)) return { title: t('failed'), what: String(error), code: 'page' }
  if (error.status === 0) return { title: t('offline'), what: t('offlineWhat'), code: error.code }
  if (!error.detail) {
    return { title: t('failed'), what: t('serverWhat', { status: error.status }), code: error.code }
  }
  return { title: error.title || t('failed'), what: error.detail, code: `${error.status} ${error.code}` }
}

/** Copy text and say so; browsers refuse it to pages that are neither local nor secure. */
export async function copy(text: string, said = t('copied')): Promise<void> {
  try {
    if (!isSecureContext) throw new Error('insecure')
    await navigator.clipboard.writeText(text)
    toast(said)
  } catch {
    toast(t('copyBlocked', { text }), 12_000)
  }
}
