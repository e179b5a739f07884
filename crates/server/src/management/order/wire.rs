//! Orders between the wire and the domain.

use chancery_api_types::management::{CreateOrder, CreateOrderItem, ExtendOrder, Order, OrderEntitlement, UpdateOrder};
use chancery_api_types::wire::EmptyList;
use chancery_domain::{Entitlement, OrderItem, Timestamp};
use chancery_operations::order::{NewItem, NewOrder, OrderEdit, OrderExtension, OrderView};

use crate::management::activation_code::wire as codes;
use crate::show;

pub(super) fn new_order(body: CreateOrder) -> NewOrder {
    NewOrder {
        customer: body.customer_id.0,
        reference: body.reference.map(|text| text.0),
        items: body.items.into_iter().map(new_item).collect(),
        codes: codes::codes(body.activation_codes),
        contacts: body.contacts.into_iter().map(|id| id.0).collect(),
        metadata: body.metadata.map(Into::into).unwrap_or_default(),
    }
}

pub(super) fn extension(body: ExtendOrder) -> OrderExtension {
    OrderExtension { items: body.items.into_iter().map(new_item).collect() }
}

fn new_item(item: CreateOrderItem) -> NewItem {
    NewItem {
        sku: item.sku.map(|text| text.0),
        offering: item.offering_id.map(|which| which.0),
        terms: OrderItem {
            seats: item.seats.map(Into::into),
            start: item.start.map(|instant| instant.0),
            maintenance_end: item.maintenance_end.map(|instant| instant.0),
        },
    }
}

pub(super) fn edit(body: UpdateOrder) -> OrderEdit {
    OrderEdit {
        reference: body.reference.map(|text| text.0),
        contacts: body.contacts.map(|ids| ids.into_iter().map(|id| id.0).collect()),
        metadata: body.metadata.map(Into::into),
    }
}

pub(super) fn order(view: OrderView) -> Order {
    let OrderView { order, entitlements, codes, now } = view;
    let deleted = show::deleted(order.deleted());
    Order {
        id: order.id.into(),
        customer_id: order.customer.into(),
        reference: order.reference.map(Into::into),
        entitlements: entitlements.into_iter().map(|granted| entitlement(granted, now)).collect(),
        activation_codes: codes.into_iter().map(codes::code).collect(),
        license_keys: EmptyList,
        deleted: deleted.since,
        purge_at: deleted.purge_at,
        deleted_with: deleted.with,
        contacts: order.contacts.into_iter().map(Into::into).collect(),
        dual_use: EmptyList,
        metadata: order.metadata.into(),
        created: order.created.into(),
        updated: order.updated.into(),
    }
}

fn entitlement(granted: Entitlement, now: Timestamp) -> OrderEntitlement {
    OrderEntitlement {
        deleted: granted.deleted().map(|deleted| deleted.deletion.since.into()),
        id: granted.id.into(),
        product_id: granted.product.into(),
        edition_id: granted.edition.into(),
        offering_id: granted.offering.into(),
        status: granted.status(now).into(),
        license_type: granted.license_type().into(),
        seats: granted.seats.into(),
        start: granted.start.map(Into::into),
        expiry: granted.expiry.map(Into::into),
        sku: granted.sku.into(),
    }
}
