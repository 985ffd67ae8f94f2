/** The claims of an OpenID Connect token that trust policies check. `iss` has no scheme, as in policies. */
export type Claims = { readonly iss: string; readonly sub: string; readonly aud: string }

/** The claims of a token; undefined if it is not a JSON Web Token. The signature is not verified. */
export function readClaims(token: string): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    if (typeof claims !== 'object' || claims === null) return undefined
    const { iss, sub, aud } = claims as Readonly<Record<string, unknown>>
    if (typeof iss !== 'string' || typeof sub !== 'string' || typeof aud !== 'string') return undefined
    return { iss: iss.replace(/^https:\/\//, ''), sub, aud }
  } catch {
    return undefined
  }
}
