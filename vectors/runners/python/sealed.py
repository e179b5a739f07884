"""Opens the tokens of offline activation with joserfc: sealed to their one recipient, a signed token inside (TOK-2)."""

from joserfc import jwe
from joserfc.errors import JoseError

from tokens import (
    LONGEST,
    SEAL,
    SEALS,
    algorithm,
    check_time,
    decode,
    device_key,
    import_key,
    need,
    parse,
    public_key,
    read_object,
    refuse,
    verified,
)

FORBIDDEN = {"zip", "crit", "jwk", "jku", "x5u", "x5c", "apu", "apv"}


def unseal(token, keys, longest=LONGEST):
    """The signed token inside, of which nothing is believed yet, and the key that it was sealed to."""
    need(len(token.encode()) <= longest)
    parts = token.split(".")
    # ECDH-ES has no encrypted key.
    need(len(parts) == 5 and parts[0] and not parts[1])
    header, _, iv, _, tag = (decode(part) for part in parts)
    need(len(iv) == 12 and len(tag) == 16)
    header = read_object(header)
    need(all(header.get(name) == value for name, value in SEAL.items()))
    need(not FORBIDDEN & header.keys() and isinstance(header.get("kid"), str))
    need(algorithm(public_key(header.get("epk"))) == SEAL["alg"])
    keys = [key for key in map(import_key, keys) if key.thumbprint() == header["kid"]]
    need(keys, "token_wrong_recipient")
    try:
        return jwe.decrypt_compact(token, keys[0], registry=SEALS).plaintext.decode(), header["kid"]
    except (JoseError, ValueError):
        refuse("token_malformed")


def of_device(trust, token, given, now, typ, find_key, check_form):
    """What a device signed with the key in the claims, of which nothing but possession is believed."""
    token, recipient = unseal(token, given["vendorKeys"])
    header, payload = parse(token)
    need(header["typ"] == typ, "token_wrong_type")
    claims = verified(token, header, payload, typ, device_key(find_key(read_object(payload))))
    check_form(claims)
    trust.check_vendor(claims)
    need(claims["aud"] == recipient, "token_wrong_recipient")
    check_time(claims, now, "carriedFromDevice")
    return header["kid"], claims


def request(trust, token, given, now):
    typ = "chancery-offline-request+jwt"
    device, claims = of_device(trust, token, given, now, typ, signing_key, check_request)
    if "localServer" in claims:
        check_server(trust, claims["localServer"], device, now)


def check_server(trust, server, device, now):
    """A local server asks for its own license: it shows that its key is its own, to this request (LLS-2)."""
    typ = "chancery-server+jwt"
    need(isinstance(server, dict) and isinstance(server.get("keys"), dict))
    texts(server, "id", "name", "proof")
    optional_texts(server, "machine")
    header, payload = parse(server["proof"])
    need(header["typ"] == typ, "token_wrong_type")
    need(algorithm(public_key(server["keys"].get("seal"))) == SEAL["alg"])
    key = device_key(server["keys"].get("sign"))
    claims = verified(server["proof"], header, payload, typ, key)
    texts(claims, "aud", "sub")
    trust.check_vendor(claims)
    need(claims["aud"] == device and claims["sub"] == server["id"], "token_wrong_recipient")
    need(device_key(claims.get("jwk")).thumbprint() == key.thumbprint())
    check_time(claims, now, "carriedFromDevice")


def signing_key(claims):
    need(isinstance(claims.get("deviceKeys"), dict))
    return claims["deviceKeys"].get("sign")


def check_request(claims):
    texts(claims, "aud", "productId", "seatId", "requestId")
    optional_texts(claims, "editionId", "seatName", "licenseeSecret", "releaseDate")
    need(isinstance(claims.get("credential"), dict) and isinstance(claims.get("device", {}), dict))
    need(algorithm(public_key(claims["deviceKeys"].get("seal"))) == SEAL["alg"])


def deactivation(trust, token, given, now):
    typ = "chancery-offline-deactivation+jwt"
    of_device(trust, token, given, now, typ, lambda claims: claims.get("jwk"), check_deactivation)


def check_deactivation(claims):
    texts(claims, "aud", "sub")
    check_seq(claims)


def reply(trust, token, given, now, typ, check_form):
    """What the vendor signed; a list in it counts before it does."""
    token, recipient = unseal(token, [given["deviceKey"]])
    kid, claims = trust.issued(token, typ, "offline", check_form, now, lives=False)
    need(claims["aud"] == recipient, "token_wrong_recipient")
    check_time(claims, now, "carriedFromVendor")
    if "revocations" in claims:
        need(kid not in trust.revocation_list(claims["revocations"], now)["revoked"], "token_key_revoked")


def response(trust, token, given, now):
    reply(trust, token, given, now, "chancery-offline-response+jwt", check_response)


def check_response(claims):
    texts(claims, "aud", "requestId", "lease")
    optional_texts(claims, "revocations")
    check_seq(claims)


def refresh(trust, token, given, now):
    reply(trust, token, given, now, "chancery-offline-refresh+jwt", check_refresh)


def check_refresh(claims):
    texts(claims, "aud", "sub", "lease")
    optional_texts(claims, "revocations")
    check_seq(claims)


def texts(claims, *names):
    need(all(isinstance(claims.get(name), str) for name in names))


def optional_texts(claims, *names):
    need(all(isinstance(claims.get(name, ""), str) for name in names))


def check_seq(claims):
    need(type(claims.get("seq")) is int and claims["seq"] >= 0)


KINDS = {
    "offlineRequest": request,
    "offlineDeactivation": deactivation,
    "offlineResponse": response,
    "offlineRefresh": refresh,
}
