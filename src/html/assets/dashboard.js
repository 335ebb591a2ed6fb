// Buttons that copy what stands beside them. Without this script they stay hidden.
for (const button of document.querySelectorAll('button[data-copy]')) {
  const label = button.textContent
  button.hidden = false
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy)
      button.textContent = 'Copied'
    } catch {
      // Not over http, nor where it was forbidden: select it, so that the keyboard can.
      const text = button.closest('.copyable, .code-block')?.querySelector('code')
      if (text) getSelection()?.selectAllChildren(text)
      button.textContent = 'Press Ctrl+C'
    }
    setTimeout(() => {
      button.textContent = label
    }, 2000)
  })
}

// Previews follow what is typed, a moment later. Without this script a button shows them.
const branding = document.querySelector('form[data-preview]')
if (branding) {
  let waiting
  branding.addEventListener('input', () => {
    clearTimeout(waiting)
    waiting = setTimeout(() => {
      for (const frame of document.querySelectorAll('.preview iframe')) {
        const url = new URL(frame.src)
        const tried = new URLSearchParams({ tried: 'yes', scheme: url.searchParams.get('scheme') })
        for (const field of branding.querySelectorAll('input[id]')) {
          if (field.value !== '') tried.set(field.name, field.value)
        }
        frame.src = `${url.pathname}?${tried}`
      }
    }, 300)
  })
}
