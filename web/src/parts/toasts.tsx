import { notes } from '../toasts'

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {notes.value.map((note) => <div class="toast" key={note.id}>{note.text}</div>)}
    </div>
  )
}
