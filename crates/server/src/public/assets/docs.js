"use strict";
// Shows an OpenAPI document of this server, and tries its operations. Texts are only ever set as text, never as HTML.

const at = (id) => document.getElementById(id);

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const short = (ref) => ref.split("/").pop();

function resolve(schema, doc) {
  return schema && schema.$ref ? doc.components.schemas[short(schema.$ref)] || {} : schema || {};
}

// The schema's type in a few words.
function kind(schema) {
  if (!schema) return "anything";
  if (schema.$ref) return short(schema.$ref);
  const choices = schema.oneOf || schema.anyOf;
  if (choices) return choices.map(kind).join(" or ");
  if (schema.allOf) return schema.allOf.map(kind).join(" and ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const type = Array.isArray(schema.type) ? schema.type.join(" or ") : schema.type || "anything";
  return type === "array" ? "list of " + kind(schema.items) : schema.format ? type + " (" + schema.format + ")" : type;
}

// An example of a value, to begin with.
function example(schema, doc, depth = 0) {
  const whole = resolve(schema, doc);
  if (depth > 4) return null;
  if (whole.examples && whole.examples.length) return whole.examples[0];
  if (whole.enum) return whole.enum[0];
  const choices = whole.oneOf || whole.anyOf;
  if (choices) return example(choices.find((choice) => choice.type !== "null") || choices[0], doc, depth + 1);
  if (whole.allOf) return Object.assign({}, ...whole.allOf.map((part) => example(part, doc, depth + 1)));
  const type = Array.isArray(whole.type) ? whole.type[0] : whole.type;
  if (type === "object") {
    const needed = whole.required || [];
    return Object.fromEntries(needed.map((name) => [name, example((whole.properties || {})[name], doc, depth + 1)]));
  }
  if (type === "array") return [example(whole.items, doc, depth + 1)];
  return { string: "", integer: 0, number: 0, boolean: false }[type] ?? null;
}

function members(schema, doc) {
  const whole = resolve(schema, doc);
  const names = Object.keys(whole.properties || {});
  if (!names.length) return make("p", { class: "soft" }, kind(schema));
  const rows = names.map((name) => {
    const member = whole.properties[name];
    const needed = (whole.required || []).includes(name) ? "needed" : "";
    const about = member.description || resolve(member, doc).description || "";
    const inner = resolve(member, doc);
    const more = inner.properties && member.$ref
      ? make("details", {}, make("summary", {}, kind(member)), members(inner, doc))
      : kind(member);
    return make("tr", {}, make("td", {}, make("code", {}, name)), make("td", {}, more),
      make("td", {}, needed), make("td", {}, about));
  });
  return make("table", {}, make("tbody", {}, ...rows));
}

function fold(title, ...children) {
  return make("details", {}, make("summary", {}, title), ...children);
}

function tryIt(path, method, operation, doc) {
  const inputs = (operation.parameters || []).map((parameter) => {
    const input = make("input", { autocomplete: "off" });
    return { parameter, input };
  });
  const json = operation.requestBody && operation.requestBody.content["application/json"];
  const body = json && make("textarea", { spellcheck: "false", "aria-label": "Body" });
  if (body) body.value = JSON.stringify(example(json.schema, doc), null, 2);
  const output = make("pre", { hidden: "" });
  const button = make("button", { type: "button" }, "Send");
  button.addEventListener("click", () => send(path, method, inputs, body, output));
  const rows = inputs.map(({ parameter, input }) => make("tr", {}, make("td", {}, make("code", {}, parameter.name)),
    make("td", {}, input), make("td", { class: "soft" }, parameter.in + (parameter.required ? ", needed" : ""))));
  return fold("Try it", make("table", {}, make("tbody", {}, ...rows)), body, button, output);
}

async function send(path, method, inputs, body, output) {
  const headers = {};
  const query = new URLSearchParams();
  let address = path;
  for (const { parameter, input } of inputs) {
    if (!input.value) continue;
    if (parameter.in === "path") address = address.replace("{" + parameter.name + "}", encodeURIComponent(input.value));
    if (parameter.in === "query") query.set(parameter.name, input.value);
    if (parameter.in === "header") headers[parameter.name] = input.value;
  }
  const credential = at("credential").value.trim();
  if (credential) headers.Authorization = "Bearer " + credential;
  if (body && body.value.trim()) headers["Content-Type"] = "application/json";
  output.hidden = false;
  output.textContent = "…";
  try {
    const text = String(query);
    const reply = await fetch(address + (text ? "?" + text : ""), {
      method: method.toUpperCase(), headers, body: body && body.value.trim() ? body.value : undefined,
    });
    const content = await reply.text();
    const named = ["request-id", "etag", "chancery-nonce"].filter((name) => reply.headers.get(name));
    const lines = named.map((name) => name + ": " + reply.headers.get(name));
    output.textContent = [reply.status + " " + reply.statusText, ...lines, "", pretty(content)].join("\n");
  } catch (error) {
    output.textContent = "The server did not answer: " + error.message;
  }
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

function show(path, method, operation, doc) {
  const title = make("h3", {}, make("span", { class: "method" }, method), make("span", { class: "path" }, path));
  const parts = [title, make("p", {}, operation.summary || "", " ", make("span", { class: "soft" }, operation.description || ""))];
  const json = operation.requestBody && operation.requestBody.content["application/json"];
  if (json) parts.push(fold("Request: " + kind(json.schema), members(json.schema, doc)));
  for (const [status, reply] of Object.entries(operation.responses)) {
    if (/^[45]/.test(status)) {
      parts.push(make("p", { class: "soft" }, status + ": " + (reply.description || "")));
      continue;
    }
    const content = Object.values(reply.content || {})[0];
    const detail = content ? members(content.schema, doc) : make("p", { class: "soft" }, "No body.");
    parts.push(fold(status + " " + (reply.description || ""), detail));
  }
  parts.push(tryIt(path, method, operation, doc));
  return make("section", { class: "operation", id: operation.operationId }, ...parts);
}

async function load() {
  const api = at("api").value;
  at("document").href = "/openapi/" + api + ".json";
  const doc = await (await fetch("/openapi/" + api + ".json")).json();
  const groups = new Map();
  for (const [path, item] of Object.entries(doc.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const tag = (operation.tags || ["other"])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push({ path, method, operation });
    }
  }
  const index = [];
  const operations = [make("h2", {}, doc.info.title), make("p", {}, doc.info.description || "")];
  for (const [tag, all] of groups) {
    index.push(make("h2", {}, tag));
    operations.push(make("h2", {}, tag));
    for (const { path, method, operation } of all) {
      index.push(make("a", { href: "#" + operation.operationId }, operation.operationId));
      operations.push(show(path, method, operation, doc));
    }
  }
  at("index").replaceChildren(...index);
  at("operations").replaceChildren(...operations);
}

at("api").addEventListener("change", load);
load();
