// Opens the tokens of offline activation with jose: sealed to their one recipient, a signed token inside (TOK-2).

import { calculateJwkThumbprint, compactDecrypt, importJWK } from 'jose'
import * as tokens from './tokens.mjs'

const { need, SEAL } = tokens
const FORBIDDEN = ['zip', 'crit', 'jwk', 'jku', 'x5u', 'x5c', 'apu', 'apv']

/** The signed token inside, of which nothing is believed yet, and the key that it was sealed to. */
async function unseal(token, jwks) {
  need(Buffer.byteLength(token) <= tokens.LONGEST)
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
}

const request = (trust, text, given, now) =>
  ofDevice(trust, text, given, now, 'chancery-offline-request+jwt', (claims) => claims.deviceKeys?.sign, checkRequest)

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
  const { kid, claims } = await trust.issued(inside.text, typ, 'offline', checkForm, now)
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

function texts(claims, ...names) {
  for (const name of names) need(typeof claims[name] === 'string')
}

function optionalTexts(claims, ...names) {
  for (const name of names) need(['undefined', 'string'].includes(typeof claims[name]))
}

export const KINDS = {
  offlineRequest: request,
  offlineDeactivation: deactivation,
  offlineResponse: response,
  offlineRefresh: refresh,
}
