/** Whether the print page lies over the map. */
import { signal } from '@preact/signals'

export const printing = signal(false)
