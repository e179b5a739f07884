// Opens what a vendor signed with jose, which knows nothing of Chancery: the rules of TOK-1, TOK-3 and KEY-3 in short.
//
// Signatures, keys and thumbprints are jose's. What a vendor's tokens must be besides that stands here.

import { calculateJwkThumbprint, CompactEncrypt, compactVerify, importJWK } from 'jose'

export const LONGEST = 64 * 1024
// Exports, returns and reports.
export const LARGE = 4 * 1024 * 1024
const AHEAD = { online: 300, carriedFromVendor: 86_400, carriedFromDevice: 172_800 }
const SIGNATURES = ['Ed25519', 'RS512']
export const SEAL = { alg: 'ECDH-ES', enc: 'A256GCM', cty: 'JWT' }

/** A token that is refused, with the problem's code. */
export class Refused extends Error {}

export function need(condition, code = 'token_malformed') {
  if (!condition) throw new Refused(code)
}

/** Base64url in its only text: no padding, and no bits that mean nothing. */
export function decode(part) {
  const data = Buffer.from(part, 'base64url')
  need(data.toString('base64url') === part)
  return data
}

/** JSON.parse forgets that a member stood there twice, so the members of every object are counted first. */
function checkDuplicates(text) {
  const open = []
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs
  for (let match; (match = token.exec(text)); ) {
    const [piece] = match
    if (piece === '{' || piece === '[') open.push(piece === '{' ? new Set() : null)
    else if (piece === '}' || piece === ']') open.pop()
    else if (piece.startsWith('"') && /^\s*:/.test(text.slice(token.lastIndex)) && open.at(-1)) {
      const name = JSON.parse(piece)
      need(!open.at(-1).has(name))
      open.at(-1).add(name)
    }
  }
}

export function readObject(data) {
  let text, value
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(data)
    value = JSON.parse(text)
  } catch {
    throw new Refused('token_malformed')
  }
  checkDuplicates(text)
  need(value !== null && typeof value === 'object' && !Array.isArray(value))
  return { value, text }
}

/** Takes a token apart. Nothing is believed yet. */
export function takeApart(token, longest = LONGEST) {
  need(typeof token === 'string' && Buffer.byteLength(token) <= longest)
  const parts = token.split('.')
  need(parts.length === 3 && parts[0] && parts[1])
  const [head, payload] = parts.map(decode)
  const header = readObject(head).value
  need(SIGNATURES.includes(header.alg))
  need(!['zip', 'crit'].some((name) => name in header))
  return { token, header, payload }
}

/** Takes a token apart that names its key. */
export function parse(text, longest = LONGEST) {
  const token = takeApart(text, longest)
  const { header } = token
  need(!['jwk', 'jku', 'x5u', 'x5c'].some((name) => name in header))
  for (const name of ['kid', 'typ']) need(typeof header[name] === 'string')
  need(['undefined', 'string'].includes(typeof header.chancery_cert))
  return token
}

/** The algorithm belongs to the key. */
export const algorithmOf = ({ kty, crv }) =>
  kty === 'RSA' ? 'RS512' : kty === 'OKP' ? { Ed25519: 'Ed25519', X25519: 'ECDH-ES' }[crv] : undefined

export async function publicKey(jwk) {
  need(jwk && algorithmOf(jwk) && !('d' in jwk))
  const algorithm = algorithmOf(jwk)
  try {
    const key = await importJWK(jwk, algorithm)
    // With a few points every secret is zero, and jose seals nothing to them.
    if (algorithm === SEAL.alg) await new CompactEncrypt(Buffer.of(0)).setProtectedHeader(SEAL).encrypt(key)
    return { kid: await calculateJwkThumbprint(jwk), algorithm, key }
  } catch {
    throw new Refused('token_malformed')
  }
}

export async function deviceKey(jwk) {
  const key = await publicKey(jwk)
  need(key.algorithm === 'Ed25519')
  return key
}

export const whole = (number) => Number.isSafeInteger(number) && number >= 0

/** `1.0` and `1e0` are whole numbers for JavaScript, but no NumericDate of ours. */
function wholeInText(text, name) {
  return new RegExp(`"${name}"\\s*:\\s*[0-9]+\\s*[,}]`).test(text)
}

export async function checkSignature(token, key) {
  try {
    await compactVerify(token, key.key, { algorithms: [key.algorithm] })
  } catch {
    throw new Refused('token_signature_invalid')
  }
}

/** The claims, once type, algorithm, signature and version are right. */
export async function verified({ token, header, payload }, typ, key) {
  need(header.typ === typ, 'token_wrong_type')
  need(header.alg === key.algorithm)
  need(header.kid === key.kid, 'token_signature_invalid')
  await checkSignature(token, key)
  const { value: claims, text } = readObject(payload)
  need(whole(claims.ver) && wholeInText(text, 'ver'))
  need(claims.ver === 1, 'token_version_unsupported')
  need(typeof claims.iss === 'string' && typeof claims.jti === 'string')
  need(whole(claims.iat) && wholeInText(text, 'iat'))
  need(['undefined', 'boolean'].includes(typeof claims.sandbox))
  return claims
}

/** RFC 3339 with Z, as microseconds since 1970. */
export function micros(instant) {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/.exec(instant)
  need(match)
  return Date.parse(`${match[1]}Z`) * 1000 + Number((match[2] ?? '').padEnd(6, '0'))
}

export function checkTime(claims, now, tolerance) {
  need(claims.iat * 1_000_000 <= now + AHEAD[tolerance] * 1_000_000, 'token_not_yet_valid')
}

/** What a product knows of a vendor: an opened trust bundle. */
export class Trust {
  static async open(bundle, now, pinned) {
    const trust = new Trust()
    const token = parse(bundle)
    need(token.header.typ === 'chancery-trust+jwt', 'token_wrong_type')
    trust.root = await publicKey(readObject(token.payload).value.root)
    const foreign = pinned && (await publicKey(pinned)).kid !== trust.root.kid
    need(!foreign && token.header.kid === trust.root.kid, 'token_key_unknown')
    const claims = await verified(token, 'chancery-trust+jwt', trust.root)
    trust.vendor = claims.iss
    trust.sandbox = claims.sandbox ?? false
    need(claims.vendor.id === trust.vendor)
    checkTime(claims, now, 'carriedFromVendor')
    trust.certificates = []
    for (const text of claims.certificates) trust.certificates.push(await trust.certificate(text, now))
    trust.revocations = await trust.byRoot(claims.revocations, 'chancery-revocations+jwt', now)
    return trust
  }

  async byRoot(text, typ, now) {
    const token = parse(text)
    need(token.header.typ === typ, 'token_wrong_type')
    need(token.header.kid === this.root.kid, 'token_key_unknown')
    const claims = await verified(token, typ, this.root)
    this.checkVendor(claims)
    checkTime(claims, now, 'carriedFromVendor')
    return claims
  }

  checkVendor(claims) {
    need(claims.iss === this.vendor, 'token_wrong_recipient')
    need((claims.sandbox ?? false) === this.sandbox, 'token_wrong_recipient')
  }

  async certificate(text, now) {
    const claims = await this.byRoot(text, 'chancery-key+jwt', now)
    const key = await publicKey(claims.jwk)
    need(claims.sub === key.kid && claims.exp > claims.nbf)
    return { ...claims, key }
  }

  async updateRevocations(text, now) {
    const newer = await this.byRoot(text, 'chancery-revocations+jwt', now)
    need(newer.number >= this.revocations.number, 'token_superseded')
    this.revocations = newer
  }

  /** What an issuing key signed that has a certificate for this use (KEY-3). Some tokens have no life of their own. */
  async issued(text, expected, use, checkForm, now, { lives = true, longest = LONGEST } = {}) {
    const token = parse(text, longest)
    const { kid, typ, chancery_cert: carried } = token.header
    need(typ === expected, 'token_wrong_type')
    const certificates = carried
      ? [await this.certificate(carried, now)]
      : this.certificates.filter((known) => known.sub === kid)
    need(certificates[0]?.sub === kid, 'token_key_unknown')
    need(!this.revocations.revoked.includes(kid), 'token_key_revoked')
    need(SIGNATURES.includes(certificates[0].key.algorithm), 'token_key_unknown')
    const claims = await verified(token, expected, certificates[0].key)
    checkForm(claims)
    this.checkVendor(claims)
    need(certificates.some((certificate) => covers(certificate, claims, use, lives)), 'token_key_unknown')
    return { kid, claims }
  }

  async lease(text, given, seated) {
    const now = micros(given.now)
    const token = parse(text)
    need(token.header.typ === 'chancery-lease+jwt', 'token_wrong_type')
    const { delegation } = readObject(token.payload).value
    const claims =
      delegation === undefined
        ? (await this.issued(text, 'chancery-lease+jwt', 'lease', checkLeaseForm, now)).claims
        : await this.delegated(token, delegation, now)
    checkLease(claims, given, now)
    need('seat' in claims === seated, 'token_wrong_recipient')
    return claims
  }

  /** The vendor's word for a local server and its key (TOK-8). */
  async delegation(text, now) {
    const { kid, claims } = await this.issued(text, 'chancery-delegation+jwt', 'export', checkDelegationForm, now)
    const key = await deviceKey(claims.jwk)
    need(claims.sub === key.kid)
    need(!('exp' in claims) || micros(claims.delegationExpiry) > claims.iat * 1_000_000)
    need(!this.revocations.revoked.includes(claims.sub), 'token_key_revoked')
    checkTime(claims, now, 'carriedFromVendor')
    return { kid, claims, key }
  }

  /** A lease by the key that was delegated to. */
  async delegated(token, text, now) {
    const delegation = await this.delegation(text, now)
    need(token.header.kid === delegation.claims.sub, 'token_key_unknown')
    const claims = await verified(token, 'chancery-lease+jwt', delegation.key)
    checkLeaseForm(claims)
    this.checkVendor(claims)
    need('host' in claims)
    need(bears(delegation.claims, claims), 'token_key_unknown')
    return claims
  }
}

/** TOK-8: the server, the product, the entitlement, the seat's number, and that the lease does not outlive it. */
function bears(delegation, lease) {
  const same =
    lease.host.id === delegation.serverId &&
    lease.aud === delegation.productId &&
    lease.ent.id === delegation.entitlementId
  const numbered = !lease.seat || (lease.seat.number >= 1 && lease.seat.number <= delegation.seats)
  if (!('delegationExpiry' in delegation)) return same && numbered
  const end = micros(delegation.delegationExpiry)
  const inTime = 'leaseExpiry' in lease && micros(lease.leaseExpiry) <= end && lease.iat * 1_000_000 <= end
  return same && numbered && inTime
}

function checkDelegationForm(claims) {
  for (const name of ['sub', 'serverId', 'entitlementId', 'productId']) need(typeof claims[name] === 'string')
  need(isObject(claims.jwk) && whole(claims.seats))
  checkEnd(claims, 'delegationExpiry')
}

/** An end stands there twice, or not at all: in whole seconds and exactly. */
function checkEnd(claims, exact) {
  need('exp' in claims === exact in claims)
  if ('exp' in claims) need(whole(claims.exp) && claims.exp === Math.floor(micros(claims[exact]) / 1_000_000))
}

/** KEY-3: the use, the time of issue, the longest life. A reply has no end of its own: only the lease in it has. */
function covers(certificate, claims, use, lives) {
  const longest = certificate.maxLifetime
  const inTime = certificate.nbf <= claims.iat && claims.iat < certificate.exp
  const short = !lives || longest === undefined || ('exp' in claims && claims.exp - claims.iat <= longest)
  return certificate.uses.includes(use) && inTime && short
}

export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

function checkLeaseForm(claims) {
  for (const name of ['aud', 'enforcement', 'mode']) need(typeof claims[name] === 'string')
  for (const name of ['features', 'attributes']) need(Array.isArray(claims[name]))
  need(isObject(claims.ent) && 'tolerance' in claims && (claims.tolerance === null || isObject(claims.tolerance)))
  need(!('seat' in claims) || isObject(claims.seat))
  need(!('host' in claims) || isObject(claims.host))
  need(['undefined', 'string'].includes(typeof claims.delegation))
  checkEnd(claims, 'leaseExpiry')
}

function checkLease(claims, given, now) {
  need(claims.aud === given.product, 'token_wrong_product')
  need('sub' in claims === 'seat' in claims && 'host' in claims === 'delegation' in claims)
  need((given.activation ?? claims.sub) === claims.sub, 'token_wrong_recipient')
  need((given.seatId ?? claims.seat?.id) === claims.seat?.id, 'token_wrong_recipient')
  need(!claims.cnf || claims.cnf.jkt === given.device, 'token_wrong_recipient')
  checkTime(claims, now, given.tolerance)
  need(!claims.leaseExpiry || micros(claims.leaseExpiry) > now, 'token_expired')
}
