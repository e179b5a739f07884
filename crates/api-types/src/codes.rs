//! The problem codes: one table, of which the documentation is generated. A code, once published, keeps its meaning.

macro_rules! codes {
    ($($variant:ident = $name:literal, $status:expr, $title:literal, $help:literal;)*) => {
        /// A problem's code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "the table below says all of each")]
        pub enum Code { $($variant,)* }

        impl Code {
            /// Every code, by status; then those of the SDK, and those of the command line.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code on the wire.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The HTTP status that goes with it; nothing for what only the SDK and the command line say.
            #[must_use]
            pub const fn status(self) -> Option<u16> {
                match self { $(Self::$variant => $status,)* }
            }

            /// What happened, in a few words that never change.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// What to do about it, in a sentence.
            #[must_use]
            pub const fn help(self) -> &'static str {
                match self { $(Self::$variant => $help,)* }
            }
        }
    };
}

codes! {
    MalformedRequest = "malformed_request", Some(400), "The request cannot be read",
        "Send well-formed JSON in UTF-8, and a well-formed path and query.";

    CredentialMissing = "credential_missing", Some(401), "A credential is needed",
        "Send `Authorization: Bearer` with an API key, or with the access token of the activation.";
    CredentialInvalid = "credential_invalid", Some(401), "The credential is not accepted",
        "Check that the API key, token or password is complete, belongs to this server, and was not deleted or changed.";
    CredentialExpired = "credential_expired", Some(401), "The credential has expired",
        "Make a new API key, or sign in again for a new token, and use that.";
    AccessTokenInvalid = "access_token_invalid", Some(401), "The access token is not accepted",
        "Activate again with the same seat id; it gives a new access token and takes no other seat.";

    NotPermitted = "not_permitted", Some(403), "The credential does not allow this",
        "Use an API key that has the scope named in `needed`; on the portal API, a contact's key.";
    EntitlementExpired = "entitlement_expired", Some(403), "The entitlement has expired",
        "Renew the entitlement; then activate or refresh again.";
    EntitlementDisabled = "entitlement_disabled", Some(403), "The entitlement is disabled",
        "Ask the vendor why, who can enable it again.";
    CustomerDisabled = "customer_disabled", Some(403), "The customer is disabled",
        "Ask the vendor why, who can enable the customer again.";
    EntitlementNotStarted = "entitlement_not_started", Some(403), "The entitlement has not started",
        "Wait for its `start`, or ask the vendor to start it.";
    MaintenanceEnded = "maintenance_ended", Some(403), "This release is newer than the maintenance",
        "Use a release that was made before the maintenance ended, or extend the maintenance.";
    OfflineNotPermitted = "offline_not_permitted", Some(403), "The entitlement does not permit offline activations",
        "Give the entitlement an offline lease period, or activate online.";
    FeatureNeedsConnection = "feature_needs_connection", Some(403), "Features need a connection",
        "Activate online, with the same seat id, to take, return or use features; an offline activation cannot.";
    FeatureNotLicensed = "feature_not_licensed", Some(403), "The feature is not licensed",
        "Choose an edition that has the feature, or ask the vendor to switch it on.";
    LicenseeSecretRequired = "licensee_secret_required", Some(403), "The licensee secret is missing",
        "Send the licensee's secret as `licenseeSecret`; in the mode `key` prove the device's key: by `deviceProof` when \
         activating, by a `DPoP` header later.";
    LicenseeSecretMismatch = "licensee_secret_mismatch", Some(403), "The licensee secret is another",
        "Use the secret with which the licensee was first used, or ask the vendor to reset it; in the mode `key` use the \
         key with which the seat was activated.";
    LicenseeSecretNotSet = "licensee_secret_not_set", Some(403), "The licensee has no secret yet",
        "Ask the vendor to set one: with the product's mode `predefined` nothing works without.";
    HostNotAllowed = "host_not_allowed", Some(403), "The server is not called by one of its names",
        "Use an address that the server listens on, or let it answer to this name by `--allowed-host`.";
    OriginNotAllowed = "origin_not_allowed", Some(403), "The request comes from a page of another site",
        "Use the server's own pages, or a program that is no browser.";
    DeviceKeyRequired = "device_key_required", Some(403), "The product requires a device key",
        "Activate with a `deviceProof`, as the SDK does, or set the product's `deviceKeys` to `optional`.";
    DelegationEnded = "delegation_ended", Some(403), "The delegation to this local server has ended",
        "Ask the vendor for a newer export token, and import it; what this server hosts stays as it is.";
    CredentialNotAvailableHere = "credential_not_available_here", Some(403),
        "This server does not take such a credential", "Activate with an activation code.";

    NotFound = "not_found", Some(404), "There is no such thing",
        "Check the path and the id; things of other vendors look the same as things that do not exist.";
    ActivationCodeUnknown = "activation_code_unknown", Some(404), "The activation code is unknown",
        "Check the code for typing errors, and that it is used with the right product and server.";

    MethodNotAllowed = "method_not_allowed", Some(405), "The path does not have this method",
        "Use one of the methods named in `Allow`.";
    LocalServerNotActive = "local_server_not_active", Some(405), "This local server is not active",
        "Activate or refresh its license (`reason` says why it is not active); leases that were given run on.";

    SeatsExhausted = "seats_exhausted", Some(409), "No seat is free",
        "Deactivate or release a seat that is not needed, wait for `nextLeaseEnd` if there is one, or buy more seats.";
    SeatsInUse = "seats_in_use", Some(409), "More seats are in use than would be left",
        "Release seats that are not needed, or wait until leases end; or add ?force=true, which takes those least recently refreshed (?dryRun=true names them).";
    ActivationReplaced = "activation_replaced", Some(409), "Another has taken the seat",
        "Activate again, to get another seat if one is free.";
    ActivationSuperseded = "activation_superseded", Some(409), "The seat id was activated again elsewhere",
        "Give each machine a seat id of its own; activate again to take the seat back here.";
    ActivationReleased = "activation_released", Some(409), "The seat was released",
        "Activate again, to get another seat if one is free; without a connection, deactivate it there first, so that it asks \
         with new keys.";
    ActivationDeactivated = "activation_deactivated", Some(409), "The seat was given back",
        "Activate again, to get another seat if one is free; without a connection, deactivate it there first, so that it asks \
         with new keys.";
    LeaseExpired = "lease_expired", Some(409), "The lease has ended",
        "Refresh while connected to the server; without a connection, ask the vendor for a refresh token, or make a new request.";
    LeaseNotExtendable = "lease_not_extendable", Some(409), "The lease cannot be extended",
        "Nothing, while the lease runs; renew the entitlement before it ends.";
    SeatHeldByAnotherDevice = "seat_held_by_another_device", Some(409), "Another device has the seat",
        "Deactivate there, or ask the vendor to release and free the seat; give each device a seat id of its own.";
    CloneDetected = "clone_detected", Some(409), "A copy of the product's state was used",
        "Activate again with the same seat id; give copied machines seat ids of their own.";
    FeatureExhausted = "feature_exhausted", Some(409), "Not enough of the feature is left",
        "Ask for at most what is `available`, or wait until others return some or the counter resets.";
    NotReturnable = "not_returnable", Some(409), "The feature is not taken and given back",
        "Use `use` for features of type `bool` and `usageCount`.";
    NotUsable = "not_usable", Some(409), "The feature is a pool",
        "Use `checkout` and `return` for features of type `elementPool`.";
    ReturnedMoreThanTaken = "returned_more_than_taken", Some(409), "More was returned than was taken",
        "Return at most what this activation has taken.";
    IdempotencyKeyReused = "idempotency_key_reused", Some(409), "The idempotency key was used for another request",
        "Use a fresh `Idempotency-Key` for each new request, and the same only to repeat one.";
    EntitlementExported = "entitlement_exported", Some(409), "All seats are at local servers",
        "Activate at the local server that has the seats: `localServerIds` names it. Seats that came back, or were lost, before \
         their delegation ended are free when it ends: `hosts` of the entitlement says when.";
    EntitlementHasActiveSeats = "entitlement_has_active_seats", Some(409), "Seats are in use here",
        "Export at most the seats that are `free` as a share, or deactivate or release those in use first.";
    ServerNotActive = "server_not_active", Some(409), "The local server is not active",
        "Activate or refresh the local server's license, then export to it; or choose another.";
    ServerLost = "server_lost", Some(409), "The local server was declared lost",
        "Choose another local server; one that was found again is set up anew.";
    ExportSessionOpen = "export_session_open", Some(409), "A local server still hosts it",
        "For a newer token to the same server use `export-token`; else apply the confirmation token of each server in \
         `sessions`, or take the share back without one.";
    ExportTooLarge = "export_too_large", Some(409), "The export does not fit into a token",
        "Revoke activation codes of the order that nobody needs any more, or sell what is to be exported by an order of its own: \
         all codes of an order that are not revoked go along. A token holds 4 MiB, some 20,000 codes.";
    ExportSessionUnknown = "export_session_unknown", Some(409), "The export session is not on record",
        "The records were restored from a backup of before the session: nothing is held for it, so there is nothing to give back. \
         What still runs at that server (`running` leases, until `runningUntil`) is counted nowhere: wait for its end before those \
         seats are used elsewhere. If the server shall host it again, export it anew.";
    RestoreUnconfirmed = "restore_unconfirmed", Some(409), "The local server's database was set back",
        "Let those who hold seats come back first; then an administrator confirms it: `chancery local confirm-restore`.";
    ProductNotInOrder = "product_not_in_order", Some(409), "The order has nothing for this product",
        "Check the product, and that the code is that of the right order.";
    AutoCreateNeedsOtherSecretMode = "auto_create_needs_other_secret_mode", Some(409),
        "Automatic licensees go with no predefined secret",
        "Set the product's `licenseeSecretMode` to another mode than `predefined`, or `licenseeAutoCreate` to false.";
    NoAutomaticOffering = "no_automatic_offering", Some(409), "The product has nothing for a new licensee",
        "Mark an offering of the product, such as a trial, as `automatic`.";
    TokenReplayed = "token_replayed", Some(409), "The token was used already",
        "Make a new proof for each call; repeat a call whose reply was lost with the same idempotency key and body. A token \
         that is carried is applied once: ask for a new one if something is missing.";
    TokenSessionClosed = "token_session_closed", Some(409), "The token is of a session that has ended",
        "Export again, and import the token of the new session; or use the latest token of the present one.";
    TokenHistoryForked = "token_history_forked", Some(409), "The token follows another than the one applied here",
        "Ask the vendor for a newer token; if it happens again, a copy of this server or of the authority is at work.";
    WrongMode = "wrong_mode", Some(409), "The activation is kept alive in another way",
        "Use what `instead` names: calls for online activations, carried tokens for offline ones.";
    AlreadyActivated = "already_activated", Some(409), "There is a running activation",
        "Go on with it; deactivate it before another one, or wait until its lease ends.";
    TokenSuperseded = "token_superseded", Some(409), "A newer token was applied already",
        "Nothing, if it was applied before; else ask for a token of now.";
    ReportSuperseded = "report_superseded", Some(409), "It is older than what is known of the local server",
        "Nothing: a newer report was taken. If the server was restored since, make a report there now, and bring that.";
    AlreadyExists = "already_exists", Some(409), "There is one already",
        "Choose another value for the member named, or change the one that exists.";
    InUse = "in_use", Some(409), "It is still used",
        "Remove what uses it first.";
    AlreadyStarted = "already_started", Some(409), "The entitlement has started already",
        "Nothing: its `start` is in the problem.";
    Deleted = "deleted", Some(409), "It is deleted",
        "Restore it, or what `deletedWith` names, until `purgeAt`; then repeat the request.";
    NotRestorable = "not_restorable", Some(409), "It cannot be restored any more",
        "Nothing: the time in which it could be restored is over, and it is being purged.";
    NotStartedByCommand = "not_started_by_command", Some(409), "The entitlement is not started by a command",
        "It starts by what `licenseStart` says; only `manual` waits for a command.";
    NotRenewable = "not_renewable", Some(409), "A perpetual license is not renewed",
        "Nothing: it never expires. To extend its maintenance, change `maintenanceEnd`.";
    ClockNotMovable = "clock_not_movable", Some(409), "The clock only moves forward",
        "Give an instant after the clock's present `now`.";
    BuiltIn = "built_in", Some(409), "It comes with the vendor",
        "Leave it: every vendor has it, and sells it or not.";
    NotASandbox = "not_a_sandbox", Some(409), "The vendor is live",
        "Use a vendor that was made with `--sandbox`; only such a one has a clock that can be moved.";

    KeyIsRoot = "key_is_root", Some(409), "The key is the root",
        "Rotate or revoke an issuing key; after a leak of the root make another vendor, and ship products with its bundle.";
    RootKeyRemoved = "root_key_removed", Some(409), "The root key is not here",
        "Import it: `chancery key import` with the file that `export-root` wrote; then repeat the request.";

    VersionConflict = "version_conflict", Some(412), "It was changed meanwhile",
        "Read it again, and repeat the change with its new `ETag` in `If-Match`.";
    BodyTooLarge = "body_too_large", Some(413), "The body is too large",
        "Send at most 1 MiB, of an import at most 16 MiB.";
    UriTooLong = "uri_too_long", Some(414), "The address is too long",
        "Send a path and parameters of at most 8 KiB together.";
    MediaTypeUnsupported = "media_type_unsupported", Some(415), "The body is of an unsupported type",
        "Send `Content-Type: application/json`, or what the documentation names for the call.";

    ValidationFailed = "validation_failed", Some(422), "The request is not valid",
        "Mend the members named in `errors`.";
    TokenMalformed = "token_malformed", Some(422), "The token cannot be read",
        "Check that the token was copied as a whole.";
    TokenSignatureInvalid = "token_signature_invalid", Some(422), "The token's signature is not right",
        "Get or make the token again; it was altered, signed by another key, or belongs to another trust bundle.";
    TokenWrongType = "token_wrong_type", Some(422), "The token is of another kind",
        "Give the kind of token that the call expects.";
    TokenWrongRecipient = "token_wrong_recipient", Some(422), "The token is for somebody else",
        "Use the token that was made for this activation; make a proof for just this call.";
    TokenWrongProduct = "token_wrong_product", Some(422), "The token is for another product",
        "Use a token of this product.";
    TokenKeyUnknown = "token_key_unknown", Some(422), "The token was signed by an unknown key",
        "Get the vendor's present trust bundle.";
    TokenKeyRevoked = "token_key_revoked", Some(422), "The token was signed by a revoked key",
        "Get the token again: the server signs with another key now.";
    TokenExpired = "token_expired", Some(422), "The token has expired",
        "Get or make a new one; the problem's `now` is the server's time.";
    TokenNotYetValid = "token_not_yet_valid", Some(422), "The token is not valid yet",
        "Set the clock right of the machine that reads the token, or of the one that made it.";
    TokenVersionUnsupported = "token_version_unsupported", Some(422), "The token is of a newer version",
        "Update the program that reads it.";

    NonceMissing = "nonce_missing", Some(428), "The nonce is missing",
        "Send the last `Chancery-Nonce` that the server gave.";
    IdempotencyKeyMissing = "idempotency_key_missing", Some(428), "The idempotency key is missing",
        "Send a fresh `Idempotency-Key` with each call that changes something.";

    RateLimited = "rate_limited", Some(429), "Too many requests",
        "Wait for as many seconds as `Retry-After` says.";

    HeadersTooLarge = "headers_too_large", Some(431), "The header fields are too large",
        "Send at most 32 KiB of header fields; a proxy or a cookie may have added some.";

    InternalError = "internal_error", Some(500), "The server failed",
        "Repeat the request with the same idempotency key; if it fails again, report the `requestId`.";
    StorageUnavailable = "storage_unavailable", Some(503), "The storage cannot be reached",
        "Repeat the request after `Retry-After` with the same idempotency key.";
    SigningKeyUnavailable = "signing_key_unavailable", Some(503), "No key may sign this",
        "The vendor's certificates have ended: import the root key (`chancery key import`), and they are renewed.";
    CredentialIssuerUnavailable = "credential_issuer_unavailable", Some(503), "The OpenID provider cannot be asked",
        "Repeat the request after `Retry-After`; the vendor can check the registered issuer, its metadata and its keys.";
    Starting = "starting", Some(503), "The server is starting",
        "Repeat the request after `Retry-After`.";
    ShuttingDown = "shutting_down", Some(503), "The server is shutting down",
        "Repeat the request after `Retry-After`.";
    DiskFull = "disk_full", Some(503), "The server's disk is full",
        "Make room on the server's disk; nothing was changed.";

    StateNewerThanProgram = "state_newer_than_program", None, "The data is of a newer version",
        "Update this program; it does not write what it does not understand.";
    StateFromAnotherMachine = "state_from_another_machine", None, "The stored state is of another machine",
        "Activate here: the other machine's state is kept beside. The vendor can release that machine's seat.";
    NoMachineIdentity = "no_machine_identity", None, "Nothing tells this machine from others",
        "Give a seat id (`--seat-id` on the command line): in a container that of the workload, in a terminal that of the user.";
    ServerUnreachable = "server_unreachable", None, "The server cannot be reached",
        "Check the address and the network; a product goes on while its lease runs.";
    ClockRolledBack = "clock_rolled_back", None, "The clock of this machine was set back",
        "Set the clock right; then it works again as before.";
    StateDamaged = "state_damaged", None, "The stored state is damaged",
        "Activate again with the same seat id; it takes no other seat.";
    StateLocked = "state_locked", None, "Another process uses the stored state",
        "Stop the other process, or use another folder.";
    StateUnavailable = "state_unavailable", None, "The stored state cannot be read or written",
        "Check the folder's permissions and the free space on its disk.";
    NotActivated = "not_activated", None, "The product is not activated",
        "Activate first.";
    ConfigurationInvalid = "configuration_invalid", None, "The settings are wrong",
        "Correct what the message names.";
    ReplyNotUnderstood = "reply_not_understood", None, "The reply is none of a Chancery server",
        "Check the address; something else may answer there.";
    BlockingInAsync = "blocking_in_async", None, "A blocking call was made in an async program",
        "Use the async client there.";

    Usage = "usage", None, "The command cannot be understood",
        "See with `--help` what the command takes.";
    File = "file", None, "A file cannot be used",
        "Check its path, its permissions and what is in it.";
    NotInitialised = "not_initialised", None, "The folder holds no data of Chancery",
        "Run `chancery init` first, or name the right folder with `--data`.";
    AlreadyInitialised = "already_initialised", None, "There are data of Chancery already",
        "Use them as they are, or name another folder with `--data`.";
    Setup = "setup", None, "The data folder cannot be set up or opened",
        "Mend what the message names, and run the command again; nothing of the data was changed.";
    FolderNotEmpty = "folder_not_empty", None, "The folder holds something else",
        "Name a new or an empty folder with `--data`.";
    InitUnfinished = "init_unfinished", None, "An earlier `chancery init` did not finish",
        "Remove the files that the message names, and run `chancery init` again.";
    KeyEncryptionKeyMissing = "key_encryption_key_missing", None, "The key that encrypts private keys is missing",
        "Give it by `CHANCERY_KEY_ENCRYPTION_KEY`, or restore `key-encryption.key` in the data folder.";
    AddressUnavailable = "address_unavailable", None, "The server cannot listen at this address",
        "Another program may listen there: name another address with `--listen`.";
    CertificateUnusable = "certificate_unusable", None, "The HTTPS certificate cannot be used",
        "Give `--cert` the certificate with its chain and `--key-file` its private key, both in PEM.";
}

impl Code {
    /// The code of this name, if it is one that this version knows.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// The path of its page in the documentation that a server serves: a problem's `type`.
    #[must_use]
    pub fn page(self) -> String {
        format!("/docs/problems#{}", self.name())
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
