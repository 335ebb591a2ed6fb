/*
 * Passkeys are asked for by the browser alone, so this is the one thing on these pages that does not work without a script.
 * An element that is marked `data-passkey` holds a form: shown where the browser can, sent with what the authenticator
 * answered. Nothing else is done here; what the answer is worth is decided by the server.
 */
const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))

const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')

/** WebAuthn §5.1.8, for browsers that cannot do it themselves. */
const withBuffers = ({ challenge, user, allowCredentials, excludeCredentials, ...options }) => {
  const descriptors = (list) => list.map(({ id, ...rest }) => ({ ...rest, id: decode(id) }))
  return {
    ...options,
    challenge: decode(challenge),
    ...(user && { user: { ...user, id: decode(user.id) } }),
    ...(allowCredentials && { allowCredentials: descriptors(allowCredentials) }),
    ...(excludeCredentials && { excludeCredentials: descriptors(excludeCredentials) }),
  }
}

const answerOf = ({ id, rawId, type, response }) =>
  JSON.stringify({
    id,
    rawId: encode(rawId),
    type,
    response: {
      clientDataJSON: encode(response.clientDataJSON),
      ...(response.attestationObject
        ? {
            attestationObject: encode(response.attestationObject),
            transports: response.getTransports?.() ?? [],
          }
        : {
            authenticatorData: encode(response.authenticatorData),
            signature: encode(response.signature),
            userHandle: response.userHandle ? encode(response.userHandle) : null,
          }),
    },
  })

/** The offer among what the browser fills in, which has to end before somebody asks by the button. */
let offer

/** The browser shows one prompt at a time, and answers a second request by refusing it. */
let isAsking = false

const prepare = (element) => {
  const { passkey: ceremony, options, offered, cancelled, failed, exists } = element.dataset
  const form = element.querySelector('form')
  const message = element.querySelector('[role="alert"]')
  const words = message.querySelector('span')
  const publicKey = withBuffers(JSON.parse(options))

  const say = (text) => {
    message.hidden = text === ''
    words.textContent = text
  }
  const send = (credential) => {
    form.elements.namedItem('passkey').value = answerOf(credential)
    form.submit()
  }
  const wordsFor = (error) => {
    if (error.name === 'NotAllowedError' || error.name === 'AbortError') return cancelled
    return error.name === 'InvalidStateError' ? exists : failed
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (isAsking) return
    isAsking = true
    say('')
    offer?.abort()
    try {
      send(await navigator.credentials[ceremony]({ publicKey }))
    } catch (error) {
      say(wordsFor(error))
      if (offered !== undefined) void beginOffer()
    } finally {
      isAsking = false
    }
  })
  element.hidden = false

  const beginOffer = async () => {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return
    offer = new AbortController()
    try {
      send(await navigator.credentials.get({ publicKey, mediation: 'conditional', signal: offer.signal }))
    } catch {
      // Nobody asked for it: nothing has happened.
    }
  }
  if (offered !== undefined) void beginOffer()
}

if (window.PublicKeyCredential) {
  for (const element of document.querySelectorAll('[data-passkey]')) prepare(element)
  for (const element of document.querySelectorAll('[data-passkey-missing]')) element.hidden = true
}
