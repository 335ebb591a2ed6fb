// @ts-check
// Sends the one form of the page as soon as it is there.
const form = /** @type {HTMLFormElement} */ (document.getElementById('response'))
form.submit()
