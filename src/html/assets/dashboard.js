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
