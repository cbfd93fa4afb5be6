/** The button that opens the print page, and the page itself, loaded when it is first wanted. */
import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { Printer } from 'lucide'
import { Button } from '../parts/button'
import { toast, trouble } from '../toasts'
import { printing } from './open'
import { say } from './words'

const page = signal<ComponentType | null>(null)

export function PrintButton() {
  return <Button icon={Printer} kind="quiet" label={say('printTip')} onClick={open} />
}

function open(): void {
  import('./page').then(
    (module) => {
      page.value = module.PrintPage
      printing.value = true
    },
    (error: unknown) => toast(trouble(error).what),
  )
}

export function PrintOverlay() {
  const Page = page.value
  return printing.value && Page ? <Page /> : null
}
