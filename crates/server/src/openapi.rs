//! The OpenAPI documents (API-5): what the endpoints say of themselves, and what holds for all of them.

use chancery_api_types::management::{DryRun, DryRunChange, Leaving};
use chancery_api_types::{Code, MEDIA_TYPE, Problem, wire};
use serde_json::{Map, Value, json};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, Info, OpenApi, OpenApiBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use crate::{App, licensing, local, management, portal};

/// One API's document: how it is named, and what it begins with.
struct Api {
    file: &'static str,
    title: &'static str,
    about: &'static str,
    scheme: &'static str,
    credential: &'static str,
    prefix: &'static str,
    router: fn() -> OpenApiRouter<App>,
}

const APIS: [Api; 4] = [
    Api {
        file: "management.json",
        title: "Chancery management API",
        about: "For a vendor's systems: the catalog, customers, orders, entitlements, activations.",
        scheme: "apiKey",
        credential: "An API key, `apik_…`.",
        prefix: management::PREFIX,
        router: management::router,
    },
    Api {
        file: "licensing.json",
        title: "Chancery licensing API",
        about: "For licensed products: activation, leases, features.",
        scheme: "accessToken",
        credential: "The access token of the activation.",
        prefix: licensing::PREFIX,
        router: licensing::router,
    },
    Api {
        file: "portal.json",
        title: "Chancery portal API",
        about: "For a customer's contacts: what they may do for the orders that name them.",
        scheme: "apiKey",
        credential: "A contact's API key, `apik_…`.",
        prefix: portal::PREFIX,
        router: portal::router,
    },
    Api {
        file: "local.json",
        title: "Chancery local management API",
        about: "For the administrator of a local server: its license, what it hosts, and tokens that are carried.",
        scheme: "adminKey",
        credential: "The local server's admin key, `apik_…`; or as the password of the user `admin` (Basic).",
        prefix: local::PREFIX,
        router: local::router,
    },
];

/// Every document: its file name, and its text. They are checked in, and served at `/openapi/`.
#[must_use]
pub fn openapi_documents() -> Vec<(&'static str, String)> {
    APIS.iter().map(|api| (api.file, format!("{:#}\n", document(api)))).collect()
}

fn document(api: &Api) -> Value {
    let begun = OpenApiRouter::with_openapi(head(api));
    let whole = begun.nest(api.prefix, (api.router)()).into_openapi();
    let mut document = serde_json::to_value(whole).unwrap_or_default();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Some(operation) = operation.as_object_mut() {
                complete(api, path, method, operation);
            }
        }
    }
    add_lost_schemas(&mut document);
    document
}

/// Schemas of paths' and queries' parameters, and of dry runs, are referred to, but not collected by the macros.
fn add_lost_schemas(document: &mut Value) {
    let mut text = document.to_string();
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    let Some(schemas) = schemas else { return };
    for (name, schema) in schemas_of_parameters() {
        if text.contains(&format!("#/components/schemas/{name}\"")) && !schemas.contains_key(&name) {
            let schema = serde_json::to_value(schema).unwrap_or_default();
            text.push_str(&schema.to_string());
            schemas.insert(name, schema);
        }
    }
}

fn schemas_of_parameters() -> Vec<(String, RefOr<Schema>)> {
    fn named<T: ToSchema>() -> (String, RefOr<Schema>) {
        (T::name().into_owned(), T::schema())
    }
    vec![
        named::<DryRun>(),
        named::<DryRunChange>(),
        named::<Leaving>(),
        named::<wire::ActivationCodeIdText>(),
        named::<wire::ActivationIdText>(),
        named::<wire::ApiKeyIdText>(),
        named::<wire::ContactIdText>(),
        named::<wire::CustomerRef>(),
        named::<wire::EditionRef>(),
        named::<wire::EntitlementIdText>(),
        named::<wire::EntitlementStatusText>(),
        named::<wire::KeyText>(),
        named::<wire::LicenseeRef>(),
        named::<wire::LocalServerIdText>(),
        named::<wire::OfferingRef>(),
        named::<wire::OpenIdProviderIdText>(),
        named::<wire::OrderRef>(),
        named::<wire::PlanIdText>(),
        named::<wire::ProductRef>(),
        named::<wire::ReleaseDateText>(),
        named::<wire::SeatIdText>(),
        named::<wire::SigningKeyIdText>(),
        named::<wire::TimestampText>(),
    ]
}

fn head(api: &Api) -> OpenApi {
    let mut info = Info::new(api.title, "1");
    info.description = Some(format!(
        "{} Errors are problems (RFC 9457), whose codes are explained at `/docs/problems`. Every reply has `Request-Id`.",
        api.about
    ));
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(api.credential)).build();
    let mut schemas = vec![("Problem".to_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    let components =
        ComponentsBuilder::new().security_scheme(api.scheme, SecurityScheme::Http(scheme)).schemas_from_iter(schemas);
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components.build()))
        .security(Some([SecurityRequirement::new(api.scheme, Vec::<String>::new())]))
        .build()
}

/// Adds what every such operation can answer, so that endpoints name only what is their own.
fn complete(api: &Api, path: &str, method: &str, operation: &mut Map<String, Value>) {
    let changes = method != "get";
    let anonymous = operation.get("security").and_then(Value::as_array).is_some_and(|all| all.contains(&json!({})));
    let body = operation.contains_key("requestBody");
    if changes {
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        parameters.as_array_mut().into_iter().for_each(|all| all.push(idempotency_key()));
    }
    let versions = [management::PREFIX, local::PREFIX].contains(&api.prefix);
    let conditional = changes && versions && names_a_version(path, operation);
    if conditional {
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        parameters.as_array_mut().into_iter().for_each(|all| all.push(if_match()));
    }
    let proves = takes(operation, "Chancery-Nonce");
    if proves {
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        parameters.as_array_mut().into_iter().for_each(|all| all.push(device_proof()));
    }
    let query = operation.contains_key("parameters");
    let rehearses = takes(operation, "dryRun");
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    if rehearses {
        add_dry_run(responses);
    }
    let mut can = |codes: &[Code]| codes.iter().for_each(|code| add(responses, *code));
    can(&[Code::MalformedRequest, Code::UriTooLong, Code::RateLimited, Code::HeadersTooLarge, Code::InternalError]);
    can(&[Code::StorageUnavailable, Code::DiskFull, Code::ShuttingDown]);
    match (anonymous, api.scheme) {
        (true, _) => {}
        // More than one `DPoP` is none, also where none is looked at.
        (false, "accessToken") => can(&[Code::CredentialMissing, Code::AccessTokenInvalid, Code::TokenMalformed]),
        (false, _) => {
            can(&[Code::CredentialMissing, Code::CredentialInvalid, Code::CredentialExpired, Code::NotPermitted]);
            // A contact's key, also one that is shown where none works.
            can(&[Code::CustomerDisabled]);
        }
    }
    if api.prefix == local::PREFIX {
        can(&[Code::HostNotAllowed, Code::OriginNotAllowed]);
    }
    // On a local server (LLS-1).
    if api.prefix == licensing::PREFIX {
        can(&[Code::LocalServerNotActive]);
    }
    // Of what an idempotency key made, a retry after its deletion finds nothing.
    if changes || path.contains('{') {
        can(&[Code::NotFound]);
    }
    if body {
        can(&[Code::BodyTooLarge, Code::MediaTypeUnsupported]);
    }
    if body || query {
        can(&[Code::ValidationFailed]);
    }
    if changes {
        can(&[Code::IdempotencyKeyReused]);
    }
    if proves {
        can(&OF_PROOFS);
    }
    if conditional {
        can(&[Code::VersionConflict]);
    }
    describe(responses);
}

/// Whether what an operation changes has a version (API-4): what is made anew has none yet, unless it becomes part of something.
/// The vendor itself needs no id in the path.
fn names_a_version(path: &str, operation: &Map<String, Value>) -> bool {
    const PARTS: [&str; 2] = ["createContact", "createActivationCode"];
    let name = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
    let named = path.contains('{') || name == "updateVendor";
    named && (PARTS.contains(&name) || !name.starts_with("create"))
}

/// Whether an operation has a parameter of this name.
fn takes(operation: &Map<String, Value>, parameter: &str) -> bool {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    parameters.into_iter().flatten().any(|known| known.get("name").is_some_and(|name| name == parameter))
}

/// What else 200 can mean: that nothing was done, and what would have been (MAN-3). A catalog's import says that in its own way.
fn add_dry_run(responses: &mut Value) {
    const OF_ITS_OWN: &str = "#/components/schemas/CatalogImport";
    let dry_run = json!({ "$ref": "#/components/schemas/DryRun" });
    let done = responses.pointer("/200/content/application~1json/schema").cloned();
    let schema = match done {
        Some(own) if own.get("$ref").is_some_and(|name| name == OF_ITS_OWN) => return,
        Some(done) => json!({ "oneOf": [done, dry_run] }),
        None => dry_run,
    };
    responses["200"]["content"]["application/json"]["schema"] = schema;
}

fn if_match() -> Value {
    json!({
        "name": "If-Match", "in": "header", "required": false,
        "description": "Change it only if this is still its `ETag` (or one of several, or `*`); else `version_conflict`.",
        "schema": { "type": "string" },
    })
}

/// Why a proof in the header `DPoP` is refused, or that there is none. That it is malformed, every call can say.
const OF_PROOFS: [Code; 6] = [
    Code::TokenReplayed,
    Code::TokenSignatureInvalid,
    Code::TokenWrongType,
    Code::TokenWrongRecipient,
    Code::TokenExpired,
    Code::TokenNotYetValid,
];

fn device_proof() -> Value {
    json!({
        "name": "DPoP", "in": "header", "required": false,
        "description": "Proof of the device's key for this call (RFC 9449); the product's secret mode `key` asks for one.",
        "schema": { "type": "string" },
    })
}

fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key", "in": "header", "required": false,
        "description": "The same key within 24 hours repeats the reply, and the thing happens once.",
        "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
    })
}

/// Adds a code to the description of its status.
fn add(responses: &mut Value, code: Code) {
    let (Some(status), Some(responses)) = (code.status(), responses.as_object_mut()) else { return };
    let response = responses.entry(status.to_string()).or_insert_with(|| json!({ "description": "" }));
    let known = response.get("description").and_then(Value::as_str).unwrap_or_default();
    if known.split(", ").any(|told| told == code.name()) {
        return;
    }
    let text = if known.is_empty() { code.name().to_owned() } else { format!("{known}, {}", code.name()) };
    response["description"] = text.into();
}

/// Gives every problem its schema, and every response a description.
fn describe(responses: &mut Value) {
    for (status, response) in responses.as_object_mut().into_iter().flatten() {
        if status.starts_with(['4', '5']) {
            response["content"] = json!({ MEDIA_TYPE: { "schema": { "$ref": "#/components/schemas/Problem" } } });
        } else if response.get("description").is_none_or(|text| text == "") {
            response["description"] = "Done.".into();
        }
    }
}
