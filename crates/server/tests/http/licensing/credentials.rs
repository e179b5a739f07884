//! Credentials and seat ids (LIC-1, LIC-2, LIC-3).

use serde_json::{Value, json};

use super::holder::{activate, claim, claim_with, logged, validate};
use crate::common::{TestApp, on_both_engines};
use crate::management::shop::Shop;

fn with_credential(credential: &Value) -> Value {
    claim_with("", "pc-1", &json!({ "credential": credential }))
}

on_both_engines! {
    async fn lic_1_a_product_and_an_account_that_nobody_has_look_like_others(app: TestApp) {
        for (credential, code) in [
            (json!({ "type": "licensee", "number": "L-1" }), "credential_not_available_here"),
            (json!({ "type": "openIdToken", "token": "x.y.z" }), "credential_invalid"),
            (json!({ "type": "password", "username": "bob", "password": "secret" }), "credential_invalid"),
        ] {
            for product in ["cad", "unknown"] {
                let mut body = with_credential(&credential);
                body["productId"] = product.into();
                activate(&app, body.clone()).await.problem(code);
                validate(&app, body).await.problem(code);
            }
        }
    }

    async fn lic_1_a_credential_that_is_none_is_invalid(app: TestApp) {
        for (credential, path, code) in [
            (json!(null), "credential", "bad_format"),
            (json!("code"), "credential", "bad_format"),
            (json!({}), "credential.type", "required"),
            (json!({ "type": null }), "credential.type", "bad_format"),
            (json!({ "type": "ActivationCode", "code": "x" }), "credential", "bad_format"),
            (json!({ "type": "magic" }), "credential", "bad_format"),
            (json!({ "type": "activationCode" }), "credential.code", "required"),
            (json!({ "type": "activationCode", "code": null }), "credential.code", "required"),
            (json!({ "type": "activationCode", "code": 7 }), "credential.code", "bad_format"),
            (json!({ "type": "activationCode", "code": "" }), "credential.code", "required"),
            (json!({ "type": "activationCode", "code": " - - " }), "credential.code", "required"),
            (json!({ "type": "licensee" }), "credential.number", "required"),
            (json!({ "type": "openIdToken", "code": "x" }), "credential.token", "required"),
            (json!({ "type": "password", "username": "bob" }), "credential.password", "required"),
        ] {
            activate(&app, with_credential(&credential)).await.invalid(path, code);
            validate(&app, with_credential(&credential)).await.invalid(path, code);
        }
        let mut body = claim("x", "pc-1");
        body.as_object_mut().unwrap().remove("credential");
        activate(&app, body).await.invalid("credential", "required");
    }

    async fn lic_2_a_code_is_read_as_people_type_it(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        let code = &sold.code;
        let first = activate(&app, claim(code, "pc-1")).await.created();
        let spaced: String = code.replace('-', "").chars().map(|c| format!("{c} ")).collect();
        for typed in [
            code.to_lowercase(),
            code.replace('-', ""),
            code.replace('-', " "),
            format!("  {code}\t\n"),
            format!("--{code}--"),
            spaced,
            code.replace('0', "O").replace('1', "I"),
            code.replace('0', "o").replace('1', "l"),
        ] {
            let body = activate(&app, claim(&typed, "pc-1")).await.ok();
            assert_eq!(body["activation"]["id"], first["activation"]["id"], "{typed}");
        }
        for wrong in [&code[1..], &format!("{code}0"), &code.replacen('-', "_", 1)] {
            activate(&app, claim(wrong, "pc-1")).await.problem("activation_code_unknown");
        }
    }

    async fn lic_2_a_vendor_s_own_code_is_read_alike(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let own = json!({ "customerId": "CRM-1001", "items": [{ "sku": "CAD-C" }],
                          "activationCodes": ["OIL-2026-initech"] });
        shop.make("/orders", own).await;
        activate(&app, claim("oil2026Initech", "pc-1")).await.created();
        activate(&app, claim("011-2026 1N1TECH", "pc-1")).await.ok();
        activate(&app, claim("011-2026 1N1TECK", "pc-1")).await.problem("activation_code_unknown");
    }

    async fn lic_3_seat_ids_that_identify_nothing_are_refused(app: TestApp) {
        let shop = Shop::open(&app, "Acme").await;
        let sold = shop.sell("CAD-C").await;
        for dummy in [
            "", " ", "\t", "none", "None", "NULL", "null", "To be filled by O.E.M.", "to be filled by o.e.m.", "0",
            "00000000", "00000000-0000-0000-0000-000000000000", "00:00:00:00:00:00", "-", "Default string",
            "System Serial Number", "ffffffff-ffff-ffff-ffff-ffffffffffff", " none ",
        ] {
            activate(&app, claim(&sold.code, dummy)).await.invalid("seatId", "dummy_value");
            validate(&app, claim(&sold.code, dummy)).await.invalid("seatId", "dummy_value");
        }
        activate(&app, claim(&sold.code, &"x".repeat(129))).await.invalid("seatId", "too_long");
        activate(&app, claim(&sold.code, "a\u{7}b")).await.invalid("seatId", "bad_format");
        for wrong in [json!(7), json!(["pc"]), json!(null)] {
            let body = claim_with(&sold.code, "", &json!({ "seatId": wrong }));
            activate(&app, body).await.invalid("seatId", "bad_format");
        }
        assert_eq!(logged(&shop, &sold.entitlement).await.len(), 0);
        for good in ["x".repeat(128), "\u{1F469}-ü漢".repeat(25)] {
            let made = activate(&app, claim(&sold.code, &good)).await.created();
            assert_eq!(made["activation"]["seatId"], good);
        }
    }
}
