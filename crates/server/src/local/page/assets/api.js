// Calls of the local management API, by the key that the browser knows.

const PREFIX = "/api/lls";

// What the server answered, or why it did not.
export class Problem extends Error {
  constructor(facts) {
    super(facts.detail || facts.title);
    Object.assign(this, { facts, title: facts.title, detail: facts.detail, code: facts.code, status: facts.status });
    Object.assign(this, { errors: facts.errors, requestId: facts.requestId });
  }
}

async function refused(reply) {
  const about = { status: reply.status, requestId: reply.headers.get("request-id") };
  let facts = {};
  try { facts = await reply.json(); } catch { facts = { title: "The server answered " + reply.status }; }
  if (reply.status === 401) facts.detail = "Load this page again, and sign in as admin with the admin key.";
  return new Problem({ ...about, ...facts });
}

function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function send(method, path, init) {
  const options = { method, credentials: "same-origin", cache: "no-store", redirect: "error", ...init };
  try {
    return await fetch(new URL(PREFIX + path, location.origin), options);
  } catch {
    throw new Problem({ title: "The server did not answer", detail: "Look whether it runs, and try again: nothing is done twice." });
  }
}

async function json(method, path, init) {
  const reply = await send(method, path, init);
  if (!reply.ok) throw await refused(reply);
  return reply.json();
}

// The last change that got no answer: done again with the same key, it is not done twice.
let unanswered = null;

async function change(method, path, body) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const same = unanswered && unanswered.what === [method, path, text].join("\n");
  const key = same ? unanswered.key : newKey();
  unanswered = { what: [method, path, text].join("\n"), key };
  const headers = { "Idempotency-Key": key };
  if (text !== undefined) headers["Content-Type"] = "application/json";
  try {
    const done = await json(method, path, { headers, body: text });
    unanswered = null;
    return done;
  } catch (error) {
    if (error.status) unanswered = null;
    throw error;
  }
}

export const get = (path) => json("GET", path);
export const post = (path, body = {}) => change("POST", path, body);
export const remove = (path) => change("DELETE", path);

// The token in a file's bytes.
export function readToken(bytes) {
  return json("POST", "/token/read", { headers: { "Content-Type": "application/octet-stream" }, body: bytes });
}

// A token's QR codes, as the bytes of a drawing.
export async function drawToken(token) {
  const headers = { "Content-Type": "application/json" };
  const reply = await send("POST", "/token/picture", { headers, body: JSON.stringify({ token }) });
  if (!reply.ok) throw await refused(reply);
  return reply.blob();
}
