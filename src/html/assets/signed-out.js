// @ts-check
/*
 * Goes on when every application has been told, which is when the frames of the window have loaded; or when they have
 * had their time. Without it there is the link.
 */

const PATIENCE_MILLISECONDS = 5_000

const onward = document.getElementById('continue')
let isGone = false

const go = () => {
  if (isGone || !(onward instanceof HTMLAnchorElement)) return
  isGone = true
  location.replace(onward.href)
}

addEventListener('load', go)
setTimeout(go, PATIENCE_MILLISECONDS)
