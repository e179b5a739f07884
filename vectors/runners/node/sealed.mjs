// Opens the tokens of offline activation with jose: sealed to their one recipient, a signed token inside (TOK-2).

import { calculateJwkThumbprint, compactDecrypt, importJWK } from 'jose'
import * as tokens from './tokens.mjs'

const { need, SEAL } = tokens
const FORBIDDEN = ['zip', 'crit', 'jwk', 'jku', 'x5u', 'x5c', 'apu', 'apv']

/** The signed token inside, of which nothing is believed yet, and the key that it was sealed to. */
export async function unseal(token, jwks, longest = tokens.LONGEST) {
  need(Buffer.byteLength(token) <= longest)
  const parts = token.split('.')
  // ECDH-ES has no encrypted key.
  need(parts.length === 5 && parts[0] && !parts[1])
  const [head, , iv, , tag] = parts.map(tokens.decode)
  need(iv.length === 12 && tag.length === 16)
  const { value: header } = tokens.readObject(head)
  need(Object.keys(SEAL).every((name) => header[name] === SEAL[name]))
  need(!FORBIDDEN.some((name) => name in header) && typeof header.kid === 'string')
  need((await tokens.publicKey(header.epk)).algorithm === SEAL.alg)
  const key = await find(jwks, header.kid)
  need(key, 'token_wrong_recipient')
  try {
    const allowed = { keyManagementAlgorithms: [SEAL.alg], contentEncryptionAlgorithms: [SEAL.enc] }
    const { plaintext } = await compactDecrypt(token, await importJWK(key, SEAL.alg), allowed)
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(plaintext), recipient: header.kid }
  } catch {
    throw new tokens.Refused('token_malformed')
  }
}

async function find(jwks, kid) {
  for (const { d, ...jwk } of jwks) if ((await calculateJwkThumbprint(jwk)) === kid) return { d, ...jwk }
  return undefined
}

/** What a device signed with the key in the claims, of which nothing but possession is believed. */
async function ofDevice(trust, text, given, now, typ, findKey, checkForm) {
  const inside = await unseal(text, given.vendorKeys)
  const token = tokens.parse(inside.text)
  need(token.header.typ === typ, 'token_wrong_type')
  const key = await tokens.deviceKey(findKey(tokens.readObject(token.payload).value))
  const claims = await tokens.verified(token, typ, key)
  await checkForm(claims)
  trust.checkVendor(claims)
  need(claims.aud === inside.recipient, 'token_wrong_recipient')
  tokens.checkTime(claims, now, 'carriedFromDevice')
  return { device: key.kid, claims }
}

async function request(trust, text, given, now) {
  const typ = 'chancery-offline-request+jwt'
  const signer = (claims) => claims.deviceKeys?.sign
  const { device, claims } = await ofDevice(trust, text, given, now, typ, signer, checkRequest)
  if ('localServer' in claims) await checkServer(trust, claims.localServer, device, now)
}

/** A local server asks for its own license: it shows that its key is its own, to this request (LLS-2). */
async function checkServer(trust, server, device, now) {
  const typ = 'chancery-server+jwt'
  need(tokens.isObject(server) && tokens.isObject(server.keys))
  texts(server, 'id', 'name', 'proof')
  optionalTexts(server, 'machine')
  const token = tokens.parse(server.proof)
  need(token.header.typ === typ, 'token_wrong_type')
  need((await tokens.publicKey(server.keys.seal)).algorithm === SEAL.alg)
  const key = await tokens.deviceKey(server.keys.sign)
  const claims = await tokens.verified(token, typ, key)
  texts(claims, 'aud', 'sub')
  trust.checkVendor(claims)
  need(claims.aud === device && claims.sub === server.id, 'token_wrong_recipient')
  need((await tokens.deviceKey(claims.jwk)).kid === key.kid)
  tokens.checkTime(claims, now, 'carriedFromDevice')
}

async function checkRequest(claims) {
  texts(claims, 'aud', 'productId', 'seatId', 'requestId')
  optionalTexts(claims, 'editionId', 'seatName', 'licenseeSecret', 'releaseDate')
  need(tokens.isObject(claims.credential) && tokens.isObject(claims.device ?? {}))
  need((await tokens.publicKey(claims.deviceKeys.seal)).algorithm === SEAL.alg)
}

const deactivation = (trust, text, given, now) =>
  ofDevice(trust, text, given, now, 'chancery-offline-deactivation+jwt', (claims) => claims.jwk, checkDeactivation)

function checkDeactivation(claims) {
  texts(claims, 'aud', 'sub')
  need(tokens.whole(claims.seq))
}

/** What the vendor signed; a list in it counts before it does. */
async function reply(trust, text, given, now, typ, about) {
  const inside = await unseal(text, [given.deviceKey])
  const checkForm = (claims) => {
    texts(claims, 'aud', about, 'lease')
    optionalTexts(claims, 'revocations')
    need(tokens.whole(claims.seq))
  }
  const { kid, claims } = await trust.issued(inside.text, typ, 'offline', checkForm, now, { lives: false })
  need(claims.aud === inside.recipient, 'token_wrong_recipient')
  tokens.checkTime(claims, now, 'carriedFromVendor')
  if ('revocations' in claims) {
    const list = await trust.byRoot(claims.revocations, 'chancery-revocations+jwt', now)
    need(!list.revoked.includes(kid), 'token_key_revoked')
  }
}

const response = (trust, text, given, now) =>
  reply(trust, text, given, now, 'chancery-offline-response+jwt', 'requestId')

const refresh = (trust, text, given, now) => reply(trust, text, given, now, 'chancery-offline-refresh+jwt', 'sub')

export function texts(claims, ...names) {
  for (const name of names) need(typeof claims[name] === 'string')
}

export function optionalTexts(claims, ...names) {
  for (const name of names) need(['undefined', 'string'].includes(typeof claims[name]))
}

export const KINDS = {
  offlineRequest: request,
  offlineDeactivation: deactivation,
  offlineResponse: response,
  offlineRefresh: refresh,
}
