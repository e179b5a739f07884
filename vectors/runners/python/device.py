"""Opens what a product shows to a server with joserfc: device proofs (TOK-10), DPoP proofs (RFC 9449), access tokens."""

import base64
import hashlib
from urllib.parse import urlsplit

from tokens import (
    check_signature,
    check_time,
    device_key,
    need,
    parse,
    public_key,
    read_object,
    take_apart,
    verified,
)

LIFE = 600
SECOND = 1_000_000


def whole(number):
    return type(number) is int and number >= 0


def proof(token, given, now):
    """Signed by the key in its claims, of which nothing but possession is believed."""
    typ = "chancery-device+jwt"
    header, payload = parse(token)
    need(header["typ"] == typ, "token_wrong_type")
    claims = verified(token, header, payload, typ, device_key(read_object(payload).get("jwk")))
    need(all(isinstance(claims.get(name), str) for name in ("aud", "productId", "seatId")) and whole(claims.get("exp")))
    check_vendor(claims, given)
    need(claims["aud"] == given["server"], "token_wrong_recipient")
    need(claims["productId"] == given["product"], "token_wrong_product")
    need(claims["seatId"] == given["seatId"], "token_wrong_recipient")
    check_time(claims, now, "online")
    need(0 < claims["exp"] - claims["iat"] <= LIFE)
    need(claims["exp"] * SECOND > now, "token_expired")


def check_vendor(claims, given):
    need(claims["iss"] == given["vendor"] and not claims.get("sandbox", False), "token_wrong_recipient")


def dpop(token, given, now):
    """Signed by the key in its header: the only place where one is looked at."""
    header, payload = take_apart(token)
    need(not {"jku", "x5u", "x5c"} & header.keys() and isinstance(header.get("typ"), str))
    need(header["typ"] == "dpop+jwt", "token_wrong_type")
    key = device_key(header.get("jwk"))
    need(header["alg"] == "Ed25519")
    check_signature(token, key)
    claims = read_object(payload)
    need(all(isinstance(claims.get(name), str) for name in ("jti", "htm", "htu", "nonce", "ath")))
    need(whole(claims.get("iat")))
    need(claims["htm"] == given["method"], "token_wrong_recipient")
    need(same_address(claims["htu"], given["path"], given.get("publicUrl")), "token_wrong_recipient")
    need(claims["nonce"] == given["nonce"], "token_wrong_recipient")
    digest = hashlib.sha256(given["accessToken"].encode()).digest()
    need(claims["ath"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), "token_wrong_recipient")
    check_time(claims, now, "online")
    need((claims["iat"] + LIFE) * SECOND > now, "token_expired")


def same_address(address, path, public):
    """Without a public address nobody knows how the server was reached: the path counts. Escapes are left out here."""
    named = urlsplit(address)
    if named.scheme not in ("http", "https") or not named.hostname:
        return False
    if public is None:
        return named.path.endswith(path)
    public = urlsplit(public)
    return origin(named) == origin(public) and named.path == public.path.rstrip("/") + path


def origin(url):
    return url.scheme, url.hostname, url.port or {"http": 80, "https": 443}[url.scheme]


def access_token(token, given, now):
    """By one of the server's own keys. Whether its chain is still the activation's, the database says."""
    typ = "chancery-access+jwt"
    header, payload = parse(token)
    need(header["typ"] == typ, "token_wrong_type")
    keys = [key for key in map(public_key, given["serverKeys"]) if key.thumbprint() == header["kid"]]
    need(keys, "token_key_unknown")
    claims = verified(token, header, payload, typ, keys[0])
    need(isinstance(claims.get("sub"), str) and isinstance(claims.get("ord"), str) and whole(claims.get("chain")))
    check_vendor(claims, given)
    check_time(claims, now, "online")


KINDS = {"deviceProof": proof, "dpop": dpop, "accessToken": access_token}
