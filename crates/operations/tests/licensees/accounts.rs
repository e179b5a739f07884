//! Accounts: contacts who claim seats of their orders (LIC-1, API-2).

use std::sync::Arc;

use chancery_domain::*;
use chancery_operations::credential::{self, Claimant, Credential};
use chancery_operations::customer::{self, NewContact, NewCustomer};
use chancery_operations::{Error, contact};

use crate::on_both_engines;
use crate::shop::{Shop, parse};

on_both_engines! {
    lic_1_an_address_is_one_in_large_and_small_letters_of_any_script,
    lic_1_of_many_contacts_of_one_address_those_with_passwords_are_asked,
    api_2_what_is_no_address_is_nobodys,
}

const PASSWORD: &str = "correct horse battery";

async fn buyer(shop: &Shop, reference: &str, email: &str) -> Customer {
    let new = NewCustomer {
        name: parse(reference),
        reference: Some(parse(reference)),
        contacts: vec![NewContact { name: parse("Zoë"), email: Email::new(email).unwrap() }],
        notes: String::new(),
        metadata: Metadata::default(),
    };
    customer::create(shop.system(0), &shop.admin(), new).await.unwrap()
}

async fn set_password(shop: &Shop, customer: &Customer) {
    let (which, contact) = (Selector::Id(customer.id), customer.contacts[0].id);
    let new = Password::new(PASSWORD).unwrap();
    contact::set_password(shop.system(0), &shop.admin(), which, contact, new).await.unwrap();
}

async fn sign_in(shop: &Shop, username: &str, password: &str) -> Result<Claimant, Error> {
    let shown = Credential::Password { username: username.to_owned(), password: password.to_owned() };
    credential::claimant(shop.system(1), &shown, shop.product.into(), shop.now()).await
}

async fn lic_1_an_address_is_one_in_large_and_small_letters_of_any_script(shop: Arc<Shop>) {
    let customer = buyer(&shop, "C-1", "Zoë.ÅKESSON@Example.com").await;
    set_password(&shop, &customer).await;
    for same in ["Zoë.ÅKESSON@Example.com", "zoë.åkesson@example.com", "ZOË.ÅKESSON@EXAMPLE.COM"] {
        assert!(sign_in(&shop, same, PASSWORD).await.is_ok(), "{same}");
        let again = NewContact { name: parse("Zoë"), email: Email::new(same).unwrap() };
        let made = contact::create(shop.system(0), &shop.admin(), customer.id.into(), again).await;
        assert!(matches!(made, Err(Error::AlreadyExists { field: "email" })), "{same}: {made:?}");
    }
    assert!(sign_in(&shop, "zoe.akesson@example.com", PASSWORD).await.is_err());
    assert!(sign_in(&shop, "zoë.åkesson@example.com", "another password").await.is_err());
}

async fn lic_1_of_many_contacts_of_one_address_those_with_passwords_are_asked(shop: Arc<Shop>) {
    for i in 0..6 {
        buyer(&shop, &format!("C-{i}"), "zoe@example.com").await;
    }
    let last = buyer(&shop, "C-LAST", "zoe@example.com").await;
    set_password(&shop, &last).await;
    let claimant = sign_in(&shop, "zoe@example.com", PASSWORD).await.unwrap();
    let contact = last.contacts[0].id;
    assert!(matches!(claimant.caller.actor, Actor::Contact { id, .. } if id == contact), "{:?}", claimant.caller.actor);
}

async fn api_2_what_is_no_address_is_nobodys(shop: Arc<Shop>) {
    for none in ["", "zoe", "zoe@example.com\0", "\0", "a b@example.com"] {
        let refused = sign_in(&shop, none, PASSWORD).await;
        assert!(matches!(refused, Err(Error::Unauthenticated(_))), "{none:?}: {:?}", refused.err());
    }
}
