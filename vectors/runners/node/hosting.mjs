// Opens what goes between a vendor and a local server with jose: delegations, exports, returns, reports, rebind tokens (TOK-8).

import { optionalTexts, texts, unseal } from './sealed.mjs'
import * as tokens from './tokens.mjs'

const { LARGE, LONGEST, isObject, need, whole } = tokens
const OBJECTS = ['vendor', 'product', 'edition', 'plan', 'offering', 'customer', 'order', 'entitlement']

const delegation = (trust, text, given, now) => trust.delegation(text, now)

/** What the vendor signed and sealed to the server. */
async function fromVendor(trust, text, given, now, typ, checkForm, limits) {
  const inside = await unseal(text, [given.serverKey], limits.longest)
  const { kid, claims } = await trust.issued(inside.text, typ, 'export', checkForm, now, limits)
  need(claims.aud === inside.recipient, 'token_wrong_recipient')
  tokens.checkTime(claims, now, 'carriedFromVendor')
  return { kid, claims }
}

/** A list in it counts before it does, and before the delegation in it. */
async function exported(trust, text, given, now) {
  const limits = { lives: false, longest: LARGE }
  const { kid, claims } = await fromVendor(trust, text, given, now, 'chancery-export+jwt', checkExport, limits)
  const { revocations: list } = claims
  const { revoked } = list === undefined ? { revoked: [] } : await trust.byRoot(list, 'chancery-revocations+jwt', now)
  need(!revoked.includes(kid), 'token_key_revoked')
  const delegated = await trust.delegation(claims.delegation, now)
  const { sub, entitlementId, productId, seats } = delegated.claims
  need(!revoked.includes(delegated.kid) && !revoked.includes(sub), 'token_key_revoked')
  const { entitlement, product } = claims.payload
  need(entitlementId === entitlement.id && productId === product.id && seats === entitlement.seats)
  need(claims.sessionNumber > 0 && claims.seq > 0 && (claims.seq === 1) === !('prev' in claims))
}

function checkExport(claims) {
  texts(claims, 'aud', 'sessionId', 'delegation')
  optionalTexts(claims, 'prev', 'revocations')
  need(whole(claims.seq) && whole(claims.sessionNumber) && isObject(claims.payload))
  const { payload } = claims
  for (const name of OBJECTS) need(isObject(payload[name]))
  need(Array.isArray(payload.activationCodes) && isObject(payload.licensee ?? {}))
}

async function rebind(trust, text, given, now) {
  const limits = { lives: true, longest: LONGEST }
  const { claims } = await fromVendor(trust, text, given, now, 'chancery-rebind+jwt', checkRebind, limits)
  need(claims.exp * 1_000_000 > now, 'token_expired')
}

function checkRebind(claims) {
  texts(claims, 'aud', 'serverId', 'machine')
  need(whole(claims.exp))
}

/** What a server signed with the key that is registered for it. */
async function fromServer(trust, text, given, now, typ, checkForm) {
  const inside = await unseal(text, given.vendorKeys, LARGE)
  const token = tokens.parse(inside.text, LARGE)
  need(token.header.typ === typ, 'token_wrong_type')
  const { server, key } = await registered(given.servers, token.header.kid)
  const claims = await tokens.verified(token, typ, key)
  checkForm(claims)
  trust.checkVendor(claims)
  need(claims.aud === inside.recipient && claims.serverId === server.id, 'token_wrong_recipient')
  tokens.checkTime(claims, now, 'carriedFromDevice')
}

async function registered(servers, kid) {
  for (const server of servers) {
    const key = await tokens.deviceKey(server.jwk)
    if (key.kid === kid) return { server, key }
  }
  throw new tokens.Refused('token_key_unknown')
}

const exportReturn = (trust, text, given, now) =>
  fromServer(trust, text, given, now, 'chancery-export-return+jwt', checkReturn)

function checkReturn(claims) {
  texts(claims, 'aud', 'serverId', 'entitlementId', 'sessionId')
  need(whole(claims.seq) && isObject(claims.usage))
}

const usageReport = (trust, text, given, now) => fromServer(trust, text, given, now, 'chancery-usage+jwt', checkReport)

function checkReport(claims) {
  texts(claims, 'aud', 'serverId')
  need(whole(claims.reportSeq) && Array.isArray(claims.sessions) && isObject(claims.log))
  for (const session of claims.sessions) {
    need(isObject(session))
    texts(session, 'sessionId', 'entitlementId')
    need(whole(session.seq) && isObject(session.usage))
  }
}

export const KINDS = { delegation, export: exported, exportReturn, usageReport, rebind }
