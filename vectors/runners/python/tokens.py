"""Opens what a vendor signed with joserfc, which knows nothing of Chancery: the rules of TOK-1, TOK-3 and KEY-3 in short.

Signatures, keys and thumbprints are joserfc's. What a vendor's tokens must be besides that stands here.
"""

import base64
import json
import re
from datetime import datetime, timezone

from joserfc import jwe, jws
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import OKPKey, RSAKey

LONGEST = 64 * 1024
# Exports, returns and reports.
LARGE = 4 * 1024 * 1024
AHEAD = {"online": 300, "carriedFromVendor": 86_400, "carriedFromDevice": 172_800}
SIGNATURES = ("Ed25519", "RS512")
SEAL = {"alg": "ECDH-ES", "enc": "A256GCM", "cty": "JWT"}
REGISTRY = jws.JWSRegistry(algorithms=SIGNATURES, strict_check_header=False)
REGISTRY.max_header_length = REGISTRY.max_payload_length = REGISTRY.max_signature_length = LARGE
SEALS = jwe.JWERegistry(algorithms=(SEAL["alg"], SEAL["enc"]), strict_check_header=False)
SEALS.max_protected_header_length = SEALS.max_ciphertext_length = LARGE


class Refused(Exception):
    """A token that is refused, with the problem's code."""


def refuse(code):
    raise Refused(code)


def need(condition, code="token_malformed"):
    if not condition:
        refuse(code)


def decode(part):
    """Base64url in its only text: no padding, and no bits that mean nothing."""
    need(re.fullmatch(r"[A-Za-z0-9_-]*", part) and len(part) % 4 != 1)
    data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    need(base64.urlsafe_b64encode(data).rstrip(b"=").decode() == part)
    return data


def no_duplicates(pairs):
    members = dict(pairs)
    need(len(members) == len(pairs))
    return members


def read_object(data):
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=no_duplicates)
    except (ValueError, RecursionError):
        refuse("token_malformed")
    need(isinstance(value, dict))
    return value


def take_apart(token, longest=LONGEST):
    """Header, and claims as bytes. Nothing is believed yet."""
    need(len(token.encode()) <= longest)
    parts = token.split(".")
    need(len(parts) == 3 and parts[0] and parts[1])
    header, payload, _ = (decode(part) for part in parts)
    header = read_object(header)
    need(header.get("alg") in SIGNATURES)
    need(not {"zip", "crit"} & header.keys())
    return header, payload


def parse(token, longest=LONGEST):
    """Takes a token apart that names its key."""
    header, payload = take_apart(token, longest)
    need(not {"jwk", "jku", "x5u", "x5c"} & header.keys())
    for name in ("kid", "typ"):
        need(isinstance(header.get(name), str))
    need(isinstance(header.get("chancery_cert", ""), str))
    return header, payload


def algorithm(key):
    """The algorithm belongs to the key."""
    return "RS512" if key.key_type == "RSA" else {"Ed25519": "Ed25519", "X25519": "ECDH-ES"}.get(key.curve_name)


def import_key(jwk):
    return (RSAKey if jwk.get("kty") == "RSA" else OKPKey).import_key(jwk)


def public_key(jwk):
    need(isinstance(jwk, dict) and jwk.get("kty") in ("OKP", "RSA") and "d" not in jwk)
    try:
        key = import_key(jwk)
        need(algorithm(key))
        if algorithm(key) == SEAL["alg"]:
            # With a few points every secret is zero, and joserfc seals nothing to them.
            jwe.encrypt_compact(dict(SEAL), b"", key, registry=SEALS)
        return key
    except (JoseError, ValueError, KeyError):
        refuse("token_malformed")


def device_key(jwk):
    key = public_key(jwk)
    need(algorithm(key) == "Ed25519")
    return key


def check_signature(token, key):
    try:
        jws.deserialize_compact(token, key, registry=REGISTRY)
    except (BadSignatureError, JoseError, ValueError):
        refuse("token_signature_invalid")


def verified(token, header, payload, typ, key):
    """The claims, once type, algorithm, signature and version are right."""
    need(header["typ"] == typ, "token_wrong_type")
    need(header["alg"] == algorithm(key))
    need(header["kid"] == key.thumbprint(), "token_signature_invalid")
    check_signature(token, key)
    claims = read_object(payload)
    version = claims.get("ver")
    need(type(version) is int and version >= 0)
    need(version == 1, "token_version_unsupported")
    need(isinstance(claims.get("iss"), str) and isinstance(claims.get("jti"), str))
    need(type(claims.get("iat")) is int and claims["iat"] >= 0)
    need(type(claims.get("sandbox", False)) is bool)
    return claims


def micros(instant):
    """RFC 3339 with Z, as microseconds since 1970."""
    need(isinstance(instant, str) and instant.endswith("Z"))
    moment = datetime.fromisoformat(instant[:-1]).replace(tzinfo=timezone.utc)
    return round((moment - datetime(1970, 1, 1, tzinfo=timezone.utc)).total_seconds() * 1_000_000)


def check_time(claims, now, tolerance):
    need(claims["iat"] * 1_000_000 <= now + AHEAD[tolerance] * 1_000_000, "token_not_yet_valid")


class Trust:
    """What a product knows of a vendor: an opened trust bundle."""

    def __init__(self, bundle, now, pinned=None):
        header, payload = parse(bundle)
        need(header["typ"] == "chancery-trust+jwt", "token_wrong_type")
        own = read_object(payload).get("root")
        self.root = public_key(own)
        foreign = pinned is not None and public_key(pinned).thumbprint() != self.root.thumbprint()
        need(not foreign and header["kid"] == self.root.thumbprint(), "token_key_unknown")
        claims = verified(bundle, header, payload, "chancery-trust+jwt", self.root)
        self.vendor, self.sandbox = claims["iss"], claims.get("sandbox", False)
        need(claims["vendor"]["id"] == self.vendor)
        check_time(claims, now, "carriedFromVendor")
        self.certificates = [self.certificate(text, now) for text in claims["certificates"]]
        self.revocations = self.revocation_list(claims["revocations"], now)

    def by_root(self, token, typ, now):
        header, payload = parse(token)
        need(header["typ"] == typ, "token_wrong_type")
        need(header["kid"] == self.root.thumbprint(), "token_key_unknown")
        claims = verified(token, header, payload, typ, self.root)
        self.check_vendor(claims)
        check_time(claims, now, "carriedFromVendor")
        return claims

    def check_vendor(self, claims):
        need(claims["iss"] == self.vendor, "token_wrong_recipient")
        need(claims.get("sandbox", False) == self.sandbox, "token_wrong_recipient")

    def certificate(self, token, now):
        claims = self.by_root(token, "chancery-key+jwt", now)
        claims["key"] = public_key(claims.get("jwk"))
        need(claims["sub"] == claims["key"].thumbprint() and claims["exp"] > claims["nbf"])
        return claims

    def revocation_list(self, token, now):
        return self.by_root(token, "chancery-revocations+jwt", now)

    def update_revocations(self, token, now):
        newer = self.revocation_list(token, now)
        need(newer["number"] >= self.revocations["number"], "token_superseded")
        self.revocations = newer

    def issued(self, token, typ, use, check_form, now, lives=True, longest=LONGEST):
        """What an issuing key signed that has a certificate for this use (KEY-3). Some tokens have no life of their own."""
        header, payload = parse(token, longest)
        need(header["typ"] == typ, "token_wrong_type")
        certificates = [known for known in self.certificates if known["sub"] == header["kid"]]
        if "chancery_cert" in header:
            certificates = [self.certificate(header["chancery_cert"], now)]
        need(certificates and certificates[0]["sub"] == header["kid"], "token_key_unknown")
        need(header["kid"] not in self.revocations["revoked"], "token_key_revoked")
        need(algorithm(certificates[0]["key"]) in SIGNATURES, "token_key_unknown")
        claims = verified(token, header, payload, typ, certificates[0]["key"])
        check_form(claims)
        self.check_vendor(claims)
        need(any(covers(certificate, claims, use, lives) for certificate in certificates), "token_key_unknown")
        return header["kid"], claims

    def lease(self, token, given, seated):
        now = micros(given["now"])
        header, payload = parse(token)
        need(header["typ"] == "chancery-lease+jwt", "token_wrong_type")
        delegation = read_object(payload).get("delegation")
        if delegation is None:
            _, claims = self.issued(token, "chancery-lease+jwt", "lease", check_lease_form, now)
        else:
            claims = self.delegated(token, header, payload, delegation, now)
        check_lease(claims, given, now)
        need(("seat" in claims) == seated, "token_wrong_recipient")
        return claims


    def delegation(self, token, now):
        """The vendor's word for a local server and its key (TOK-8)."""
        need(isinstance(token, str))
        kid, claims = self.issued(token, "chancery-delegation+jwt", "export", check_delegation_form, now)
        claims["key"] = device_key(claims["jwk"])
        need(claims["sub"] == claims["key"].thumbprint())
        need("exp" not in claims or micros(claims["delegationExpiry"]) > claims["iat"] * 1_000_000)
        need(claims["sub"] not in self.revocations["revoked"], "token_key_revoked")
        check_time(claims, now, "carriedFromVendor")
        return kid, claims

    def delegated(self, token, header, payload, delegation, now):
        """A lease by the key that was delegated to."""
        _, delegation = self.delegation(delegation, now)
        need(header["kid"] == delegation["sub"], "token_key_unknown")
        claims = verified(token, header, payload, "chancery-lease+jwt", delegation["key"])
        check_lease_form(claims)
        self.check_vendor(claims)
        need("host" in claims)
        need(bears(delegation, claims), "token_key_unknown")
        return claims


def bears(delegation, lease):
    """TOK-8: the server, the product, the entitlement, the seat's number, and that the lease does not outlive it."""
    same = (
        lease["host"]["id"] == delegation["serverId"]
        and lease["aud"] == delegation["productId"]
        and lease["ent"]["id"] == delegation["entitlementId"]
    )
    numbered = "seat" not in lease or 1 <= lease["seat"]["number"] <= delegation["seats"]
    if "delegationExpiry" not in delegation:
        return same and numbered
    end = micros(delegation["delegationExpiry"])
    in_time = "leaseExpiry" in lease and micros(lease["leaseExpiry"]) <= end and lease["iat"] * 1_000_000 <= end
    return same and numbered and in_time


def check_delegation_form(claims):
    need(all(isinstance(claims.get(name), str) for name in ("sub", "serverId", "entitlementId", "productId")))
    need(isinstance(claims.get("jwk"), dict) and type(claims.get("seats")) is int and claims["seats"] >= 0)
    check_end(claims, "delegationExpiry")


def check_end(claims, exact):
    """An end stands there twice, or not at all: in whole seconds and exactly."""
    need(("exp" in claims) == (exact in claims))
    if "exp" in claims:
        need(type(claims["exp"]) is int and claims["exp"] == micros(claims[exact]) // 1_000_000)


def covers(certificate, claims, use, lives):
    """KEY-3: the use, the time of issue, the longest life. A reply has no end of its own: only the lease in it has."""
    longest = certificate.get("maxLifetime")
    in_time = certificate["nbf"] <= claims["iat"] < certificate["exp"]
    short = not lives or longest is None or ("exp" in claims and claims["exp"] - claims["iat"] <= longest)
    return use in certificate["uses"] and in_time and short


def check_lease_form(claims):
    for name, kind in {"aud": str, "ent": dict, "enforcement": str, "features": list, "attributes": list, "mode": str}.items():
        need(isinstance(claims.get(name), kind))
    need("tolerance" in claims and isinstance(claims["tolerance"], (dict, type(None))))
    need(isinstance(claims.get("seat", {}), dict) and isinstance(claims.get("sub", ""), str))
    need(isinstance(claims.get("host", {}), dict) and isinstance(claims.get("delegation", ""), str))
    check_end(claims, "leaseExpiry")


def check_lease(claims, given, now):
    need(claims["aud"] == given["product"], "token_wrong_product")
    need(("sub" in claims) == ("seat" in claims) and ("host" in claims) == ("delegation" in claims))
    need(given.get("activation", claims.get("sub")) == claims.get("sub"), "token_wrong_recipient")
    seat_id = claims.get("seat", {}).get("id")
    need(given.get("seatId", seat_id) == seat_id, "token_wrong_recipient")
    need("cnf" not in claims or claims["cnf"]["jkt"] == given.get("device"), "token_wrong_recipient")
    check_time(claims, now, given["tolerance"])
    need("leaseExpiry" not in claims or micros(claims["leaseExpiry"]) > now, "token_expired")
