// Runs vectors, or makes tokens, with jose.
//
//   run.mjs check FILE…   decides every vector, and says which come out otherwise than they say
//   run.mjs make          signs what standard input names: [{"key": JWK with d, "header": {…}, "claims": {…}}, …]
//                         and seals it, if there is a "sealTo" too: a public JWK

import { readFileSync } from 'node:fs'
import { calculateJwkThumbprint, CompactEncrypt, CompactSign, importJWK } from 'jose'
import * as device from './device.mjs'
import * as hosting from './hosting.mjs'
import * as sealed from './sealed.mjs'
import { algorithmOf, micros, Refused, SEAL, Trust } from './tokens.mjs'

async function decide(file, vector) {
  const given = { ...file.given, ...vector.given }
  const { token, kind } = vector
  try {
    if (kind in device.KINDS) {
      await device.KINDS[kind](token, given, micros(given.now))
      return 'accepted'
    }
    if (kind === 'bundle') {
      await Trust.open(token, micros(given.now), given.root)
      return 'accepted'
    }
    const trust = await Trust.open(given.bundle, micros(file.given.now))
    if (kind === 'lease' || kind === 'verdict') await trust.lease(token, given, kind === 'lease')
    else if (kind === 'certificate') await trust.certificate(token, micros(given.now))
    else if (kind === 'revocations') await trust.updateRevocations(token, micros(given.now))
    else if (kind in hosting.KINDS) await hosting.KINDS[kind](trust, token, given, micros(given.now))
    else if (kind in sealed.KINDS) await sealed.KINDS[kind](trust, token, given, micros(given.now))
    else return `a kind that this runner does not know: ${kind}`
    return 'accepted'
  } catch (error) {
    if (error instanceof Refused) return error.message
    throw error
  }
}

async function check(paths) {
  let [wrong, total] = [0, 0]
  for (const path of paths) {
    const file = JSON.parse(readFileSync(path, 'utf8'))
    for (const vector of file.vectors) {
      total += 1
      const outcome = await decide(file, vector)
      if (outcome === vector.expect) continue
      wrong += 1
      console.log(`${path}: ${vector.name}: expected ${vector.expect}, got ${outcome}`)
    }
  }
  console.log(`${total - wrong} of ${total} vectors`)
  return wrong || !total ? 1 : 0
}

async function seal(token, jwk) {
  const header = { ...SEAL, kid: await calculateJwkThumbprint(jwk) }
  return new CompactEncrypt(Buffer.from(token)).setProtectedHeader(header).encrypt(await importJWK(jwk, SEAL.alg))
}

async function make() {
  const tokens = []
  for (const { key, header, claims, sealTo } of JSON.parse(readFileSync(0, 'utf8'))) {
    const { d, p, q, dp, dq, qi, ...pub } = key
    const alg = algorithmOf(key)
    const kid = await calculateJwkThumbprint(pub)
    const signed = new CompactSign(Buffer.from(JSON.stringify(claims))).setProtectedHeader({ ...header, alg, kid })
    const token = await signed.sign(await importJWK(key, alg))
    tokens.push(sealTo ? await seal(token, sealTo) : token)
  }
  console.log(JSON.stringify(tokens))
  return 0
}

const [command, ...paths] = process.argv.slice(2)
if (command === 'check') process.exitCode = await check(paths)
else if (command === 'make') process.exitCode = await make()
else {
  console.error('usage: run.mjs check FILE… | run.mjs make')
  process.exitCode = 2
}
