//! Editions between the wire and the domain.

use chancery_api_types::management::{CreateEdition, Edition, UpdateEdition};
use chancery_operations::edition::{EditionEdit, EditionView, NewEdition};

pub(super) fn new_edition(body: CreateEdition) -> NewEdition {
    NewEdition {
        name: body.name.0,
        key: body.key.0,
        features: body.features.into_iter().map(|(key, value)| (key.0, value.into())).collect(),
        attributes: body.attributes.into_iter().map(|(key, value)| (key.0, value.0)).collect(),
        metadata: body.metadata.map(Into::into).unwrap_or_default(),
    }
}

pub(super) fn edit(body: UpdateEdition) -> EditionEdit {
    EditionEdit {
        name: body.name.map(|text| text.0),
        key: body.key.map(|text| text.0),
        features: body.features.into_iter().map(|(key, value)| (key.0, value.into())).collect(),
        attributes: body.attributes.into_iter().map(|(key, value)| (key.0, value.0.map(|text| text.0))).collect(),
        metadata: body.metadata.map(Into::into),
    }
}

pub(super) fn edition(view: EditionView) -> Edition {
    let EditionView { edition, features, attributes } = view;
    Edition {
        id: edition.id.into(),
        product_id: edition.product.into(),
        name: edition.name.into(),
        key: edition.key.into(),
        features: features.into_iter().map(|(key, value)| (key.into(), value.into())).collect(),
        attributes: attributes.into_iter().map(|(key, value)| (key.into(), value.into())).collect(),
        metadata: edition.metadata.into(),
        created: edition.created.into(),
        updated: edition.updated.into(),
    }
}
