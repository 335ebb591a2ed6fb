import type { DeviceText } from '../shape/device.ts'

export const device: DeviceText = {
  device: {
    title: 'Connect a device',
    enter: 'Type the code that your device shows.',
    compareTitle: 'Is this the code on your device?',
    compare: 'Compare it with what your device shows. Continue only if it is the same.',
    code: 'Code',
    submit: 'Continue',
    beware: 'Use a code from a device in front of you, and from nowhere else. We never send you one.',
    errors: {
      missing: 'Type the code that your device shows.',
      malformed: 'A code has eight letters, like BCDF-GHJK.',
      unknown: 'No device waits with this code. Compare each letter with what your device shows.',
      expired: 'This code has expired. Start again on your device to get a new one.',
      used: 'This code has already been used. If your device is not connected, start again there to get a new one.',
      tooManyAttempts: 'Too many codes were tried. Wait a few minutes, then start again on your device.',
      stale: 'You were away for a while. Check the code and continue.',
    },
    allowTitle: 'Allow {application} on your device?',
    codeShown: 'Your device must show this code',
    asked: 'It asked',
    justNow: 'Less than a minute ago',
    address: 'From the address',
    nearby: '(your network)',
    elsewhere: '(not your network)',
    allowOnlyIf:
      'Allow this only if you started it yourself, on a device you have with you. If somebody sent you the code or a link, deny.',
    approved: {
      title: 'Your device is connected',
      message: '{application} will continue there in a moment.',
    },
    denied: {
      title: 'You denied it',
      message: '{application} gets no access to your account.',
    },
    closeWindow: 'You can close this window.',
  },
}
