"""Runs vectors, or makes tokens, with joserfc.

    run.py check FILE…    decides every vector, and says which come out otherwise than they say
    run.py make           signs what standard input names: [{"key": JWK with d, "header": {…}, "claims": {…}}, …]
"""

import json
import sys

from joserfc import jws

from tokens import ALGORITHMS, REGISTRY, Refused, Trust, micros
from joserfc.jwk import OKPKey, RSAKey


def decide(file, vector):
    given = {**file["given"], **vector["given"]} if "given" in vector else file["given"]
    made = micros(file["given"]["now"])
    token, kind = vector["token"], vector["kind"]
    try:
        if kind == "bundle":
            Trust(token, micros(given["now"]), pinned=given["root"])
            return "accepted"
        trust = Trust(given["bundle"], made)
        if kind in ("lease", "verdict"):
            trust.lease(token, given, seated=kind == "lease")
        elif kind == "certificate":
            trust.certificate(token, micros(given["now"]))
        elif kind == "revocations":
            trust.update_revocations(token, micros(given["now"]))
        else:
            return f"a kind that this runner does not know: {kind}"
        return "accepted"
    except Refused as refused:
        return str(refused)


def check(paths):
    wrong = total = 0
    for path in paths:
        with open(path, encoding="utf-8") as source:
            file = json.load(source)
        for vector in file["vectors"]:
            total += 1
            outcome = decide(file, vector)
            if outcome != vector["expect"]:
                wrong += 1
                print(f"{path}: {vector['name']}: expected {vector['expect']}, got {outcome}")
    print(f"{total - wrong} of {total} vectors")
    return 1 if wrong or not total else 0


def make():
    tokens = []
    for wanted in json.load(sys.stdin):
        key = (OKPKey if wanted["key"]["kty"] == "OKP" else RSAKey).import_key(wanted["key"])
        header = {**wanted["header"], "alg": ALGORITHMS[key.key_type], "kid": key.thumbprint()}
        tokens.append(jws.serialize_compact(header, json.dumps(wanted["claims"]), key, registry=REGISTRY))
    json.dump(tokens, sys.stdout)
    return 0


if __name__ == "__main__":
    command, *paths = sys.argv[1:] or ["help"]
    if command not in ("check", "make"):
        sys.exit(__doc__)
    sys.exit(make() if command == "make" else check(paths))
