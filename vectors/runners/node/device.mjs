// Opens what a product shows to a server with jose: device proofs (TOK-10), DPoP proofs (RFC 9449), access tokens.

import { createHash } from 'node:crypto'
import * as tokens from './tokens.mjs'

const { need, whole } = tokens
const LIFE = 600
const SECOND = 1_000_000

/** Signed by the key in its claims, of which nothing but possession is believed. */
async function proof(text, given, now) {
  const typ = 'chancery-device+jwt'
  const token = tokens.parse(text)
  need(token.header.typ === typ, 'token_wrong_type')
  const key = await tokens.deviceKey(tokens.readObject(token.payload).value.jwk)
  const claims = await tokens.verified(token, typ, key)
  for (const name of ['aud', 'productId', 'seatId']) need(typeof claims[name] === 'string')
  need(whole(claims.exp))
  checkVendor(claims, given)
  need(claims.aud === given.server, 'token_wrong_recipient')
  need(claims.productId === given.product, 'token_wrong_product')
  need(claims.seatId === given.seatId, 'token_wrong_recipient')
  tokens.checkTime(claims, now, 'online')
  need(claims.exp > claims.iat && claims.exp - claims.iat <= LIFE)
  need(claims.exp * SECOND > now, 'token_expired')
}

function checkVendor(claims, given) {
  need(claims.iss === given.vendor && !claims.sandbox, 'token_wrong_recipient')
}

/** Signed by the key in its header: the only place where one is looked at. */
async function dpop(text, given, now) {
  const { header, payload } = tokens.takeApart(text)
  need(!['jku', 'x5u', 'x5c'].some((name) => name in header) && typeof header.typ === 'string')
  need(header.typ === 'dpop+jwt', 'token_wrong_type')
  const key = await tokens.deviceKey(header.jwk)
  need(header.alg === 'Ed25519')
  await tokens.checkSignature(text, key)
  const { value: claims } = tokens.readObject(payload)
  for (const name of ['jti', 'htm', 'htu', 'nonce', 'ath']) need(typeof claims[name] === 'string')
  need(whole(claims.iat))
  const ath = createHash('sha256').update(given.accessToken).digest('base64url')
  const isForTheCall =
    claims.htm === given.method &&
    sameAddress(claims.htu, given.path, given.publicUrl) &&
    claims.nonce === given.nonce &&
    claims.ath === ath
  need(isForTheCall, 'token_wrong_recipient')
  tokens.checkTime(claims, now, 'online')
  need((claims.iat + LIFE) * SECOND > now, 'token_expired')
}

/** Without a public address nobody knows how the server was reached: the path counts. Escapes are left out here. */
function sameAddress(address, path, publicUrl) {
  if (!URL.canParse(address)) return false
  const named = new URL(address)
  if (!publicUrl) return named.pathname.endsWith(path)
  const known = new URL(publicUrl)
  return named.origin === known.origin && named.pathname === known.pathname.replace(/\/$/, '') + path
}

/** By one of the server's own keys. Whether its chain is still the activation's, the database says. */
async function accessToken(text, given, now) {
  const typ = 'chancery-access+jwt'
  const token = tokens.parse(text)
  need(token.header.typ === typ, 'token_wrong_type')
  const keys = await Promise.all(given.serverKeys.map(tokens.publicKey))
  const key = keys.find(({ kid }) => kid === token.header.kid)
  need(key, 'token_key_unknown')
  const claims = await tokens.verified(token, typ, key)
  need(typeof claims.sub === 'string' && typeof claims.ord === 'string' && whole(claims.chain))
  checkVendor(claims, given)
  tokens.checkTime(claims, now, 'online')
}

export const KINDS = { deviceProof: proof, dpop, accessToken }
