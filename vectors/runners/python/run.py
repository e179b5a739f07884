"""Runs vectors, or makes tokens, with joserfc.

    run.py check FILE…    decides every vector, and says which come out otherwise than they say
    run.py make           signs what standard input names: [{"key": JWK with d, "header": {…}, "claims": {…}}, …]
                          and seals it, if there is a "sealTo" too: a public JWK
"""

import json
import sys

from joserfc import jwe, jws

import device
import hosting
import sealed
from tokens import REGISTRY, SEAL, SEALS, Refused, Trust, algorithm, import_key, micros


def decide(file, vector):
    given = {**file["given"], **vector["given"]} if "given" in vector else file["given"]
    made = micros(file["given"]["now"])
    token, kind = vector["token"], vector["kind"]
    try:
        if kind in device.KINDS:
            device.KINDS[kind](token, given, micros(given["now"]))
            return "accepted"
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
        elif kind in hosting.KINDS:
            hosting.KINDS[kind](trust, token, given, micros(given["now"]))
        elif kind in sealed.KINDS:
            sealed.KINDS[kind](trust, token, given, micros(given["now"]))
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
        key = import_key(wanted["key"])
        header = {**wanted["header"], "alg": algorithm(key), "kid": key.thumbprint()}
        token = jws.serialize_compact(header, json.dumps(wanted["claims"]), key, registry=REGISTRY)
        if "sealTo" in wanted:
            recipient = import_key(wanted["sealTo"])
            token = jwe.encrypt_compact({**SEAL, "kid": recipient.thumbprint()}, token, recipient, registry=SEALS)
        tokens.append(token)
    json.dump(tokens, sys.stdout)
    return 0


if __name__ == "__main__":
    command, *paths = sys.argv[1:] or ["help"]
    if command not in ("check", "make"):
        sys.exit(__doc__)
    sys.exit(make() if command == "make" else check(paths))
