"""Opens what goes between a vendor and a local server with joserfc: delegations, exports, returns, reports, rebind tokens (TOK-8)."""

from sealed import check_seq, optional_texts, texts, unseal
from tokens import LARGE, LONGEST, check_time, device_key, need, parse, verified

OBJECTS = ("vendor", "product", "edition", "plan", "offering", "customer", "order", "entitlement")


def delegation(trust, token, given, now):
    trust.delegation(token, now)


def from_vendor(trust, token, given, now, typ, check_form, lives, longest):
    """What the vendor signed and sealed to the server."""
    token, recipient = unseal(token, [given["serverKey"]], longest)
    kid, claims = trust.issued(token, typ, "export", check_form, now, lives, longest)
    need(claims["aud"] == recipient, "token_wrong_recipient")
    check_time(claims, now, "carriedFromVendor")
    return kid, claims


def export(trust, token, given, now):
    """A list in it counts before it does, and before the delegation in it."""
    kid, claims = from_vendor(trust, token, given, now, "chancery-export+jwt", check_export, False, LARGE)
    revoked = ()
    if "revocations" in claims:
        revoked = trust.revocation_list(claims["revocations"], now)["revoked"]
    need(kid not in revoked, "token_key_revoked")
    kid, delegated = trust.delegation(claims["delegation"], now)
    need(kid not in revoked and delegated["sub"] not in revoked, "token_key_revoked")
    payload = claims["payload"]
    need(delegated["entitlementId"] == payload["entitlement"].get("id"))
    need(delegated["productId"] == payload["product"].get("id"))
    need(delegated["seats"] == payload["entitlement"].get("seats"))
    need(claims["sessionNumber"] > 0 and claims["seq"] > 0 and (claims["seq"] == 1) == ("prev" not in claims))


def check_export(claims):
    texts(claims, "aud", "sessionId", "delegation")
    optional_texts(claims, "prev", "revocations")
    check_seq(claims)
    need(type(claims.get("sessionNumber")) is int and claims["sessionNumber"] >= 0)
    payload = claims.get("payload")
    need(isinstance(payload, dict) and all(isinstance(payload.get(name), dict) for name in OBJECTS))
    need(isinstance(payload.get("activationCodes"), list) and isinstance(payload.get("licensee", {}), dict))


def rebind(trust, token, given, now):
    _, claims = from_vendor(trust, token, given, now, "chancery-rebind+jwt", check_rebind, True, LONGEST)
    need(claims["exp"] * 1_000_000 > now, "token_expired")


def check_rebind(claims):
    texts(claims, "aud", "serverId", "machine")
    need(type(claims.get("exp")) is int and claims["exp"] >= 0)


def from_server(trust, token, given, now, typ, check_form):
    """What a server signed with the key that is registered for it."""
    token, recipient = unseal(token, given["vendorKeys"], LARGE)
    header, payload = parse(token, LARGE)
    need(header["typ"] == typ, "token_wrong_type")
    servers = {device_key(server["jwk"]).thumbprint(): server for server in given["servers"]}
    need(header["kid"] in servers, "token_key_unknown")
    server = servers[header["kid"]]
    claims = verified(token, header, payload, typ, device_key(server["jwk"]))
    check_form(claims)
    trust.check_vendor(claims)
    need(claims["aud"] == recipient and claims["serverId"] == server["id"], "token_wrong_recipient")
    check_time(claims, now, "carriedFromDevice")


def export_return(trust, token, given, now):
    from_server(trust, token, given, now, "chancery-export-return+jwt", check_return)


def check_return(claims):
    texts(claims, "aud", "serverId", "entitlementId", "sessionId")
    check_seq(claims)
    need(isinstance(claims.get("usage"), dict))


def usage_report(trust, token, given, now):
    from_server(trust, token, given, now, "chancery-usage+jwt", check_report)


def check_report(claims):
    texts(claims, "aud", "serverId")
    need(type(claims.get("reportSeq")) is int and claims["reportSeq"] >= 0)
    need(isinstance(claims.get("sessions"), list) and isinstance(claims.get("log"), dict))
    for session in claims["sessions"]:
        need(isinstance(session, dict) and isinstance(session.get("usage"), dict))
        texts(session, "sessionId", "entitlementId")
        check_seq(session)


KINDS = {
    "delegation": delegation,
    "export": export,
    "exportReturn": export_return,
    "usageReport": usage_report,
    "rebind": rebind,
}
