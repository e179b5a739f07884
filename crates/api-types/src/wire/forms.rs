//! The textual forms of the domain's values, and a short name for each: schemas need names without parameters.

use chancery_domain as domain;
use chancery_domain::Id;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat};

use super::{Notes, ReleaseDate, Text, TextForm};

macro_rules! ids {
    ($($alias:ident = $id:ident;)*) => {$(
        #[doc = concat!("A [`domain::", stringify!($id), "`] on the wire.")]
        pub type $alias = Text<domain::$id>;

        impl TextForm for domain::$id {
            const NAME: &'static str = stringify!($id);

            fn right() -> String {
                format!("give an id such as {}_01m4jx7gd1eb9bvwgxq8w7mmp3", Self::PREFIX)
            }

            fn describe(schema: ObjectBuilder) -> ObjectBuilder {
                schema
                    .pattern(Some(format!("^{}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$", Self::PREFIX)))
                    .examples([format!("{}_01m4jx7gd1eb9bvwgxq8w7mmp3", Self::PREFIX)])
            }
        }
    )*};
}

ids! {
    CustomerIdText = CustomerId;
    ContactIdText = ContactId;
    ProductIdText = ProductId;
    EditionIdText = EditionId;
    PlanIdText = PlanId;
    OfferingIdText = OfferingId;
    OrderIdText = OrderId;
    EntitlementIdText = EntitlementId;
    ActivationIdText = ActivationId;
    ActivationCodeIdText = ActivationCodeId;
    FeatureIdText = FeatureId;
    AttributeIdText = AttributeId;
    ApiKeyIdText = ApiKeyId;
    SigningKeyIdText = SigningKeyId;
    EventIdText = EventId;
    LicenseeIdText = LicenseeId;
    LocalServerIdText = LocalServerId;
    ExportSessionIdText = ExportSessionId;
    OpenIdProviderIdText = OpenIdProviderId;
    VendorIdText = VendorId;
}

macro_rules! checked {
    ($($alias:ident = $text:ident: $right:literal;)*) => {$(
        #[doc = concat!("A [`domain::", stringify!($text), "`] on the wire.")]
        pub type $alias = Text<domain::$text>;

        impl TextForm for domain::$text {
            const NAME: &'static str = stringify!($text);

            fn right() -> String {
                format!(concat!("give ", $right, " of 1 to {} characters, without blanks at its ends"), Self::LONGEST)
            }

            fn describe(schema: ObjectBuilder) -> ObjectBuilder {
                schema.min_length(Some(1)).max_length(Some(Self::LONGEST))
            }
        }
    )*};
}

checked! {
    NameText = Name: "a name";
    KeyText = Key: "a key that is not of the form of an id,";
    SkuText = Sku: "a SKU that is not of the form of an id,";
    ReferenceText = Reference: "a reference that is not of the form of an id,";
    LicenseeNumberText = LicenseeNumber: "a number that is not of the form of an id,";
    SeatIdText = SeatId: "what identifies this device, user or workload,";
    ReasonText = Reason: "a reason";
    AttributeValueText = AttributeText: "a value";
}

macro_rules! enumerations {
    ($($alias:ident = $name:ident;)*) => {$(
        #[doc = concat!("A [`domain::", stringify!($name), "`] on the wire.")]
        pub type $alias = Text<domain::$name>;

        impl TextForm for domain::$name {
            const NAME: &'static str = stringify!($name);

            fn right() -> String {
                format!("give one of {}", Self::ALL.iter().map(|one| one.name()).collect::<Vec<_>>().join(", "))
            }

            fn describe(schema: ObjectBuilder) -> ObjectBuilder {
                schema.enum_values(Some(Self::ALL.iter().map(|one| one.name())))
            }
        }
    )*};
}

enumerations! {
    ActivationStatusText = ActivationStatus;
    AttributeTypeText = AttributeType;
    ConcurrencyText = Concurrency;
    DeviceKeysText = DeviceKeys;
    EnforcementText = Enforcement;
    EntitlementStatusText = EntitlementStatus;
    FeatureTypeText = FeatureType;
    GiveBackText = GiveBack;
    KeyPurposeText = KeyPurpose;
    KeyStatusText = KeyStatus;
    KeyWarningText = KeyWarning;
    LevelText = Level;
    LicenseStartText = LicenseStart;
    LicenseTypeText = LicenseType;
    ModeText = Mode;
    OverridableText = Overridable;
    PlanTypeText = PlanType;
    SecretModeText = SecretMode;
    UsageResetText = UsageReset;
}

macro_rules! forms {
    ($($(#[$doc:meta])* $alias:ident = $form:ty, $name:literal, $right:literal,
        |$schema:ident| $describe:expr;)*) => {$(
        $(#[$doc])*
        pub type $alias = Text<$form>;

        impl TextForm for $form {
            const NAME: &'static str = $name;

            fn right() -> String {
                $right.to_owned()
            }

            fn describe($schema: ObjectBuilder) -> ObjectBuilder {
                $describe
            }
        }
    )*};
}

forms! {
    /// An instant, RFC 3339 with `Z`, to the microsecond.
    TimestampText = domain::Timestamp, "Timestamp",
        "give an instant of RFC 3339, such as 2026-11-21T10:00:00Z", |schema| schema
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .examples(["2026-11-21T10:00:00Z"]);
    /// When a release of a product was made: an instant, or a day.
    ReleaseDateText = ReleaseDate, "ReleaseDate",
        "give a day such as 2026-11-21, or an instant of RFC 3339", |schema| schema
        .description(Some("A day, which means its first instant in UTC, or an instant (RFC 3339)."))
        .examples(["2026-11-21", "2026-11-21T10:00:00Z"]);
    /// An e-mail address.
    EmailText = domain::Email, "Email", "give an address such as bob@initech.example", |schema| schema
        .format(Some(SchemaFormat::Custom("email".to_owned())))
        .max_length(Some(254));
    /// What an API key may do (MAN-1).
    KeyScopeText = domain::KeyScope, "KeyScope",
        "give admin, or a group and an access such as catalog:read or orders:write", |schema| schema
        .description(Some("`admin`, or a group of resources and an access: `write` includes `read`."))
        .pattern(Some("^(admin|(catalog|customers|orders|entitlements|audit|settings):(read|write))$"))
        .examples(["admin", "catalog:read", "orders:write"]);
    /// The address of an OpenID provider.
    IssuerText = domain::Issuer, "Issuer",
        "give an address such as https://id.example, which begins with https and has neither `?` nor `#`", |schema| schema
        .format(Some(SchemaFormat::Custom("uri".to_owned())))
        .max_length(Some(500))
        .examples(["https://id.example/realms/acme"]);
    /// For whom a token is (`aud`).
    AudienceText = domain::Audience, "Audience", "give 1 to 200 visible ASCII characters", |schema| schema
        .min_length(Some(1)).max_length(Some(200));
    /// The name of a claim.
    ClaimNameText = domain::ClaimName, "ClaimName", "give 1 to 200 visible ASCII characters", |schema| schema
        .min_length(Some(1)).max_length(Some(200)).examples(["email"]);
    /// By what a machine is known (EXP-10).
    MachineText = domain::MachineIdentity, "MachineIdentity",
        "give the one line that `chancery local identity` shows, such as board:40:0f…", |schema| schema
        .min_length(Some(1)).max_length(Some(domain::MachineIdentity::LONGEST));
    /// What the vendor's staff note.
    NotesText = Notes, "Notes", "give at most 10000 characters", |schema| schema
        .max_length(Some(Notes::LONGEST));
}
