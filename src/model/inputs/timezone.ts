import { FIXED_ZONES } from '../timezone.ts'

/** An IANA zone that this Node knows. Offsets such as `+05:30` are not zone names, although Intl accepts them. */
export function parseTimezone(text: string): string | undefined {
  if (Object.hasOwn(FIXED_ZONES, text)) return text
  if (!/^[A-Za-z]/.test(text)) return undefined
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: text })
    return text
  } catch {
    return undefined
  }
}
